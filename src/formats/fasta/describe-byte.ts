const named: Record<number, string> = {
  9: 'a tab',
  10: 'a line feed',
  13: 'a carriage return',
  32: 'a space',
};

/** The words for a byte of a file: "the letter 'E'", "'@'", "a tab", "byte 0x00". */
export function describeByte(byte: number): string {
  if (named[byte]) return named[byte];
  if (byte < 0x20 || byte > 0x7e) return `byte 0x${byte.toString(16).padStart(2, '0').toUpperCase()}`;
  const character = String.fromCharCode(byte);
  return /[A-Za-z]/.test(character) ? `the letter '${character}'` : `'${character}'`;
}

/** The line that begins at `at`, quoted: at most 24 characters, and none that would upset a terminal. */
export function quoteLine(bytes: Uint8Array, at: number): string {
  const text = Buffer.from(bytes.subarray(at, at + 25)).toString('latin1');
  const line = text.split(/[\r\n]/, 1)[0].replaceAll(/[^ -~]/g, '?');
  return line.length > 24 ? `'${line.slice(0, 24)}…'` : `'${line}'`;
}
