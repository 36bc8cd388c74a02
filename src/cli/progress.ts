/** The progress bar: bytes of input read, rate and time left, on standard error. */
import cliProgress from 'cli-progress';
import type { RunEvents } from '../engine/events.js';

const MEGA = 1e6;

/** Draws the bar until the returned function is called. */
export function showProgress(events: RunEvents): () => void {
  const colour = process.env.NO_COLOR === undefined;
  const bar = new cliProgress.SingleBar({
    format: `${colour ? '\x1b[36m{bar}\x1b[0m' : '{bar}'} {percentage}% | {value}/{total} MB | {rate} MB/s | {eta_formatted} left | {phase}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
    // Where it was asked for although there is no terminal: a line now and then.
    noTTYOutput: true,
    notTTYSchedule: 2000,
    barsize: 24,
  });
  const started = performance.now();
  let total = 1;
  let phase = 'counting';
  const draw = () => {
    const read = Number(Atomics.load(events.bytesRead, 0)) / MEGA;
    const seconds = (performance.now() - started) / 1000;
    bar.update(Math.min(total, Math.round(read)), { rate: Math.round(read / seconds), phase });
  };
  let timer: NodeJS.Timeout | undefined;
  events.listen((event) => {
    if (event.type === 'start') {
      total = Math.max(1, Math.round(event.bytes / MEGA));
      bar.start(total, 0, { rate: 0, phase });
      timer = setInterval(draw, 100);
    } else if (event.type === 'aggregate') {
      phase = 'writing results';
      draw();
    }
  });
  return () => {
    clearInterval(timer);
    if (timer) bar.stop();
  };
}
