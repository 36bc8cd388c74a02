/** Counting FASTQ in TypeScript: what the native kernel must agree with. */
import { BLANK, fault, line, place } from './state.js';
import type { FastqKernel } from './types.js';

const LF = 0x0a;
const CR = 0x0d;
const AT = 0x40;
const PLUS = 0x2b;

export const referenceFastq: FastqKernel = { name: 'reference', count };

function count(text: Uint8Array, state: Float64Array): void {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  for (let at = 0; at < bytes.length && state[place.fault] === 0; ) {
    const newline = bytes.indexOf(LF, at);
    const stop = newline === -1 ? bytes.length : newline;
    if (stop > at) {
      if (state[place.length] === 0) state[place.first] = bytes[at]!;
      state[place.last] = bytes[stop - 1]!;
      state[place.length]! += stop - at;
    }
    if (newline !== -1) endLine(state);
    at = stop + 1;
  }
}

/** Takes the line that is now whole for the one that was awaited. */
function endLine(state: Float64Array): void {
  const begun = state[place.length]!;
  const length = begun > 0 && state[place.last] === CR ? begun - 1 : begun;
  const first = length > 0 ? state[place.first]! : BLANK;
  state[place.length] = 0;
  switch (state[place.line]) {
    case line.header:
      if (first === AT) state[place.line] = line.sequence;
      else if (first === BLANK) state[place.line] = line.blank;
      else fail(state, fault.header, first);
      break;
    case line.sequence:
      state[place.sequence] = length;
      state[place.line] = line.separator;
      break;
    case line.separator:
      if (first === PLUS) state[place.line] = line.quality;
      else fail(state, fault.separator, first);
      break;
    case line.quality:
      if (length === state[place.sequence]) endRecord(state);
      else fail(state, fault.quality, length);
      break;
    default:
      if (first !== BLANK) fail(state, fault.header, first);
  }
}

function fail(state: Float64Array, what: number, found: number): void {
  state[place.fault] = what;
  state[place.found] = found;
}

function endRecord(state: Float64Array): void {
  const bases = state[place.sequence]!;
  state[place.records]! += 1;
  state[place.bases]! += bases;
  state[place.least] = Math.min(state[place.least]!, bases);
  state[place.most] = Math.max(state[place.most]!, bases);
  state[place.line] = line.header;
}
