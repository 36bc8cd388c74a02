/** Cutting text that arrives in pieces into lines. */

/**
 * Calls `visit` with every line, LF or CR LF removed, numbered from 1, until it returns false.
 *
 * A line is a view of a buffer that the next one may overwrite: decode or copy what is kept.
 */
export async function forEachLine(
  text: AsyncIterable<Uint8Array>,
  visit: (line: Buffer, number: number) => boolean,
): Promise<void> {
  let number = 0;
  let rest: Buffer[] = [];
  for await (const piece of text) {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    let start = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      let line = bytes.subarray(start, end);
      if (rest.length > 0) {
        line = Buffer.concat([...rest, line]);
        rest = [];
      }
      number += 1;
      if (!visit(withoutCr(line), number)) return;
      start = end + 1;
    }
    // Copied, since the source may reuse its buffer.
    if (start < bytes.length) rest.push(Buffer.from(bytes.subarray(start)));
  }
  if (rest.length > 0) visit(withoutCr(Buffer.concat(rest)), number + 1);
}

function withoutCr(line: Buffer): Buffer {
  return line[line.length - 1] === 13 ? line.subarray(0, -1) : line;
}
