import { expect, test } from 'vitest';
import { handOver } from '../../src/engine/hand-over.js';

const transferable = Symbol.for('Piscina.transferable');
const valueKey = Symbol.for('Piscina.valueOf');

test('large arrays of a result are handed over, wherever they stand in it', () => {
  const [first, second] = [new Uint8Array(1 << 20), new Float64Array(1 << 15)];
  const result = { ok: true, value: [{ bytes: first, detail: { second, small: new Uint8Array(8) } }] };
  const marked = handOver(result) as Record<symbol, unknown>;
  expect(marked[valueKey]).toBe(result);
  expect(marked[transferable]).toEqual([first.buffer, second.buffer]);
  expect(Object.getOwnPropertySymbols(marked).map(String)).toContain('Symbol(Piscina.kMovable)');
});

test('views of a part of a buffer, and shared memory, stay where they are', () => {
  const part = new Uint8Array(1 << 20).subarray(1);
  const shared = new Uint8Array(new SharedArrayBuffer(1 << 20));
  for (const result of [{ part }, { shared }, undefined, null, 'text', { ok: true }]) {
    expect(handOver(result)).toBe(result);
  }
});
