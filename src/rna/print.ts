/** Statistics as text. */
import type { Statistics } from './aggregate.js';

/** Bytes as a person reads them, in the units of options such as `--min-free-gb`: 1 GB is 1024³ bytes. */
export function shownBytes(bytes: number): string {
  if (bytes >= 2 ** 30) return `${(bytes / 2 ** 30).toFixed(2)} GB`;
  return bytes >= 2 ** 20 ? `${(bytes / 2 ** 20).toFixed(1)} MB` : `${Math.round(bytes / 2 ** 10)} kB`;
}

/** Two lines about what was done. */
export function printStatistics(statistics: Statistics): string {
  const { total_samples, processed, skipped, failed, excluded, pending, seconds } = statistics;
  const counts = [
    `${processed} done`,
    `${skipped} done before`,
    `${failed} failed`,
    `${excluded} excluded`,
    ...(pending > 0 ? [`${pending} not come to`] : []),
  ];
  const downloaded = shownBytes(statistics.bytes_downloaded);
  const freed = shownBytes(statistics.bytes_freed);
  return `${total_samples} runs: ${counts.join(', ')}\n${downloaded} downloaded, ${freed} freed, ${seconds.toFixed(1)} s\n`;
}
