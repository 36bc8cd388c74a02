/** An unsigned integer of at most 32 bits, seven bits a byte, the lowest first; returns where it stopped. */
export function putVarint(to: Uint8Array, at: number, value: number): number {
  let rest = value >>> 0;
  while (rest > 127) {
    to[at++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  to[at++] = rest;
  return at;
}

/** A signed integer of 32 bits as an unsigned one that is small where its magnitude is. */
export function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}
