/** Orders of text. */

/** The order of code points, which is that of the bytes in UTF-8, as `LC_ALL=C sort` has it. */
export function byCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = rankOf(a.charCodeAt(i)) - rankOf(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Surrogates stand for code points behind all others. */
function rankOf(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

/** The numbers from 1 to `count` in the order of their decimal text: 1, 10, 100, 11, 2, … */
export function numbersInTextOrder(count: number): Uint32Array {
  const numbers = new Uint32Array(count);
  let number = 1;
  for (let i = 0; i < count; i++) {
    numbers[i] = number;
    if (number * 10 <= count) number *= 10;
    else {
      while (number % 10 === 9 || number === count) number = Math.floor(number / 10);
      number++;
    }
  }
  return numbers;
}
