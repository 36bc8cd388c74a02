import type { SentenceRequest } from './types.js';

/** Throws unless all arrays of a request are of their kinds and agree; columns are checked as they are read. */
export function requireSound(request: SentenceRequest): void {
  const { rowStarts, columns, values, rows, tokens, top, lists, appearances } = request;
  requireKind('rowStarts', rowStarts, Uint32Array);
  requireKind('columns', columns, Int32Array);
  if (!(values instanceof Float64Array)) requireKind('values', values, Float32Array);
  requireKind('rows', rows, Uint32Array);
  requireKind('the bytes of tokens', tokens.bytes, Uint8Array);
  requireKind('the offsets of tokens', tokens.offsets, Uint32Array);
  if (!Number.isSafeInteger(top) || top < 0) throw new TypeError('top must be a whole number');

  if (columns.length !== values.length) throw new RangeError('columns and values differ in length');
  requireOffsets('rowStarts', rowStarts, columns.length);
  requireOffsets('the offsets of tokens', tokens.offsets, tokens.bytes.length);
  requireBelow('a row', rows, rowStarts.length - 1);

  const width = tokens.offsets.length - 1;
  if (tokens.groups !== undefined) {
    requireWidth('groups', tokens.groups, Uint32Array, width);
    requireBelow('a group', tokens.groups, width);
  }
  if (!Array.isArray(lists)) throw new TypeError('lists must be an array');
  for (const list of lists) requireWidth('a list', list, Uint8Array, width);
  if (appearances !== undefined) requireWidth('appearances', appearances, Uint32Array, width);
}

type Kind = Uint8ArrayConstructor | Uint32ArrayConstructor | Int32ArrayConstructor | Float32ArrayConstructor;

function requireKind(name: string, array: ArrayBufferView, kind: Kind): void {
  if (!(array instanceof kind)) throw new TypeError(`${name} must be of type ${kind.name}`);
}

function requireWidth(name: string, array: Uint8Array | Uint32Array, kind: Kind, width: number): void {
  requireKind(name, array, kind);
  if (array.length !== width) throw new RangeError(`${name} must have one item for each column`);
}

function requireOffsets(name: string, offsets: Uint32Array, end: number): void {
  if (offsets.length === 0) throw new RangeError(`${name} must not be empty`);
  for (let i = 1; i < offsets.length; i++) {
    if (offsets[i - 1]! > offsets[i]!) throw new RangeError(`${name} must not fall`);
  }
  if (offsets[offsets.length - 1]! > end) throw new RangeError(`${name} must not lead out of the array`);
}

function requireBelow(name: string, numbers: Uint32Array, limit: number): void {
  for (const number of numbers) {
    if (number >= limit) throw new RangeError(`${name} must be below ${limit}, not ${number}`);
  }
}
