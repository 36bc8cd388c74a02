import { statSync } from 'node:fs';
import path from 'node:path';
import { inputsFolder } from './input-files.js';
import type { Program } from './measure.js';
import { DiskPeak, PacedArchive } from './rna-archive.js';
import { RnaInput, smallWorkloads, workloads } from './rna-inputs.js';
import { gtkOnDownloads, gtkOnFiles, NamedRuns, shellLoop } from './rna-programs.js';
import { claim, type Group, type Suite } from './suite.js';

/**
 * The comparisons of `gtk rna`: with a shell loop over kallisto, with downloads that take as long as
 * quantifications, with nothing to do, and with thousands of runs.
 */

/** Most memory that gtk itself may take, however many runs there are, in bytes. */
const memoryLimit = 150e6;

const count = (value: number) => value.toLocaleString('en');

const localLoop = 'kallisto quant -t 2 in a shell loop';

/** @param oneByOne limit for gtk with one run at a time; undefined is not to measure that */
function onFiles(input: RnaInput, limit: number, oneByOne?: number): Group {
  const { runs, pairs } = input.workload;
  const own = 'gtk rna batch';
  const single = `${own} --batch-size 1`;
  return {
    title: `${runs} runs of ${count(pairs)} pairs, reads and index there`,
    note: 'gtk counts the reads, validates the results and deletes the reads, beside what the loop does.',
    inputs: input.files,
    prepare: () => input.make(),
    programs: [
      shellLoop(localLoop, input),
      gtkOnFiles(own, input),
      ...(oneByOne === undefined ? [] : [gtkOnFiles(single, input, ['--batch-size', '1'], 2)]),
    ],
    claims: [
      claim(own, 'at most', limit, localLoop),
      ...(oneByOne === undefined ? [] : [claim(single, 'at most', oneByOne, localLoop)]),
    ],
  };
}

/** How gtk is told to download, and how many runs may have reads on the disk at once. */
const manners: { name: string; options: string[]; runs: number }[] = [
  { name: 'gtk rna batch --batch-size 2', options: ['--batch-size', '2'], runs: 2 },
  {
    name: 'gtk rna batch --batch-size 2 --prefetch-batches 1',
    options: ['--batch-size', '2', '--prefetch-batches', '1'],
    runs: 4,
  },
  { name: 'gtk rna batch --stream', options: ['--stream'], runs: 0 },
];

function withDownloads(input: RnaInput): Group {
  const archive = new PacedArchive(input);
  const peaks = manners.map(() => new DiskPeak());
  const loop = 'curl, then kallisto, in a shell loop';
  const programs = manners.map(({ name, options, runs }, at): Program => {
    const program = gtkOnDownloads(name, archive, options, peaks[at]!);
    return {
      ...program,
      async check(scratch) {
        await program.check!(scratch);
        const sizes = input.runs.map((run) =>
          input.reads(run).reduce((sum, file) => sum + statSync(file).size, 0),
        );
        const most = sizes
          .sort((a, b) => b - a)
          .slice(0, runs)
          .reduce((sum, size) => sum + size, 0);
        const { bytes } = peaks[at]!;
        // Records of unfinished downloads are beside the reads.
        if (bytes > most + runs * 10_000) {
          throw new Error(`${name} had ${bytes} bytes of reads on the disk, expected ${most} at most`);
        }
      },
    };
  });
  const [, ahead, streamed] = manners;
  return {
    title: `${input.workload.runs} runs of ${count(input.workload.pairs)} pairs, downloads as slow as kallisto`,
    get note() {
      const found = manners.map(({ name }, at) => `${name}: ${(peaks[at]!.bytes / 1e6).toFixed(1)} MB`);
      return `Most of the reads on the disk at once, ${found.join('; ')}.`;
    },
    inputs: input.files,
    async prepare() {
      await input.make();
      await archive.start();
    },
    finish: () => archive.close(),
    programs: [
      shellLoop(localLoop, input),
      shellLoop(loop, input, (run) => archive.addressesOf(run)),
      ...programs,
    ],
    // The archive takes as long to send all reads as the loop to quantify those that are there.
    claims: [
      claim(ahead!.name, 'at most', 1.15, localLoop),
      claim(streamed!.name, 'at most', 1.15, localLoop),
      claim(manners[0]!.name, 'none', 0, localLoop),
      claim(loop, 'none', 0, localLoop),
    ],
  };
}

function nothingToDo(few: NamedRuns, many: NamedRuns, index: RnaInput): Group {
  const bare = 'node -e 0';
  const names = [few, many].map(({ runs }) => `gtk rna batch, ${count(runs.length)} runs done`);
  // 0.35 s and 1 s in all, of which Node alone takes 50 ms.
  const extra = (at: number, limit: number) =>
    ({ of: names[at]!, over: bare, figure: 'extra', bound: 'at most', limit }) as const;
  return {
    title: 'Nothing to do',
    inputs: [],
    async prepare() {
      await index.make();
      for (const runs of [few, many]) await runs.make();
    },
    programs: [
      { name: bare, command: () => [process.execPath, '-e', '0'] },
      few.done(names[0]!),
      many.done(names[1]!),
    ],
    claims: [extra(0, 300), extra(1, 950)],
    runs: 9,
  };
}

function thousands(runs: NamedRuns, index: RnaInput): Group {
  return {
    title: `${count(runs.runs.length)} runs, with a stand-in for kallisto that takes no time`,
    inputs: [],
    prepare: () => index.make(),
    programs: [runs.quantified('gtk rna batch', memoryLimit)],
    claims: [],
  };
}

/** Every group of the rna bench, its inputs below `folder`; nothing is made before a group is prepared. */
export function rnaGroups({ small }: { small: boolean }, folder = inputsFolder): Group[] {
  const used = small ? smallWorkloads : workloads;
  const [few, large] = [new RnaInput(used.small, folder), new RnaInput(used.large, folder)];
  const named = (number: number) => new NamedRuns(number, folder, path.dirname(few.index));
  return [
    onFiles(few, 0.65),
    // One by one: five hundredths more than the loop, and 0.35 s of some eleven.
    onFiles(large, 0.95, 1.08),
    withDownloads(large),
    nothingToDo(named(used.few), named(used.many), few),
    thousands(named(used.many), few),
  ];
}

/** Flags, groups and tools of `npm run bench -- rna`. */
export const rnaSuite: Suite = {
  flags: { small: 'tiny inputs and one round, to see that everything runs; nothing is written' },
  groups: (given) => rnaGroups({ small: given.has('small') }),
  tools: { kallisto: ['kallisto', 'version'], curl: ['curl', '--version'] },
};
