/** The step `read_mapping`: aligns pairs to the genome, sorts and indexes the alignments, and counts them. */
import { readFileSync } from 'node:fs';
import { countReads } from '../reads/count-reads.js';
import { readFlagstat } from '../reports/flagstat.js';
import type { ReadFiles } from '../workspace.js';
import { shownReads } from './shown-reads.js';
import type { Step } from './step.js';
import type { Flagstat, MappingSummary } from './summaries.js';

/** Bases that bwa takes at once. Left alone, it takes more with more threads, and pair statistics change with that. */
const BATCH_BASES = 100_000_000;

/** Memory of a sorting thread; what is more goes through files in the scratch folder. */
const SORT_MEMORY = '256M';

/** Of so many threads one helps to sort; the sorter itself waits for the aligner most of the time. */
const THREADS_A_SORTER = 8;

export const readMappingStep: Step = {
  // The pipe between them is made with mkfifo.
  programs: ['samtools', 'mkfifo'],
  needsReference: true,
  programsFor: ({ manifest }) => [manifest.index.program],

  async run(context): Promise<MappingSummary> {
    const { workspace, scratch, threads, run, log, invalid, version } = context;
    const reads = context.reads!;
    const reference = context.reference!;
    const aligner = reference.manifest.index.program;
    log(`aligner: ${aligner}, whose index the genome ${reference.name} has`);
    const bam = scratch.alignment;
    // bwa leaves out reads without a mate, and ends with status 0.
    const counted = countPairs(reads, shownReads(workspace, reads));
    counted.catch(() => {});
    const sorters = Math.floor(threads / THREADS_A_SORTER);
    await run([
      {
        program: aligner,
        args: [
          ...['mem', '-t', String(threads - sorters), '-K', String(BATCH_BASES)],
          ...[reference.fasta, reads.r1, reads.r2],
        ],
      },
      {
        program: 'samtools',
        args: [
          ...['sort', '-@', String(sorters), '-m', SORT_MEMORY, '-T', scratch.resolve('tmp', 'sort')],
          ...['-o', bam, '-'],
        ],
      },
    ]);
    // A file cut short has no block that marks its end.
    await run([{ program: 'samtools', args: ['quickcheck', bam] }]);
    const helpers = ['-@', String(threads - 1)];
    await run([{ program: 'samtools', args: ['index', ...helpers, bam] }]);
    const stat = scratch.resolve('bwa', 'aligned.stat');
    await run([{ program: 'samtools', args: ['flagstat', ...helpers, bam] }], { stdout: stat });
    const flagstat = readFlagstat(readFileSync(stat, 'utf8'));
    if (!flagstat) throw invalid('samtools', 'flagstat does not count what samtools 1.13 and later count');
    const given = await counted;
    if (flagstat.read1 !== given.r1 || flagstat.read2 !== given.r2) {
      const found = `it took ${flagstat.read1} and ${flagstat.read2} reads`;
      throw invalid(aligner, `${found}, expected the ${given.r1} of R1 and ${given.r2} of R2`);
    }
    log(told(flagstat, reference.name));
    const { index } = reference.manifest;
    const aligner_version = await version(aligner);
    return { aligner, aligner_version, genome: reference.name, index, flagstat };
  },
};

async function countPairs(reads: ReadFiles, shown: ReadFiles): Promise<{ r1: number; r2: number }> {
  return { r1: await countReads(reads.r1, shown.r1), r2: await countReads(reads.r2, shown.r2) };
}

function told({ paired, primary_mapped }: Flagstat, genome: string): string {
  if (paired === 0) return 'warning: there are no reads to map';
  if (primary_mapped === 0) return `warning: none of ${paired} reads map; is ${genome} their genome?`;
  return `${primary_mapped} of ${paired} reads map`;
}
