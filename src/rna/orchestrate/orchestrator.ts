/** All species at once, under one number of download slots and one pool of quantifications. */
import type { RnaEvent } from '../events.js';
import type { SharedWorkshop } from '../open-workshop.js';
import type { Lane } from './lane.js';
import { threadShares } from './shares.js';

/** How often the orchestrator looks around, in seconds. */
export interface Intervals {
  /** Status of every species. */
  check: number;
  /** Disk. */
  health: number;
}

/** What the orchestrator itself tells of, besides the events of runs. */
export type OrchestratorEvent =
  | { type: 'shares'; shares: Record<string, number> }
  | {
      type: 'species';
      species: string;
      total: number;
      done: number;
      failed: number;
      excluded: number;
      left: number;
    }
  | { type: 'species-finished'; species: string; done: number; failed: number }
  | { type: 'cleaned'; species: string; bytes: number }
  | ({ species: string } & RnaEvent);

const own = new Set(['shares', 'species', 'species-finished', 'cleaned']);

/** Whether an event is the orchestrator's own, not one of a run. */
export const isOwn = ({ type }: OrchestratorEvent) => own.has(type);

/** Runs lanes to their ends; shares move whenever one of them ends. */
export async function orchestrate(
  lanes: readonly Lane[],
  shop: SharedWorkshop,
  intervals: Intervals,
  tell: (event: OrchestratorEvent) => void,
  checkHealth: () => void,
): Promise<void> {
  const share = () => {
    const open = lanes.filter((lane) => !lane.isFinished).map((lane) => lane.name);
    const shares = threadShares(shop.downloads.total, open);
    shop.downloads.setShares(shares);
    shop.fetching.setShares(shares);
    if (open.length > 0) tell({ type: 'shares', shares: Object.fromEntries(shares) });
  };
  const status = () => {
    for (const lane of lanes) tell({ type: 'species', species: lane.name, ...lane.counts });
  };
  share();
  const timers = [
    setInterval(status, intervals.check * 1000),
    setInterval(checkHealth, intervals.health * 1000),
  ];
  try {
    const ends = lanes.map(async (lane) => {
      await lane.run();
      const { done, failed } = lane.counts;
      tell({ type: 'species-finished', species: lane.name, done, failed });
      share();
    });
    const settled = await Promise.allSettled(ends);
    status();
    const wrong = settled.find((end) => end.status === 'rejected');
    if (wrong) throw wrong.reason;
  } finally {
    timers.forEach(clearInterval);
  }
}
