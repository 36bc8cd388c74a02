/** The last lines of a text that comes in pieces. */

/** Lines that are kept. */
export const KEPT_LINES = 2000;

export class LineTail {
  /** Complete lines, the oldest first. */
  lines: string[] = [];
  /** The line that has no end yet. */
  rest = '';
  /** Lines that were dropped. */
  dropped = 0;

  constructor(readonly kept = KEPT_LINES) {}

  feed(text: string): void {
    const pieces = (this.rest + text).split('\n');
    this.rest = pieces.pop()!;
    // One by one: a spread of a hundred thousand arguments is more than a call takes.
    for (const piece of pieces) this.lines.push(piece);
    const over = Math.max(0, this.lines.length - this.kept);
    this.lines.splice(0, over);
    this.dropped += over;
  }

  clear(): void {
    this.lines = [];
    this.rest = '';
    this.dropped = 0;
  }
}
