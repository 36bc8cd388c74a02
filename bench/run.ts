import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setup } from '../scripts/setup.mjs';
import { codonGroups, codonTools, memoryLimit } from './codon.js';
import { describeMachine, type Machine } from './machine.js';
import { alternate, type Program, warm } from './measure.js';
import { groupTable, judgeGroup, memoryTable, type Result } from './table.js';

const help = `npm run bench -- codon [options]

  --huge      the one-record file of 3 Gbp as well (makes a file of 3 GB)
  --slow      the slow programs on the whole 1.45 GB, not on a tenth of it
  --runs N    rounds of each comparison (default 5, the least)
  --only TEXT only the comparisons whose title contains TEXT; nothing is written

Prints the tables and writes them to bench/results/DATE-codon.md and .json.`;

const results = path.join(path.dirname(fileURLToPath(import.meta.url)), 'results');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    huge: { type: 'boolean', default: false },
    slow: { type: 'boolean', default: false },
    runs: { type: 'string', default: '5' },
    only: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

function found(program: Program): boolean {
  const [executable] = program.command('/');
  if (executable!.includes('/')) return existsSync(executable!);
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.some((folder) => existsSync(path.join(folder, executable!)));
}

function heading(date: string, { cpu, cores, memoryGb, kernel, versions }: Machine): string {
  const programs = Object.entries(versions).map(([name, version]) => `- ${name}: ${version}`);
  return [
    `# gtk codon, ${date}`,
    '',
    `${cpu}, ${cores} cores, ${memoryGb} GB, Linux ${kernel}. Whole processes, wall clock, files in the page`,
    'cache, runs alternating between the programs of a table after one warm-up each; medians.',
    '',
    ...programs,
    '',
  ].join('\n');
}

async function codon(): Promise<void> {
  const least = Number(values.runs);
  if (!Number.isInteger(least) || least < 5) throw new Error(`--runs ${values.runs}: expected 5 or more`);
  // Never the figures of a build older than its sources.
  setup();
  const machine = describeMachine(codonTools);
  const date = new Date().toISOString().slice(0, 10);
  const measured: Result[] = [];
  const absent = new Set<string>();
  const head = heading(date, machine);
  console.log(head);
  for (const group of await codonGroups({ huge: values.huge, slow: values.slow })) {
    if (values.only && !group.title.includes(values.only)) continue;
    const programs = group.programs.filter(found);
    for (const program of group.programs) if (!programs.includes(program)) absent.add(program.name);
    const claims = group.claims.filter(({ of, over }) => !absent.has(of) && !absent.has(over));
    await warm(group.inputs);
    const figures = await alternate(programs, Math.max(least, group.runs ?? 0));
    const verdicts = judgeGroup({ ...group, claims }, figures);
    measured.push({ title: group.title, measured: figures, verdicts });
    console.log(groupTable(measured.at(-1)!));
  }
  if (measured.length === 0) throw new Error(`No comparison has ${values.only} in its title`);
  const missing = absent.size > 0 ? `Not measured, since not installed: ${[...absent].join(', ')}.\n` : '';
  const tail = [memoryTable(measured, memoryLimit), missing].filter(Boolean).join('\n');
  console.log(tail);
  // Part of the comparisons must not replace a whole record of the same day.
  if (values.only) return;
  mkdirSync(results, { recursive: true });
  const stem = path.join(results, `${date}-codon`);
  writeFileSync(`${stem}.md`, [head, ...measured.map(groupTable), tail].join('\n'));
  writeFileSync(`${stem}.json`, `${JSON.stringify({ date, machine, results: measured }, null, 2)}\n`);
  console.log(`Written: ${stem}.md and .json`);
}

if (values.help || positionals.length !== 1 || positionals[0] !== 'codon') {
  console.log(help);
  process.exitCode = values.help ? 0 : 2;
} else {
  await codon();
}
