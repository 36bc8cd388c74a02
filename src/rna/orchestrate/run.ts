/** `gtk rna orchestrate` from its options to its summary. */
import path from 'node:path';
import type { OptionValues } from '../../engine/command.js';
import type { Live, Outcome } from '../../engine/live.js';
import { takeLock } from '../../engine/lock.js';
import type { ErrorRecord } from '../../errors.js';
import { packageVersion } from '../../root.js';
import { endStatus, endWord } from '../aggregate.js';
import { clientWarnings } from '../amalgkit/arguments.js';
import { freeBytes, GIGABYTE } from '../disk.js';
import { failureRecord } from '../failure.js';
import { Journal } from '../journal.js';
import { logEvents } from '../log.js';
import { openWorkshop, processorsOf, type SharedWorkshop } from '../open-workshop.js';
import { workRules } from '../options.js';
import { shownBytes } from '../print.js';
import { writeReport } from '../report/write-report.js';
import { transferRules } from '../sources/endpoints.js';
import type { SpeciesStatus } from '../status/run-status.js';
import { readStatus } from '../status/species-status.js';
import { openSpecies } from '../work/open-species.js';
import { toolVersions } from '../work/tool-versions.js';
import { WorkWatch } from '../work/watch-work.js';
import { dryRun } from './dry-run.js';
import { findSpecies, type PlannedSpecies } from './find-species.js';
import { Lane, type LaneRules } from './lane.js';
import { isOwn, type OrchestratorEvent, orchestrate } from './orchestrator.js';
import { checkSpace } from './preflight.js';
import { spareBytes } from './spare-bytes.js';

const COMMAND = 'rna orchestrate';

/** Space beyond the threshold that must be free before waiting downloads go on, in bytes. */
const MARGIN = GIGABYTE;

/** What all parts of the work know. */
interface Given {
  values: OptionValues;
  live: Live;
  watch: WorkWatch;
  tell: (event: OrchestratorEvent) => void;
}

/**
 * Works on all species.
 *
 * @throws GTK_RUN_LOCKED if another orchestrator works on the same project; GTK_RNA_CLASH; GTK_NO_SPACE;
 *   GTK_MISSING_TOOL
 */
export async function orchestrateSpecies(values: OptionValues, live: Live): Promise<Outcome> {
  const { root, configDir, maxSpecies } = values as { root: string; configDir?: string; maxSpecies?: number };
  const find = () => findSpecies({ root, configDir, maxSpecies, redo: values.redo as boolean });
  if (values.dryRun) return dryRun(find().planned);
  const own = path.join(root, '.gtk');
  const unlock = takeLock(path.join(own, 'orchestrator.lock'), root);
  const journal = new Journal<OrchestratorEvent>(path.join(own, 'orchestrator.log.jsonl'));
  try {
    const { planned, failures } = find();
    const tell = (event: OrchestratorEvent) => {
      journal.append(event);
      // Those of runs are logged where they come from.
      if (isOwn(event)) live.log('info', event.type, event);
    };
    return await work(planned, failures, { values, live, watch: new WorkWatch(), tell });
  } finally {
    journal.close();
    unlock();
  }
}

async function work(
  planned: readonly PlannedSpecies[],
  unread: ErrorRecord[],
  given: Given,
): Promise<Outcome> {
  const { values, live, watch, tell } = given;
  const before = performance.now();
  const shop = openShared(given);
  const lanes: Lane[] = [];
  try {
    const isAllDone = planned.every(({ plan }) => plan.batches.length === 0);
    const versions = isAllDone
      ? {}
      : await toolVersions(
          shop,
          planned.map(({ config }) => config),
        );
    for (const one of planned) lanes.push(await openLane(one, shop, versions, given));
    const total = planned.reduce((sum, { metadata }) => sum + metadata.samples.length, 0);
    live.show(() => ({
      done: lanes.reduce((sum, { counts }) => sum + counts.total - counts.left, 0),
      total,
      words: watch.words(values.root as string),
    }));
    const stops = lanes
      .filter((lane) => lane.counts.left > 0)
      .map(({ species: { work } }) => watch.tellOfDisk(work.layout, work.shop.tell));
    const intervals = { check: values.checkInterval as number, health: values.healthCheckInterval as number };
    await orchestrate(lanes, shop, intervals, tell, () => {
      for (const lane of lanes) keepSpace(lane, given);
    }).catch((error) => {
      // What was done until then is told all the same.
      if (!live.signal.aborted) throw error;
    });
    for (const stop of stops) stop();
    const report = values.report as string | undefined;
    if (report !== undefined) writeReport(report, lanes.map(statusOf));
    return outcome(lanes, unread, given, (performance.now() - before) / 1000);
  } finally {
    for (const lane of lanes) lane.close();
    await shop.counting.end();
  }
}

const statusOf = ({ species: { work }, metadata }: Lane): SpeciesStatus =>
  readStatus(work.config.name, work.layout, metadata.samples);

function openShared({ values, live, watch }: Given): SharedWorkshop {
  return openWorkshop({
    signal: live.signal,
    bounds: {
      downloads: values.totalThreads as number,
      processors: values.cpuThreads as number | undefined,
      quantifiers: values.quantThreads as number,
      memory: values.memory as number | undefined,
    },
    rules: workRules(values, undefined, rhythm(values)),
    transfers: transferRules(values, undefined, COMMAND),
    received: (bytes) => {
      watch.received += bytes;
    },
  });
}

const rhythm = (values: OptionValues) => ({
  attempts: values.once ? 1 : 1 + (values.maxRetries as number),
  lookSeconds: values.once ? undefined : (values.monitorInterval as number),
  runThreads: Math.max(
    1,
    Math.floor(processorsOf(values.cpuThreads as number | undefined) / (values.quantThreads as number)),
  ),
});

/** Runs that the client is given at once. */
const CLIENT_BATCH = 8;

const laneRules = (values: OptionValues): LaneRules => ({
  threshold: values.completionThreshold as number,
  ...(values.engine === 'amalgkit' && { clientBatch: CLIENT_BATCH }),
});

async function openLane(
  { config, metadata, plan }: PlannedSpecies,
  shop: SharedWorkshop,
  versions: Record<string, string>,
  { values, live, watch, tell }: Given,
): Promise<Lane> {
  const log = logEvents(live);
  let lane: Lane | undefined;
  const species = await openSpecies({
    config,
    shop: {
      ...shop,
      rules: workRules(values, config, rhythm(values)),
      transfers: transferRules(values, config, COMMAND),
    },
    floor: (values.autoCleanupThreshold as number) * GIGABYTE,
    margin: MARGIN,
    onLow: () => lane && spareBytes(lane),
    listener: (layout) => {
      const follow = watch.listener(layout);
      return (event) => {
        log(event);
        follow(event);
        lane?.follow(event);
        tell({ ...event, species: config.code });
      };
    },
  });
  const own = new Lane(species, metadata, plan, laneRules(values));
  lane = own;
  const space = { gigabytes: values.minFreeGb as number, percent: values.minFreePercent as number };
  try {
    if (own.counts.left > 0) {
      checkSpace(config.out, space, () => spareBytes(own));
      species.keepManifest(versions);
      const options = { ...values, versions };
      const samples = metadata.samples.length;
      species.work.shop.tell({
        type: 'start',
        command: COMMAND,
        pid: process.pid,
        version: packageVersion(),
        samples,
        options,
      });
    }
    const ofClient = values.engine === 'amalgkit' ? clientWarnings(config.steps) : [];
    for (const problem of [...config.warnings, ...ofClient]) {
      species.work.shop.tell({ type: 'warning', problem });
    }
    return own;
  } catch (error) {
    own.close();
    throw error;
  }
}

/** Deletes what can be spared if too little is free. */
function keepSpace(lane: Lane, { values, tell }: Given): void {
  const threshold = (values.autoCleanupThreshold as number) * GIGABYTE;
  if (lane.isFinished || freeBytes(lane.species.work.config.out) >= threshold) return;
  const bytes = spareBytes(lane);
  if (bytes > 0) tell({ type: 'cleaned', species: lane.name, bytes });
}

function outcome(
  lanes: readonly Lane[],
  unread: ErrorRecord[],
  { watch, live }: Given,
  seconds: number,
): Outcome {
  const species = lanes.map((lane) => ({ species: lane.name, ...lane.statistics(seconds) }));
  const failed = species.reduce((sum, one) => sum + one.failed, 0);
  const status = endStatus(failed + unread.length, live.signal);
  const lines = species.map(
    (one) =>
      `${one.species}: ${one.processed} done, ${one.skipped} done before, ${one.failed} failed, ${one.excluded} excluded${one.pending > 0 ? `, ${one.pending} not come to` : ''}\n`,
  );
  const last = `${species.length} species, ${shownBytes(watch.received)} downloaded, ${seconds.toFixed(1)} s\n`;
  return {
    text: lines.join('') + last,
    json: {
      status: endWord(status),
      exit_status: status,
      species,
      bytes_downloaded: watch.received,
      seconds: Math.round(seconds * 1000) / 1000,
    },
    failures: [...unread, ...lanes.flatMap(({ failures }) => failures.map(failureRecord))],
    status,
  };
}
