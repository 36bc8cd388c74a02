import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { requireTool } from '../../agreement/tools.js';
import { afterMilliseconds, random } from '../../runs/kills.js';
import { archiveOf } from '../acceptance/project.js';
import type { Archive, ArchivedRun } from '../archive.js';
import { afterLines, Killed, tablesByHand, twelveRuns } from './killed.js';

const programs = ['kallisto', 'fasterq-dump', 'latf-load', 'kar'];

describe.skipIf(!programs.every(requireTool))('a batch killed at any moment', () => {
  const draw = random(20_261_124);
  let runs: ArchivedRun[];
  let expected: Record<string, string>;
  let infos: Record<string, object>;
  beforeAll(async () => {
    runs = twelveRuns();
    expected = tablesByHand(runs);
    const undisturbed = new Killed({ archive: await archiveOf({ runs }), runs, args: [] });
    undisturbed.sound((await undisturbed.start(expected))!, expected);
    infos = undisturbed.infos();
  });

  /** Kills half the time by the clock, half the time by what has happened. */
  const killer = (killed: Killed) =>
    draw() < 0.5
      ? afterMilliseconds(200 + draw() * 1300)
      : afterLines(killed.journalFile, 1 + Math.floor(draw() * 60));

  /** Kills starts of project after project, and completes each of them; returns how many whole files were kept. */
  async function killedTimes(
    kills: number,
    given: { archive: Archive; runs: readonly ArchivedRun[]; args: readonly string[] },
    inspect: (killed: Killed) => void = () => {},
  ): Promise<number> {
    let [hit, kept] = [0, 0];
    for (let projects = 1; hit < kills; projects += 1) {
      expect(projects, 'projects that were done before they were killed').toBeLessThan(2 * kills);
      const killed = new Killed(given);
      let isKilled = true;
      while (isKilled && killed.kills < 10) {
        const ended = await killed.start(expected, killer(killed));
        inspect(killed);
        isKilled = ended === undefined;
        if (ended) killed.sound(ended, expected);
      }
      killed.sound((await killed.start(expected))!, expected);
      expect(killed.infos()).toEqual(infos);
      hit += killed.kills;
      kept += killed.kept;
    }
    return kept;
  }

  /** So slow that downloads take about as long as all the rest. */
  const slowArchive = (of = runs) => archiveOf({ runs: of, bytesPerSecond: 4_000_000 });

  it('ends in the same results after 20 kills, and downloads nothing anew that stood there whole', async () => {
    const archive = await slowArchive();
    expect(await killedTimes(20, { archive, runs, args: [] })).toBeGreaterThan(10);
    expect(
      archive.requests.some(({ range }) => range !== undefined),
      'parts are gone on with',
    ).toBe(true);
  });

  it('does so with small batches of which the next is downloaded meanwhile', async () => {
    const archive = await slowArchive();
    const args = ['--batch-size', '2', '--prefetch-batches', '1'];
    expect(await killedTimes(6, { archive, runs, args })).toBeGreaterThan(0);
  });

  it('never has reads on the disk where they are streamed', async () => {
    // The same reads, all of them as FASTQ.
    const all = twelveRuns(() => false);
    const inspect = ({ project: { out } }: Killed) => {
      const names = readdirSync(out, { recursive: true }) as string[];
      const files = names.filter((name) =>
        statSync(path.join(out, name), { throwIfNoEntry: false })?.isFile(),
      );
      expect(files.filter((name) => /fastq|\.sra|\.part/.test(name))).toEqual([]);
    };
    const archive = await slowArchive(all);
    await killedTimes(6, { archive, runs: all, args: ['--stream'] }, inspect);
  });
});
