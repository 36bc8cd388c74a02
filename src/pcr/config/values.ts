/** Reading values of the configuration, whoever gave them: nothing is taken that a program could misread. */
import { type Column, columns, type RunConfig } from './columns.js';

/** What is wrong with a field. */
export interface FieldProblem {
  field: string;
  message: string;
}

/** Values that were given, and what is wrong with those that are no values. */
export interface ReadConfig {
  values: Partial<RunConfig>;
  problems: FieldProblem[];
}

/** IUPAC codes of nucleotides, as cutadapt takes them. Anything else would be its own syntax, or a file's name. */
const BASES = /^[ACGTRYSWKMBDHVN]{1,200}$/;
const UMI = /^[NX]{1,32}$/;
const CONTIG = /^[A-Za-z0-9_.:*#+][A-Za-z0-9_.:*#+-]{0,99}$/;
export const GENOME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

const truth: Record<string, boolean> = { true: true, false: false, 1: true, 0: false, yes: true, no: false };

/** Reads given values by the names of their columns; all problems are told at once. */
export function readConfig(given: Readonly<Record<string, unknown>>): ReadConfig {
  const values: Record<string, unknown> = {};
  const problems: FieldProblem[] = [];
  for (const [field, raw] of Object.entries(given)) {
    const column = columns.find(({ name }) => name === field);
    const read = column ? readValue(column, raw) : { message: 'is not a setting' };
    if ('message' in read) problems.push({ field, message: read.message });
    else values[field] = read.value;
  }
  return { values: values as Partial<RunConfig>, problems };
}

type Read = { value: string | number | boolean | null } | { message: string };

/** Reads one value, from JSON or from the text of a form; null or an empty text sets nothing where that is allowed. */
export function readValue(column: Column, raw: unknown): Read {
  if (raw !== null && !['string', 'number', 'boolean'].includes(typeof raw))
    return { message: `found ${Array.isArray(raw) ? 'a list' : `an ${typeof raw}`}, ${expected(column)}` };
  const text = String(raw ?? '').trim();
  if (text === '') {
    // An empty name of a contig means that none is left out.
    return column.default === null || column.kind === 'contig' ? { value: null } : refuse(column, 'nothing');
  }
  switch (column.kind) {
    case 'bases': {
      const bases = text.toUpperCase().replaceAll('U', 'T');
      return BASES.test(bases) ? { value: bases } : refuse(column, text);
    }
    case 'umi': {
      const pattern = text.toUpperCase();
      return UMI.test(pattern) && pattern.includes('N') ? { value: pattern } : refuse(column, text);
    }
    case 'boolean': {
      const value = truth[text.toLowerCase()];
      return value === undefined ? refuse(column, text) : { value };
    }
    case 'integer':
    case 'number':
      return readNumber(column, text);
    case 'choice':
      return column.choices!.includes(text) ? { value: text } : refuse(column, text);
    case 'genome':
      return GENOME.test(text) ? { value: text } : refuse(column, text);
    case 'contig':
      return CONTIG.test(text) ? { value: text } : refuse(column, text);
    case 'url':
      return isHttps(text) ? { value: text } : refuse(column, text);
  }
}

function readNumber(column: Column, text: string): Read {
  const pattern = column.kind === 'integer' ? /^[+-]?\d{1,15}$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;
  const value = Number(text);
  const { min = -Infinity, max = Infinity, below = Infinity } = column;
  const fits = pattern.test(text) && value >= min && value <= max && value < below;
  // Zero has no sign in the database.
  return fits ? { value: value + 0 } : refuse(column, text);
}

function isHttps(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' && url.username === '' && url.password === '' && text.length <= 2000;
}

function refuse(column: Column, found: string): { message: string } {
  const shown = found.length > 40 ? `${found.slice(0, 40)}…` : found;
  return { message: `found ${shown.replace(/[\u0000-\u001f\u007f]/g, '?')}, ${expected(column)}` };
}

/** What a column takes, as a clause. */
export function expected({ kind, min, max, below, choices }: Column): string {
  const range = below === undefined ? `from ${min} to ${max}` : `from ${min} to less than ${below}`;
  const kinds: Record<Column['kind'], string> = {
    bases: 'expected up to 200 nucleotide codes (ACGT, IUPAC)',
    umi: 'expected 1 to 32 of N and X with at least one N',
    boolean: 'expected true or false',
    integer: `expected an integer ${range}`,
    number: `expected a number ${range}`,
    choice: `expected one of ${choices?.join(', ')}`,
    genome: 'expected the name of a genome: letters, digits and . _ -',
    contig: "expected part of a contig's name: letters, digits and . _ : * # + -",
    url: 'expected an https URL without user name',
  };
  return kinds[kind];
}
