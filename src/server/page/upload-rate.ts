/** How fast an upload goes, and how to tell of it. */
import { byteSize } from '../../report/format.js';
import { duration } from './words.js';

/** Milliseconds over which a rate is taken. */
const SPAN = 4000;

/** Bytes a second over the last four seconds, from counts and the times (milliseconds) at which they stood. */
export function rateMeter(): (bytes: number, time: number) => number {
  const seen: { bytes: number; time: number }[] = [];
  return (bytes, time) => {
    seen.push({ bytes, time });
    while (seen.length > 2 && time - seen[1]!.time >= SPAN) seen.shift();
    const { bytes: before, time: since } = seen[0]!;
    return time > since ? ((bytes - before) / (time - since)) * 1000 : 0;
  };
}

/** `1.2 GB of 2.0 GB, 80.1 MB/s, 10 s left` */
export function progressText(sent: number, total: number, rate: number): string {
  const left = rate > 0 ? `, ${duration(((total - sent) / rate) * 1000)} left` : '';
  return `${byteSize(sent)} of ${byteSize(total)}, ${byteSize(Math.round(rate))}/s${left}`;
}
