/** What the orchestrator would work on now. */
import type { Outcome } from '../../engine/live.js';
import { ExitStatus } from '../../errors.js';
import type { PlannedSpecies } from './find-species.js';

export function dryRun(planned: readonly PlannedSpecies[]): Outcome {
  const json = {
    species: planned.map(({ config, plan: { batches, skipped, excluded } }) => ({
      species: config.code,
      name: config.name,
      out: config.out,
      runs: batches.flat().map(({ run }) => run),
      skipped: skipped.length,
      excluded: excluded.map(({ sample: { run }, reason }) => ({ run, reason })),
    })),
  };
  return { text: `${JSON.stringify(json, null, 2)}\n`, json, status: ExitStatus.done };
}
