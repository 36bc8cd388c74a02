/** What a run left in its `.gtk` folder, looked at from outside and not by the program's own reader. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';

interface Marker {
  task: number;
  batch: number;
  last: boolean;
  part?: { file: string; bytes: number; crc32: number };
  /** The job's own numbers. */
  summary: Record<string, unknown>;
}

/** Names in a folder; none where it does not exist. */
export function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** Final names of markers, in order. */
export function markerNames(out: string): string[] {
  return namesIn(path.join(out, '.gtk/done')).filter(
    (name) => name.endsWith('.json') && !name.startsWith('.'),
  );
}

/** Every marker, its part found whole: size and CRC-32 as zlib computes it from the bytes. */
export function wholeMarkers(out: string): Marker[] {
  return markerNames(out).map((name) => {
    const marker = JSON.parse(readFileSync(path.join(out, '.gtk/done', name), 'utf8')) as Marker;
    if (marker.part) {
      const bytes = readFileSync(path.join(out, '.gtk', marker.part.file));
      const found = { file: marker.part.file, bytes: bytes.length, crc32: crc32(bytes) };
      if (JSON.stringify(found) !== JSON.stringify(marker.part)) {
        throw new Error(`${name} describes ${JSON.stringify(marker.part)}, found ${JSON.stringify(found)}`);
      }
    }
    return marker;
  });
}

/** All files below the output folder, `.gtk` included, whose names are temporary ones. */
export function temporaryFiles(out: string): string[] {
  const all = readdirSync(out, { recursive: true }) as string[];
  return all.filter((name) => name.endsWith('.tmp') || name.includes('staged/'));
}

/** The fields of the log line with that message. */
export function logged(stderr: string, message: string): Record<string, unknown> | undefined {
  const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === message);
}
