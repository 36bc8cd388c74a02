/** Reads what a quantification tells of itself: kallisto's `run_info.json`, and what gtk makes of salmon's. */

export interface RunInfo {
  targets: number;
  /** Reads, or pairs. */
  processed: number;
  /** Of them; undefined where the file does not tell. */
  pseudoaligned: number | undefined;
  /** Percentage; kallisto rounds it to one decimal, so a few reads of many are 0 too. */
  pPseudoaligned: number;
}

/** What is wrong with such a file. */
export class BadRunInfo extends Error {}

/** @throws BadRunInfo */
export function parseRunInfo(text: string): RunInfo {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new BadRunInfo(text === '' ? 'it is empty' : 'it is not whole JSON');
  }
  if (typeof parsed !== 'object' || parsed === null) throw new BadRunInfo('it holds no JSON object');
  const fields = parsed as Record<string, unknown>;
  const count = (key: string, least: number) => {
    const value = fields[key];
    if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
    throw new BadRunInfo(`${key} is ${JSON.stringify(value)}, expected a whole number of at least ${least}`);
  };
  const percent = fields.p_pseudoaligned;
  if (typeof percent !== 'number' || percent < 0 || percent > 100) {
    throw new BadRunInfo(`p_pseudoaligned is ${JSON.stringify(percent)}, expected 0 to 100`);
  }
  return {
    targets: count('n_targets', 0),
    processed: count('n_processed', 0),
    pseudoaligned: fields.n_pseudoaligned === undefined ? undefined : count('n_pseudoaligned', 0),
    pPseudoaligned: percent,
  };
}
