import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../run-gtk.js';
import { FakeHub, type Fault, type Step, unavailable } from './fake-hub.js';
import { bytesOf, expectedChecksums, upload, writeFiles } from './uploading.js';

const folder = temporaryFolder();

const steps: Step[] = [
  'create',
  'head',
  'paths',
  'tree',
  'preupload',
  'batch',
  'put',
  'part',
  'complete',
  'verify',
  'commit',
];
const kinds: Fault[] = [
  { kind: 'cut' },
  { kind: 'lose' },
  unavailable,
  { ...unavailable, early: true } as Fault,
  { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
  { kind: 'status', status: 403, message: 'not now' },
];

const fault = fc.record({
  // Commits are where twice is one too many.
  step: fc.oneof(fc.constantFrom(...steps), fc.constant<Step>('commit')),
  kind: fc.constantFrom(...kinds),
  times: fc.integer({ min: 1, max: 5 }),
  after: fc.integer({ min: 0, max: 2 }),
});

const contents = fc.dictionary(
  fc.constantFrom('README.md', 'train/0.parquet', 'train/1.parquet', 'test/0.parquet', 'notes.txt'),
  fc.record({ seed: fc.constantFrom('a', 'b', 'c'), size: fc.constantFrom(0, 1, 999, 2000, 4001) }),
  { minKeys: 1 },
);

describe('uploads that are repeated until one succeeds', () => {
  it('leave exactly the files and one commit a change, whatever goes wrong', async () => {
    let failures = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(contents, fc.array(fault, { maxLength: 4 })), { minLength: 1, maxLength: 3 }),
        async (rounds) => {
          const hub = await FakeHub.start({ partBytes: 2000 });
          let changes = 0;
          let before: Map<string, string> | undefined;
          for (const [content, faults] of rounds) {
            const files = writeFiles(
              path.join(folder, 'random'),
              Object.fromEntries(
                Object.entries(content).map(([name, { seed, size }]) => [name, bytesOf(seed, size)]),
              ),
            );
            for (const { step, kind, times, after } of faults) hub.plan(step, kind, { times, after });
            for (let tries = 0; ; tries += 1) {
              // No more than the faults that are planned.
              expect(tries).toBeLessThan(25);
              try {
                await upload(hub, files);
                break;
              } catch (error) {
                expect(error).toMatchObject({ code: 'GTK_HUB' });
                failures += 1;
              }
            }
            hub.heal();
            const repository = hub.repository('lab/cells');
            const after = repository.checksums();
            const expected = expectedChecksums(files);
            // Text files that are not given stay.
            const kept = new Map([...(before ?? [])].filter(([name]) => !name.endsWith('.parquet')));
            expect(after).toEqual(new Map([...kept, ...expected].sort(([a], [b]) => (a < b ? -1 : 1))));
            const isChange = JSON.stringify([...after]) !== JSON.stringify([...(before ?? [])]);
            changes += isChange ? 1 : 0;
            expect(repository.commits).toHaveLength(1 + changes);
            before = after;
          }
          expect(hub.violations).toEqual([]);
          await hub.close();
        },
      ),
      { numRuns: 40 },
    );
    expect(failures).toBeGreaterThan(0);
  });
});
