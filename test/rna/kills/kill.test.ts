import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { requireTool } from '../../agreement/tools.js';
import { afterMilliseconds, random } from '../../runs/kills.js';
import type { ArchivedRun } from '../archive.js';
import { afterLines, Killed, slowArchive, tablesByHand, twelveRuns } from './killed.js';

const BYTES_PER_SECOND = 4_000_000;
const programs = ['kallisto', 'fasterq-dump', 'latf-load', 'kar'];

describe.skipIf(!programs.every(requireTool))('a batch killed at any moment', () => {
  const draw = random(20_261_124);
  let runs: ArchivedRun[];
  let expected: Record<string, string>;
  beforeAll(() => {
    runs = twelveRuns();
    expected = tablesByHand(runs);
  });

  /** Kills half the time by the clock, half the time by what has happened. */
  const killer = (killed: Killed) =>
    draw() < 0.5
      ? afterMilliseconds(200 + draw() * 1300)
      : afterLines(killed.journalFile, 1 + Math.floor(draw() * 60));

  /** Kills starts of project after project, and completes each of them. */
  async function killedTimes(
    kills: number,
    args: readonly string[],
    inspect: (killed: Killed) => void = () => {},
  ): Promise<{ kept: number; archive: Awaited<ReturnType<typeof slowArchive>> }> {
    const archive = await slowArchive(runs, BYTES_PER_SECOND);
    let [hit, kept] = [0, 0];
    for (let projects = 1; hit < kills; projects += 1) {
      expect(projects, 'projects that were done before they were killed').toBeLessThan(2 * kills);
      const killed = new Killed({ archive, runs, args });
      let ended = await killed.start(expected, killer(killed));
      inspect(killed);
      while (!ended && draw() < 0.9) {
        ended = await killed.start(expected, killer(killed));
        inspect(killed);
      }
      ended ??= await killed.start(expected);
      killed.sound(ended!, expected);
      hit += killed.kills;
      kept += killed.kept;
    }
    return { kept, archive };
  }

  it('ends in the same results after 20 kills, and downloads nothing anew that stood there whole', async () => {
    const { kept, archive } = await killedTimes(20, []);
    expect(kept).toBeGreaterThan(10);
    expect(
      archive.requests.some(({ range }) => range !== undefined),
      'parts are gone on with',
    ).toBe(true);
  });

  it('does so with small batches of which the next is downloaded meanwhile', async () => {
    const { kept } = await killedTimes(6, ['--batch-size', '2', '--prefetch-batches', '1']);
    expect(kept).toBeGreaterThan(0);
  });

  it('never has reads on the disk where they are streamed', async () => {
    const streamed = twelveRuns(() => false);
    runs = streamed;
    await killedTimes(6, ['--stream'], ({ project: { out } }) => {
      const files = (readdirSync(out, { recursive: true }) as string[]).filter((name) =>
        statSync(path.join(out, name), { throwIfNoEntry: false })?.isFile(),
      );
      expect(files.filter((name) => /fastq|\.sra|\.part/.test(name))).toEqual([]);
    });
  });
});
