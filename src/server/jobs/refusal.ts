/** Why a step cannot start, as clients see it. */
import { GtkError } from '../../errors.js';
import { HttpProblem, type ProblemCode } from '../problem.js';
import type { Settings } from '../settings.js';
import { publicText } from './public-text.js';

const codes: Readonly<Record<string, ProblemCode>> = {
  GTK_STEP_SETTING: 'not_configured',
  GTK_STEP_INPUT: 'input_missing',
  GTK_NO_GENOME: 'no_genome',
  GTK_GENOME_URL: 'no_genome',
  GTK_MISSING_TOOL: 'tool_missing',
};

/** What to throw at a client instead of what was thrown here. */
export function refusal(thrown: unknown, settings: Settings): unknown {
  const code = thrown instanceof GtkError ? codes[thrown.code] : undefined;
  if (code === undefined) return thrown;
  const { message, remedy } = thrown as GtkError;
  return new HttpProblem(code, publicText(`${message}. ${remedy}`, settings));
}
