import type { Matrix, Options, Stored } from './sentence-matrices.js';

/** What a request should give, in plain words and JavaScript objects. */
export function expectedOf({ rows, tokens }: Matrix, options: Options) {
  const selected = (options.rows ?? [...rows.keys()]).map((row) =>
    rows[row]!.map(({ column, value }) => ({ column, value: options.double ? value : Math.fround(value) })),
  );
  const ranked = selected.map((row) => {
    const expressed = row.filter(({ column, value }) => value > 0 && tokens[column] !== '');
    expressed.sort((a, b) => (a.value === b.value ? a.column - b.column : a.value < b.value ? 1 : -1));
    const seen = new Set<string>();
    return expressed.filter(({ column }) => !seen.has(tokens[column]!) && seen.add(tokens[column]!));
  });
  const best = ranked.map((row) => row.slice(0, options.top || row.length));
  const all = selected.flat();
  const words = (row: Stored[]) => row.map(({ column }) => tokens[column]).join(' ');
  return {
    sentences: best.map(words),
    lists: (options.lists ?? []).map((list) =>
      ranked.map((row) => words(row.filter(({ column }) => list.includes(column)))),
    ),
    expressed: selected.map((row) => row.filter(({ value }) => value > 0).length),
    lengths: best.map((row) => row.length),
    negative: all.filter(({ value }) => value < 0).length,
    nan: all.filter(({ value }) => Number.isNaN(value)).length,
    appearances: tokens.map((_, c) => best.filter((row) => row.some(({ column }) => column === c)).length),
  };
}
