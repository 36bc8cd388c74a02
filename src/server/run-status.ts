/** How far a run is. Asked for by everyone who looks on, several times a second. */
import { type ReadsSource, type TaskName, taskNames } from '../pcr/steps/names.js';
import { isStale, readRecord } from '../pcr/steps/record.js';
import { type ServerContext, workspaceOf } from './context.js';
import type { RunRow } from './database/types.js';
import { jobView } from './views.js';

/** What a step left that stands now. */
export interface Product {
  step_name: TaskName;
  /** The reads that it was made from; null for steps that read none. */
  source: ReadsSource | null;
  /** Whether what it was made from was made anew since. */
  stale: boolean;
  completed_at: string;
}

/** The answer of `GET /runs/ID/status`. */
export function runStatus(context: ServerContext, run: RunRow) {
  const history = context.database.jobsOf(run.id).map(jobView);
  const last = history.at(-1);
  return {
    run_id: run.id,
    status: run.status,
    current_step: run.current_step,
    step_history: history,
    products: productsOf(context, run.id, `${run.updated_at} ${last?.job_id} ${last?.status}`),
    pipeline: context.jobs.pipeline(run.id) ?? null,
  };
}

/** Milliseconds for which the disk is not asked again, as long as no job changed its state. */
const LIFE_MS = 1000;
const known = new Map<string, { until: number; state: string; products: Product[] }>();

function productsOf(context: ServerContext, runId: string, state: string): Product[] {
  const now = performance.now();
  const cached = known.get(runId);
  if (cached && cached.until > now && cached.state === state) return cached.products;
  for (const [id, { until }] of known) if (until <= now) known.delete(id);
  const products = readProducts(context, runId);
  known.set(runId, { until: now + LIFE_MS, state, products });
  return products;
}

function readProducts({ settings }: ServerContext, runId: string): Product[] {
  const workspace = workspaceOf(settings, runId);
  return (taskNames as readonly TaskName[]).flatMap((task) => {
    const record = readRecord(workspace, task);
    if (!record) return [];
    const { source = null, completedAt } = record;
    return { step_name: task, source, stale: isStale(workspace, record), completed_at: completedAt };
  });
}
