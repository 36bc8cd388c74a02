/** Results whose memory is handed to the thread that asked, instead of copied. */
import { createRequire } from 'node:module';

/** Below this a copy costs less than the handing over. */
const leastBytes = 64 * 1024;

/**
 * Marks a result of a worker, so that Piscina hands its large arrays over: those that fill a buffer of their
 * own, wherever they stand in it. The worker can't read them any more then.
 */
export function handOver<T>(result: T): unknown {
  const memory = new Set<ArrayBuffer>();
  collect(result, memory);
  if (memory.size === 0) return result;
  const movable = {
    [Symbol.for('Piscina.transferable')]: [...memory],
    [Symbol.for('Piscina.valueOf')]: result,
  };
  markMovable(movable);
  return movable;
}

/** What Piscina.move calls. Every worker has loaded that file already; all of Piscina would take it 7 ms. */
function markMovable(value: object): void {
  const piscina = createRequire(import.meta.url).resolve('piscina');
  (createRequire(piscina)('./common.js') as { markMovable(value: object): void }).markMovable(value);
}

function collect(value: unknown, memory: Set<ArrayBuffer>): void {
  if (typeof value !== 'object' || value === null) return;
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteLength } = value;
    const whole = byteLength === buffer.byteLength && byteLength >= leastBytes;
    if (whole && buffer instanceof ArrayBuffer) memory.add(buffer);
    return;
  }
  for (const member of Object.values(value)) collect(member, memory);
}
