/** The progress bar: bytes of input read, rate and time left, on standard error. */
import type { RunEvents } from '../engine/events.js';
import { makeBar } from './bar.js';

const MEGA = 1e6;

const WHOLE = '{bar} {percentage}% | {value}/{total} MB | {rate} MB/s | {left} left | {phase}';
const PIPED = '{value} MB | {rate} MB/s | {phase}';

/** Draws the bar until the returned function is called. */
export function showProgress(events: RunEvents): () => void {
  const started = performance.now();
  let bar: ReturnType<typeof makeBar> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let total = 0;
  let phase = 'counting';
  const state = () => {
    const read = Number(Atomics.load(events.bytesRead, 0)) / MEGA;
    const rate = read / ((performance.now() - started) / 1000);
    const left = read > 0 ? duration((total - read) / rate) : '–';
    return { value: Math.min(Math.round(read), total || Infinity), rate: Math.round(rate), left, phase };
  };
  const draw = () => {
    const { value, ...words } = state();
    bar?.update(value, words);
  };
  events.listen((event) => {
    if (event.type === 'start') {
      total = Math.ceil(event.bytes / MEGA);
      // A pipe does not tell how much is to come; then only what has come is shown.
      bar = makeBar(total > 0 ? WHOLE : PIPED);
      const { value, ...words } = state();
      bar.start(total, value, words);
      timer = setInterval(draw, 100);
    } else if (event.type === 'aggregate') {
      phase = 'writing results';
      draw();
    }
  });
  return () => {
    clearInterval(timer);
    bar?.stop();
    bar = undefined;
  };
}

/** Seconds as `9 s`, `2:05` or `1:02:05`. */
function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const pad = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  const clock = minutes < 60 ? String(minutes) : `${Math.floor(minutes / 60)}:${pad(minutes % 60)}`;
  return `${clock}:${pad(whole % 60)}`;
}
