/** Statistics as text. */
import type { Statistics } from './aggregate.js';

/** Bytes as a person reads them. */
export function shownBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.round(bytes / 1e3)} kB`;
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
