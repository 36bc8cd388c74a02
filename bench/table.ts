import type { Measured } from './measure.js';
import type { Claim, Figure, Group } from './suite.js';

/** A claim with what was measured: a ratio, or milliseconds. */
export interface Verdict extends Claim {
  value: number;
  /** Undefined where nothing is claimed. */
  met: boolean | undefined;
}

/** A group that was measured. */
export interface Result {
  title: string;
  note?: string;
  measured: Measured[];
  verdicts: Verdict[];
}

/** A probe that was measured. */
export interface ProbeResult {
  title: string;
  note: string;
  figures: Figure[];
}

/** Holds a claim against the figures of its group. */
export function judge(claim: Claim, measured: Measured[]): Verdict {
  const find = (name: string) => {
    const found = measured.find((program) => program.name === name);
    if (!found) throw new Error(`No program named ${name} was measured`);
    return found;
  };
  const value = figureOf(claim, find(claim.of), find(claim.over));
  if (claim.bound === 'none') return { ...claim, value, met: undefined };
  return { ...claim, value, met: claim.bound === 'at most' ? value <= claim.limit : value >= claim.limit };
}

function figureOf({ figure, items = 1 }: Claim, of: Measured, over: Measured): number {
  if (figure === 'extra') return ((of.wall - over.wall) * 1000) / items;
  return figure === 'memory' ? of.peak / over.peak : of.wall / over.wall;
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

/** What a claim is on, its figure and its goal, as they stand in the table. */
function inWords({ of, over, figure, items, value, bound, limit }: Verdict): string[] {
  const unit = figure === 'extra' ? ' ms' : '×';
  const goal = bound === 'none' ? '' : `${bound} ${limit}${unit}`;
  if (figure === 'extra') return [`(${of} − ${over}) / ${items}`, `${value.toFixed(1)} ms`, goal];
  return [`${figure === 'memory' ? 'peak memory, ' : ''}${of} / ${over}`, times(value), goal];
}

function row(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Two Markdown tables of a group: the programs, then the claims. */
export function groupTable({ title, note, measured, verdicts }: Result): string {
  const lines = [
    `## ${title}`,
    '',
    ...(note === undefined ? [] : [note, '']),
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
  lines.push('', row(['compared', 'measured', 'goal', '']), row(['---', '--:', '--:', '---']));
  for (const verdict of verdicts) {
    const { met } = verdict;
    lines.push(row([...inWords(verdict), met === undefined ? '' : met ? 'met' : 'missed']));
  }
  return `${lines.join('\n')}\n`;
}

/** Whether a figure is what it should be; undefined where nothing is claimed. */
export function meetsGoal({ value, goal }: Figure): boolean | undefined {
  if (goal === undefined) return undefined;
  return goal.bound === 'at most' ? value <= goal.limit : value >= goal.limit;
}

const withUnit = (text: string, unit: Figure['unit']) =>
  unit === '' || unit === '×' || unit === '/s' ? `${text}${unit}` : `${text} ${unit}`;

/** Three digits that count. */
function rounded(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return value.toFixed(0);
  return value.toPrecision(3);
}

/** A Markdown table of the figures of a probe. */
export function figureTable({ title, note, figures }: ProbeResult): string {
  const lines = [
    `## ${title}`,
    '',
    note,
    '',
    row(['figure', 'measured', 'goal', '']),
    row(['---', '--:', '--:', '---']),
  ];
  for (const figure of figures) {
    const { name, value, unit, goal } = figure;
    const met = meetsGoal(figure);
    const asked = goal === undefined ? '' : `${goal.bound} ${withUnit(String(goal.limit), unit)}`;
    lines.push(
      row([name, withUnit(rounded(value), unit), asked, met === undefined ? '' : met ? 'met' : 'missed']),
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Peak memory of every program that has a limit, against it. */
export function memoryTable(results: Result[]): string {
  const lines = [
    '## Peak memory of gtk',
    '',
    row(['input', 'program', 'peak MB', 'goal', '']),
    row(['---', '---', '--:', '--:', '---']),
  ];
  for (const { title, measured } of results) {
    for (const { name, peak, memoryLimit } of measured) {
      if (memoryLimit === undefined) continue;
      const met = peak <= memoryLimit ? 'met' : 'missed';
      lines.push(row([title, name, (peak / 1e6).toFixed(0), `at most ${memoryLimit / 1e6} MB`, met]));
    }
  }
  return `${lines.join('\n')}\n`;
}
