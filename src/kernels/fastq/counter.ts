/** Counts the records of one FASTQ text that comes in chunks. */
import { BLANK, fault, line, newState, place } from './state.js';
import type { FastqCounts, FastqFault, FastqKernel } from './types.js';

const LF = Uint8Array.of(0x0a);
const CR = 0x0d;

/** One count. */
export class FastqCounter {
  readonly #state = newState();

  constructor(private readonly kernel: FastqKernel) {}

  /** Counts the next chunk; false after a fault: what follows would not be looked at. */
  push(text: Uint8Array): boolean {
    this.kernel.count(text, this.#state);
    return this.#state[place.fault] === 0;
  }

  /** Records so far. */
  get records(): number {
    return this.#state[place.records]!;
  }

  /** The text ends here. */
  end(): FastqCounts {
    const state = this.#state;
    // No LF need end the last line. Too few qualities are cut off; none at all are right without bases.
    if (state[place.line] !== line.quality && state[place.length]! > 0) this.push(LF);
    if (state[place.line] === line.quality && unended(state) >= state[place.sequence]!) this.push(LF);
    const records = this.records;
    return {
      records,
      bases: state[place.bases]!,
      minLength: records > 0 ? state[place.least]! : 0,
      maxLength: state[place.most]!,
      fault: faultOf(state),
    };
  }
}

/** Bytes of the last line, if no LF ended it. */
function unended(state: Float64Array): number {
  const length = state[place.length]!;
  return length > 0 && state[place.last] === CR ? length - 1 : length;
}

const lineNames = ['header', 'sequence', "line with '+'", 'qualities'];

function faultOf(state: Float64Array): FastqFault | undefined {
  const record = state[place.records]! + 1;
  const found = state[place.found]!;
  switch (state[place.fault]) {
    case fault.header:
      return { record, kind: 'header', found: byteName(found), expected: "a header that begins with '@'" };
    case fault.separator:
      return {
        record,
        kind: 'separator',
        found: byteName(found),
        expected: "a third line that begins with '+'",
      };
    case fault.quality: {
      const expected = `as many as the ${state[place.sequence]} bases`;
      return { record, kind: 'quality', found: `${found} qualities`, expected };
    }
  }
  const awaited = state[place.line]!;
  if (awaited === line.header || awaited === line.blank) return undefined;
  return { record, kind: 'end', found: 'the end of the text', expected: `the ${lineNames[awaited]}` };
}

function byteName(byte: number): string {
  if (byte === BLANK) return 'a blank line';
  return byte > 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : `byte ${byte}`;
}
