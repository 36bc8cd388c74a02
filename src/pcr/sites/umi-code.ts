/** UMIs as numbers. */

const UNDERSCORE = 95;
/** With a digit in front, 2 * 5 ** 22 is still below 2 ** 53. */
const MAX_BASES = 22;
const codes = new Int8Array(256).fill(-1);
for (const [i, base] of [...'ACGTN'].entries()) codes[base.charCodeAt(0)] = i;

/** Numbers UMIs; the same UMI has the same number. */
export class UmiCoder {
  /** UMIs that are longer, or have other letters: they are numbered as they come. */
  readonly #others = new Map<string, number>();

  /** The number of the UMI at the end of a read's name, behind the last `_`. A name without one has the UMI ''. */
  code(bytes: Uint8Array, nameStart: number, nameEnd: number): number {
    let start = nameEnd;
    while (start > nameStart && bytes[start - 1] !== UNDERSCORE) start--;
    if (start === nameStart) return 1;
    if (nameEnd - start > MAX_BASES) return this.#number(bytes, start, nameEnd);
    // The 1 in front tells A from AA.
    let code = 1;
    for (let i = start; i < nameEnd; i++) {
      const base = codes[bytes[i]!]!;
      if (base === -1) return this.#number(bytes, start, nameEnd);
      code = 5 * code + base;
    }
    return code;
  }

  #number(bytes: Uint8Array, start: number, end: number): number {
    const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
    const known = this.#others.get(text);
    if (known !== undefined) return known;
    const number = -1 - this.#others.size;
    this.#others.set(text, number);
    return number;
  }
}
