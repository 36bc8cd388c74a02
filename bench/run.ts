import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setup } from '../scripts/setup.mjs';
import { codonSuite } from './codon.js';
import { h5adSuite } from './h5ad.js';
import { describeMachine, type Machine } from './machine.js';
import { alternate, type Program, warm } from './measure.js';
import { pcrSuite } from './pcr.js';
import { rnaSuite } from './rna.js';
import type { Group, Suite } from './suite.js';
import { figureTable, groupTable, judgeGroup, memoryTable, type ProbeResult, type Result } from './table.js';

const suites: Record<string, Suite> = { codon: codonSuite, h5ad: h5adSuite, rna: rnaSuite, pcr: pcrSuite };

const results = path.join(path.dirname(fileURLToPath(import.meta.url)), 'results');

function help(): string {
  const option = (name: string, summary: string) => `  ${name.padEnd(12)}${summary}`;
  const own = Object.entries(suites).flatMap(([suite, { flags }]) =>
    Object.entries(flags).map(([flag, summary]) => option(`--${flag}`, `${suite}: ${summary}`)),
  );
  return [
    `npm run bench -- ${Object.keys(suites).join('|')} [options]`,
    '',
    ...own,
    option('--runs N', 'rounds of each comparison (default 5, the least)'),
    option('--only TEXT', 'only the comparisons whose title contains TEXT; nothing is written'),
    '',
    'Prints the tables and writes them to bench/results/DATE-SUITE.md and .json.',
  ].join('\n');
}

function found(program: Program): boolean {
  const [executable] = program.command('/');
  if (executable!.includes('/')) return existsSync(executable!);
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.some((folder) => existsSync(path.join(folder, executable!)));
}

function heading(suite: string, date: string, { cpu, cores, memoryGb, kernel, versions }: Machine): string {
  const programs = Object.entries(versions).map(([name, version]) => `- ${name}: ${version}`);
  return [
    `# gtk ${suite}, ${date}`,
    '',
    `${cpu}, ${cores} cores, ${memoryGb} GB, Linux ${kernel}. Whole processes, wall clock, files in the page`,
    'cache, runs alternating between the programs of a table after one warm-up each; medians.',
    '',
    ...programs,
    '',
  ].join('\n');
}

/** Times the programs of a group that are installed; the others are added to `absent`. */
async function measure(group: Group, runs: number, absent: Set<string>): Promise<Result> {
  await group.prepare?.();
  try {
    const programs = group.programs.filter(found);
    for (const program of group.programs) if (!programs.includes(program)) absent.add(program.name);
    const claims = group.claims.filter(({ of, over }) => !absent.has(of) && !absent.has(over));
    await warm(group.inputs);
    const measured = await alternate(programs, Math.max(runs, group.runs ?? 0));
    return {
      title: group.title,
      ...(group.note !== undefined && { note: group.note }),
      measured,
      verdicts: judgeGroup({ ...group, claims }, measured),
    };
  } finally {
    await group.finish?.();
  }
}

interface Choice {
  flags: ReadonlySet<string>;
  runs: number;
  only?: string | undefined;
}

async function bench(name: string, { flags, runs, only }: Choice): Promise<void> {
  const suite = suites[name]!;
  // Never the figures of a build older than its sources.
  setup();
  const machine = describeMachine(suite.tools);
  const date = new Date().toISOString().slice(0, 10);
  const head = heading(name, date, machine);
  console.log(head);
  const measured: Result[] = [];
  const absent = new Set<string>();
  for (const group of await suite.groups(flags)) {
    if (only && !group.title.includes(only)) continue;
    measured.push(await measure(group, runs, absent));
    console.log(groupTable(measured.at(-1)!));
  }
  const probed: ProbeResult[] = [];
  for (const { title, note, measure } of suite.probes?.(flags) ?? []) {
    if (only && !title.includes(only)) continue;
    probed.push({ title, note, figures: await measure(runs) });
    console.log(figureTable(probed.at(-1)!));
  }
  if (measured.length + probed.length === 0) throw new Error(`No comparison has ${only} in its title`);
  const missing = absent.size > 0 ? `Not measured, since not installed: ${[...absent].join(', ')}.\n` : '';
  const tail = [memoryTable(measured), missing].filter(Boolean).join('\n');
  console.log(tail);
  // Part of the comparisons, or tiny ones, must not replace a whole record of the same day.
  if (only || flags.has('small')) return;
  mkdirSync(results, { recursive: true });
  const stem = path.join(results, `${date}-${name}`);
  writeFileSync(
    `${stem}.md`,
    [head, ...measured.map(groupTable), ...probed.map(figureTable), tail].join('\n'),
  );
  writeFileSync(
    `${stem}.json`,
    `${JSON.stringify({ date, machine, results: measured, probes: probed }, null, 2)}\n`,
  );
  console.log(`Written: ${stem}.md and .json`);
}

const flagNames = Object.values(suites).flatMap(({ flags }) => Object.keys(flags));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...Object.fromEntries(flagNames.map((flag) => [flag, { type: 'boolean' as const }])),
    runs: { type: 'string' },
    only: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
const given: Record<string, unknown> = values;
const flags = new Set(flagNames.filter((flag) => given[flag]));
const [name] = positionals;
const suite = name === undefined ? undefined : suites[name];

if (given.help || positionals.length !== 1 || suite === undefined) {
  console.log(help());
  process.exitCode = given.help ? 0 : 2;
} else {
  const least = flags.has('small') ? 1 : 5;
  const runs = Number(given.runs ?? least);
  if (!Number.isInteger(runs) || runs < least)
    throw new Error(`--runs ${given.runs}: expected ${least} or more`);
  const strange = [...flags].find((flag) => !(flag in suite.flags));
  if (strange !== undefined) throw new Error(`--${strange} is no option of the ${name} bench`);
  await bench(name!, { flags, runs, only: given.only as string | undefined });
}
