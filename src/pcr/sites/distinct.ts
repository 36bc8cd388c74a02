/** Distinct fragments. */

/** The distinct numbers, ascending. `numbers` is sorted on the way. */
export function distinctSorted(numbers: Float64Array): Float64Array<ArrayBuffer> {
  numbers.sort();
  let count = 0;
  for (let i = 0; i < numbers.length; i++) if (i === 0 || numbers[i] !== numbers[i - 1]) count++;
  const distinct = new Float64Array(count);
  let at = 0;
  for (let i = 0; i < numbers.length; i++) {
    if (i === 0 || numbers[i] !== numbers[i - 1]) distinct[at++] = numbers[i]!;
  }
  return distinct;
}

/**
 * The fragments of the distinct pairs of fragment and UMI, ascending; a fragment with several UMIs comes as often.
 *
 * A pair has too many bits for one number, so both take the rank that they have among their kind.
 */
export function distinctWithUmi(fragments: Float64Array, umis: Float64Array): Float64Array<ArrayBuffer> {
  const fragmentsKnown = distinctSorted(fragments.slice());
  const umisKnown = distinctSorted(umis.slice());
  const pairs = new Float64Array(fragments.length);
  for (let i = 0; i < pairs.length; i++) {
    pairs[i] = rank(fragmentsKnown, fragments[i]!) * umisKnown.length + rank(umisKnown, umis[i]!);
  }
  const distinct = distinctSorted(pairs);
  for (let i = 0; i < distinct.length; i++) {
    distinct[i] = fragmentsKnown[Math.floor(distinct[i]! / umisKnown.length)]!;
  }
  return distinct;
}

/** Where a number stands in an ascending list that holds it. */
function rank(list: Float64Array, number: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]! < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
