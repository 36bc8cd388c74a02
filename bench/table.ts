import type { Claim, Group } from './codon.js';
import type { Measured } from './measure.js';

/** A claim with its figure. */
export interface Verdict extends Claim {
  ratio: number;
  /** Undefined where nothing is claimed. */
  met: boolean | undefined;
}

/** A group that was measured. */
export interface Result {
  title: string;
  measured: Measured[];
  verdicts: Verdict[];
}

/** Holds a claim against the medians of its group. */
export function judge(claim: Claim, measured: Measured[]): Verdict {
  const wall = (name: string) => {
    const found = measured.find((program) => program.name === name);
    if (!found) throw new Error(`No program named ${name} was measured`);
    return found.wall;
  };
  const ratio = wall(claim.of) / wall(claim.over);
  if (claim.bound === 'none') return { ...claim, ratio, met: undefined };
  return { ...claim, ratio, met: claim.bound === 'at most' ? ratio <= claim.limit : ratio >= claim.limit };
}

/** The verdicts on a group, in the order of its claims. */
export function judgeGroup(group: Group, measured: Measured[]): Verdict[] {
  return group.claims.map((claim) => judge(claim, measured));
}

function seconds(value: number): string {
  return value < 1 ? value.toFixed(3) : value.toFixed(2);
}

function times(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0)}×`;
}

function row(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Two Markdown tables of a group: the programs, then the claims. */
export function groupTable({ title, measured, verdicts }: Result): string {
  const lines = [
    `## ${title}`,
    '',
    row(['program', 'runs', 'median s', 'least to most s', 'user + system s', 'peak MB']),
    row(['---', '--:', '--:', '--:', '--:', '--:']),
  ];
  for (const { name, scale, runs, wall, user, system, peak } of measured) {
    const walls = runs.map((run) => run.wall * scale);
    const range = `${seconds(Math.min(...walls))} to ${seconds(Math.max(...walls))}`;
    const label = scale === 1 ? name : `${name} (a tenth of the input, times ${scale.toFixed(2)})`;
    const mb = (peak / 1e6).toFixed(0);
    lines.push(row([label, String(runs.length), seconds(wall), range, seconds(user + system), mb]));
  }
  lines.push('', row(['ratio', 'measured', 'goal', '']), row(['---', '--:', '--:', '---']));
  for (const { of, over, ratio, bound, limit, met } of verdicts) {
    const goal = bound === 'none' ? '' : `${bound} ${limit}×`;
    lines.push(row([`${of} / ${over}`, times(ratio), goal, met === undefined ? '' : met ? 'met' : 'missed']));
  }
  return `${lines.join('\n')}\n`;
}

/** Peak memory of gtk on every input, against its limit in bytes. */
export function memoryTable(results: Result[], limit: number): string {
  const lines = [
    '## Peak memory of gtk',
    '',
    row(['input', 'program', 'peak MB', 'goal', '']),
    row(['---', '---', '--:', '--:', '---']),
  ];
  for (const { title, measured } of results) {
    for (const { name, peak } of measured) {
      if (!name.startsWith('gtk codon') || name.endsWith('--help')) continue;
      const met = peak <= limit ? 'met' : 'missed';
      lines.push(row([title, name, (peak / 1e6).toFixed(0), `at most ${limit / 1e6} MB`, met]));
    }
  }
  return `${lines.join('\n')}\n`;
}
