import { inputsFolder } from './input-files.js';
import { databaseProbe } from './pcr-database.js';
import { carriedReads, PcrInputs, smallWorkloads, workloads } from './pcr-inputs.js';
import { killProbe } from './pcr-kill.js';
import { bedtoolsSites, ExternalChain, gtkChain, gtkSites } from './pcr-programs.js';
import { statusProbe } from './pcr-status.js';
import { uploadProbe } from './pcr-upload.js';
import { claim, type Group, type Probe, type Suite } from './suite.js';

/**
 * The comparisons of `gtk pcr` and `gtk serve`: the site analysis with bedtools, the chain with the programs that it
 * calls, and what those see who use a server.
 */

/** Most memory that a site analysis may take, in bytes. */
const memoryLimit = 400e6;

function siteAnalysis(inputs: PcrInputs): Group {
  const [own, chain] = ['gtk, site_analysis', 'samtools, awk, sort and bedtools'];
  return {
    title: `Sites of ${inputs.workloads.alignment.fragments.toLocaleString('en')} fragments`,
    note: 'From sorted alignments to eleven tables of sites. The tables are the same bytes; gtk also annotates them with genes, and writes them as tsv, json and xlsx.',
    inputs: [inputs.bam],
    prepare: () => inputs.makeAlignment(),
    programs: [bedtoolsSites(chain, inputs), gtkSites(own, inputs, memoryLimit)],
    claims: [claim(own, 'at most', 0.2, chain)],
  };
}

function chain(inputs: PcrInputs): Group {
  const external = new ExternalChain(inputs);
  const own = 'gtk pcr run';
  const programs = 'its external programs in a script';
  const all = 'the same, then bedtools';
  return {
    title: 'The chain on qslam_clean: cutadapt, read_mapping, site_analysis',
    note: 'The script runs the command lines that gtk recorded, one after another; gtk finds the sites as well, for which the second script calls samtools and bedtools.',
    inputs: carriedReads,
    async prepare() {
      await inputs.makeGenome();
      external.record();
    },
    programs: [gtkChain(own, inputs), external.program(programs), external.withBedtools(all)],
    claims: [claim(own, 'at most', 1.15, programs), claim(own, 'at most', 1.15, all)],
    runs: 9,
  };
}

const inputsOf = (small: boolean, folder: string) =>
  new PcrInputs(small ? smallWorkloads : workloads, folder);

/** Every group of the pcr bench, its inputs below `folder`; nothing is made before a group is prepared. */
export function pcrGroups({ small }: { small: boolean }, folder = inputsFolder): Group[] {
  const inputs = inputsOf(small, folder);
  return [siteAnalysis(inputs), chain(inputs)];
}

/** What is asked of servers, in the same way. */
export function pcrProbes({ small }: { small: boolean }, folder = inputsFolder): Probe[] {
  const inputs = inputsOf(small, folder);
  return [statusProbe, uploadProbe, killProbe, databaseProbe].map((probe) => probe(inputs));
}

/** Flags, groups, probes and tools of `npm run bench -- pcr`. */
export const pcrSuite: Suite = {
  flags: { small: 'tiny inputs and one round, to see that everything runs; nothing is written' },
  groups: (given) => pcrGroups({ small: given.has('small') }),
  probes: (given) => pcrProbes({ small: given.has('small') }),
  tools: {
    bwa: ['bwa'],
    samtools: ['samtools', '--version'],
    cutadapt: ['cutadapt', '--version'],
    bedtools: ['bedtools', '--version'],
    curl: ['curl', '--version'],
  },
};
