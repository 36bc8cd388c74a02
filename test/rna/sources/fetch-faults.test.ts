import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { archiveFiles } from '../../../src/rna/sources/archive-files.js';
import { type Fault, html } from '../archive.js';
import { archiveOf, fastq, fetching, runFolder, sraObject } from './fetching.js';

const run = 'SRR1';
const files = { 'SRR1_1.fastq.gz': fastq(1, 120_000), 'SRR1_2.fastq.gz': fastq(2, 120_000) };
const sra = sraObject(3);

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ cutAfter: fc.integer({ min: -1, max: 120_000 }) }),
  fc.record({ cutAfter: fc.integer({ min: 0, max: 120_000 }), etag: fc.constant(false as const) }),
  fc.record({ ignoresRange: fc.constant(true), cutAfter: fc.integer({ min: 0, max: 120_000 }) }),
  fc.record({ isChunked: fc.constant(true), cutAfter: fc.integer({ min: 0, max: 200_000 }) }),
  fc.record({
    status: fc.constantFrom(404, 416, 429, 500, 503),
    headers: fc.constant({ 'retry-after': '0' }),
  }),
  // Bytes of the right number, with or without the ETag of the right ones.
  fc.record({ content: fc.constant(Buffer.alloc(files['SRR1_1.fastq.gz'].length, 'x')) }),
  fc.record({
    content: fc.constant(Buffer.alloc(sra.length, 'x')),
    etag: fc.constant('"same"'),
    cutAfter: fc.integer({ min: 0, max: 120_000 }),
  }),
  fc.constant({ ...html, etag: '"same"' }),
  fc.constant(html),
  fc.record({ redirect: fc.constantFrom('https://evil.example/', 'http://127.0.0.1:1/') }),
  fc.constant({}),
);
const faults = fc.array(fault, { maxLength: 5 });

describe('whatever the archives do', () => {
  it('each file that stands is right, or there is a failure with a reason, and a later call gets the run', async () => {
    let [done, failed, resumed] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(faults, faults, faults, async (first, second, object) => {
        const archive = await archiveOf({ runs: [{ run, fastq: files, sra, sraAt: ['aws'] }] });
        archive.faults.set('SRR1_1.fastq.gz', [...first]);
        archive.faults.set('SRR1_2.fastq.gz', [...second]);
        archive.faults.set('aws/sra/SRR1/SRR1', [...object]);
        const folder = runFolder();
        const listed = archiveFiles(archive.reportOf(run));
        const right: Record<string, Buffer> = { ...files, 'SRR1.sra': sra };
        // Each call that fails has used up a fault.
        for (let call = 0; ; call += 1) {
          const { fetched, failure, names, slotsLeft } = await fetching({
            archive,
            run,
            folder,
            sample: { archive: listed },
            values: { sources: ['ena', 'aws'], retries: 1 },
          });
          for (const [name, content] of Object.entries(right)) {
            if (existsSync(path.join(folder, name))) {
              expect(readFileSync(path.join(folder, name)).equals(content)).toBe(true);
            }
          }
          expect(slotsLeft).toBe(0);
          if (fetched) {
            expect(fetched.files.map((file) => path.basename(file))).toEqual(
              fetched.kind === 'sra' ? ['SRR1.sra'] : Object.keys(files),
            );
            expect(names.filter((name) => !(name in right))).toEqual([]);
            if (call > 0) resumed += 1;
            done += 1;
            break;
          }
          expect(failure).toMatchObject({ name: 'SampleFailure', stage: 'fetch' });
          failed += 1;
          expect(call).toBeLessThan(first.length + second.length + object.length);
        }
        await archive.close();
      }),
      { numRuns: 60 },
    );
    expect(done).toBe(60);
    expect(Math.min(failed, resumed)).toBeGreaterThan(5);
  });
});
