import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultConfig } from '../src/pcr/config/columns.js';
import type { ProcessRequest } from '../src/pcr/step-process.js';
import type { StepRecord } from '../src/pcr/steps/record.js';
import { Workspace } from '../src/pcr/workspace.js';
import type { Program } from './measure.js';
import { carriedReads, digestsOf, genome, main, type PcrInputs, sitesScript } from './pcr-inputs.js';

/** The programs of the pcr bench that are timed as whole processes, each with a check of what it left. */

const stepProcess = fileURLToPath(new URL('../dist/pcr/step-process.js', import.meta.url));

/** The site analysis alone, in the process in which gtk works steps. */
export function gtkSites(name: string, inputs: PcrInputs, memoryLimit: number): Program {
  const requestIn = (scratch: string): ProcessRequest => ({
    steps: [
      {
        request: {
          workspace: scratch,
          references: inputs.genomes,
          genomeHosts: [],
          task: 'site_analysis',
          config: { ...defaultConfig(), genome },
          input: 'auto',
          threads: 2,
        },
        log: path.join(scratch, 'logs', 'site_analysis.log'),
        exit: path.join(scratch, 'exit.json'),
      },
    ],
  });
  return {
    name,
    memoryLimit,
    arrange(scratch) {
      const workspace = new Workspace(scratch);
      workspace.create();
      symlinkSync(inputs.bam, workspace.alignment);
    },
    command: (scratch) => [process.execPath, stepProcess, JSON.stringify(requestIn(scratch))],
    check: (scratch) => expectTables(name, inputs, scratch),
  };
}

/** The same by the chain of samtools and bedtools. */
export function bedtoolsSites(name: string, inputs: PcrInputs): Program {
  return {
    name,
    command: (scratch) => [sitesScript, inputs.bam, inputs.knownSites, scratch],
    check: (scratch) => expectTables(name, inputs, scratch),
  };
}

function expectTables(name: string, inputs: PcrInputs, scratch: string): void {
  const found = digestsOf(path.join(scratch, 'bed2peak'));
  for (const [table, digest] of Object.entries(inputs.expectedTables())) {
    if (found[table] !== digest) throw new Error(`${name} left another ${table} than bedtools`);
  }
}

const steps = ['cutadapt', 'read_mapping', 'site_analysis'];

/** `gtk pcr run` from reads to sites. */
export function gtkChain(name: string, inputs: PcrInputs): Program {
  return {
    name,
    command: (scratch) => chainCommand(path.join(scratch, 'out'), inputs),
    check: (scratch) => expectSites(name, path.join(scratch, 'out', 'bed2peak')),
  };
}

function chainCommand(out: string, inputs: PcrInputs): string[] {
  const options = ['--genome', genome, '--genome-dir', inputs.genomes, '--steps', steps.join(), '--out', out];
  return [process.execPath, main, 'pcr', 'run', ...carriedReads, ...options, '--workers', '2', '--quiet'];
}

/** All clones that are planted in the reads come to more rows than this. */
const leastSites = 50;

function expectSites(name: string, folder: string): void {
  const rows = readFileSync(path.join(folder, 'aligned.d0.peak.merge.txt'), 'utf8').split('\n').length - 1;
  if (rows < leastSites) throw new Error(`${name} found ${rows} sites, expected ${leastSites} at least`);
}

/** The programs that `gtk pcr run` starts, without gtk: the command lines are those that it recorded. */
export class ExternalChain {
  readonly #folder: string;

  constructor(readonly inputs: PcrInputs) {
    this.#folder = path.join(inputs.folder, 'pcr-chain');
  }

  /** Lets gtk record the command lines; every time, since another build may have others. */
  record(): void {
    mkdirSync(this.#folder, { recursive: true });
    const out = path.join(this.#folder, 'out');
    const [program, ...args] = [...chainCommand(out, this.inputs), '--fresh'];
    execFileSync(program!, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const lines = ['cutPrimer', 'bwa'].flatMap((folder) => {
      const record = JSON.parse(readFileSync(path.join(out, folder, 'step.json'), 'utf8')) as StepRecord;
      return scriptOf(record.argv);
    });
    writeFileSync(this.#script, `set -eo pipefail\ncd "$1"\n${lines.join('\n')}\n`);
  }

  get #script(): string {
    return path.join(this.#folder, 'chain.sh');
  }

  /** One after another, in a folder that looks as gtk's does. */
  program(name: string): Program {
    return {
      name,
      arrange: (scratch) => this.#layOut(scratch),
      command: (scratch) => ['bash', this.#script, scratch],
      check: (scratch) => this.#expectAlignment(name, scratch),
    };
  }

  /** The same, and then what bedtools makes of it. */
  withBedtools(name: string): Program {
    const script = 'bash "$1" "$2"; mkdir "$2/sites"; "$3" "$2/bwa/aligned.sorted.bam" "$4" "$2/sites"';
    return {
      name,
      arrange: (scratch) => this.#layOut(scratch),
      command: (scratch) => [
        ...['bash', '-ec', script, 'bash', this.#script, scratch, sitesScript],
        this.inputs.knownSites,
      ],
      check: (scratch) => {
        this.#expectAlignment(name, scratch);
        expectSites(name, path.join(scratch, 'sites', 'bed2peak'));
      },
    };
  }

  #layOut(scratch: string): void {
    for (const folder of ['rawdata', 'reference', 'tmp', 'cutPrimer', 'bwa'])
      mkdirSync(path.join(scratch, folder));
    symlinkSync(path.join(this.inputs.genomes, genome), path.join(scratch, 'reference', genome));
    for (const file of carriedReads) symlinkSync(file, path.join(scratch, 'rawdata', path.basename(file)));
  }

  #expectAlignment(name: string, scratch: string): void {
    const file = (folder: string) => path.join(folder, 'bwa', 'aligned.sorted.bam');
    const [made, recorded] = [file(scratch), file(path.join(this.#folder, 'out'))];
    if (!existsSync(made)) throw new Error(`${name} left no alignment`);
    const sizes = [made, recorded].map((bam) => statSync(bam).size);
    // The command lines in its header name folders of another length.
    if (Math.abs(sizes[0]! - sizes[1]!) > 1000) {
      throw new Error(`${name} left ${sizes[0]} bytes of alignments, gtk ${sizes[1]}`);
    }
  }
}

/** Lines of a shell script. The aligner writes to the sorter behind it. */
function scriptOf(argv: readonly string[][]): string[] {
  return argv.map((words) => {
    const line = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    return words[1] === 'mem' ? `${line} |` : line;
  });
}
