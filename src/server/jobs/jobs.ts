/** Works the jobs of all runs: so many at once, the others in the order in which they came. */
import { EventEmitter } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from '../../engine/folders.js';
import { takeLock } from '../../engine/lock.js';
import { toErrorRecord } from '../../errors.js';
import { STEP_PROCESS } from '../../pcr/chain-process.js';
import { stepOf, type TaskName } from '../../pcr/steps/names.js';
import { checkStep, type StepRequest } from '../../pcr/steps/perform.js';
import { bootId } from '../../tools/process-identity.js';
import { workspaceOf } from '../context.js';
import { configOf } from '../database/rows.js';
import type { JobRow, PlannedStep, RunRow } from '../database/types.js';
import { HttpProblem } from '../problem.js';
import type { Limits } from '../settings.js';
import { type FollowedJob, followJob, type Surroundings } from './follow.js';
import { jobFiles } from './job-files.js';
import { launchStep } from './launch.js';
import { publicText } from './public-text.js';
import { reconcile } from './reconcile.js';
import { refusal } from './refusal.js';
import type { JobEvents, Jobs, PipelineState } from './types.js';

export interface JobsOptions extends Surroundings {
  limits: Limits;
  /** Program that works a step, the built one unless given. */
  stepProcess?: string;
}

/** How long steps may take to end themselves when the server ends, which itself has ten seconds. */
const CLOSING_GRACE_MS = 3000;

/** What has not ended by then hangs in the system; the next server finds it. */
const CLOSING_MS = 8000;

/**
 * Takes the server's folder for this process, finishes what an earlier one left, and goes on with what waits.
 *
 * @throws GTK_RUN_LOCKED if another server works there
 */
export async function openJobs(options: JobsOptions): Promise<Jobs> {
  const { dataDir } = options.settings;
  makeFolder(dataDir);
  const release = takeLock(path.join(dataDir, 'server.lock'), dataDir);
  try {
    const running = await reconcile(options);
    return new JobQueue(options, running, release);
  } catch (error) {
    release();
    throw error;
  }
}

class JobQueue implements Jobs {
  readonly events = new EventEmitter<JobEvents>().setMaxListeners(0);
  readonly #options: JobsOptions;
  readonly #running = new Map<number, FollowedJob>();
  readonly #release: () => void;
  #isClosed = false;

  constructor(options: JobsOptions, running: ReadonlyMap<number, FollowedJob>, release: () => void) {
    this.#options = options;
    this.#release = release;
    for (const [id, job] of running) this.#keep(id, job);
    this.#fillSlots();
  }

  async start(runId: string, tasks: readonly PlannedStep[]): Promise<JobRow> {
    const { database, settings } = this.#options;
    const [first, ...later] = tasks;
    try {
      await checkStep(this.#request(this.#idleRun(runId), first!.task, first!.input));
    } catch (error) {
      throw refusal(error, settings);
    }
    // From here on nothing else happens until the job is there.
    this.#refuseAboveQuota(this.#idleRun(runId));
    const job = database.insertJob(runId, first!, later);
    if (!job) throw new HttpProblem('busy', 'The run has an active job');
    this.#tell(job.id);
    this.#fillSlots();
    return database.job(job.id)!;
  }

  pipeline(runId: string): PipelineState | undefined {
    const chain = this.#options.database.chainOf(runId);
    if (chain.length === 0) return undefined;
    const left = chain.filter(({ job_id }) => job_id === null).map(({ task }) => task);
    return { steps: [...new Set(chain.map(({ task }) => stepOf(task)))], left };
  }

  async kill(jobId: number, reason: string): Promise<JobRow> {
    const { database } = this.#options;
    const job = database.job(jobId);
    if (!job) throw new HttpProblem('not_found', `There is no job ${jobId}`);
    if (job.completed_at !== null)
      throw new HttpProblem('finished', `Job ${jobId} has ended already: ${job.status}`);
    database.requestKill(jobId, reason);
    const running = this.#running.get(jobId);
    if (running) {
      running.stop();
      await running.ended;
    } else {
      database.endJob(jobId, { status: 'killed', error_message: `killed: ${reason}` });
      this.#tell(jobId);
    }
    return database.job(jobId) ?? { ...job, status: 'killed' };
  }

  async killRun(runId: string, reason: string): Promise<JobRow | undefined> {
    const job = this.#options.database.activeJob(runId);
    return job && this.kill(job.id, reason);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const running = [...this.#running];
    if (!this.#options.settings.leaveJobs) await this.#stop(running);
    for (const [, job] of running) job.leave();
    this.#release();
  }

  async #stop(running: readonly [number, FollowedJob][]): Promise<void> {
    const { database, log } = this.#options;
    for (const [id, job] of running) {
      try {
        database.requestKill(id, 'the server was stopped');
      } catch (error) {
        log.error({ problem: (error as Error).message, job: id }, 'kill-not-noted');
      }
      job.stop(CLOSING_GRACE_MS);
    }
    const ended = Promise.all(running.map(([, job]) => job.ended));
    await Promise.race([ended, sleep(CLOSING_MS, undefined, { ref: false })]);
  }

  #run(runId: string): RunRow {
    const run = this.#options.database.run(runId);
    if (!run) throw new HttpProblem('not_found', 'There is no such run');
    return run;
  }

  #idleRun(runId: string): RunRow {
    if (this.#isClosed)
      throw new HttpProblem('shutting_down', 'The server is being stopped: try again later');
    const run = this.#run(runId);
    const active = this.#options.database.activeJob(runId);
    if (!active) return run;
    const { step_name, id, status } = active;
    throw new HttpProblem('busy', `The run is busy: ${step_name} (job ${id}) is ${status}`);
  }

  #refuseAboveQuota({ created_by }: RunRow): void {
    const { limits, database } = this.#options;
    if (limits.jobsPerClient === undefined || created_by === null) return;
    if (database.countActiveJobsOf(created_by) < limits.jobsPerClient) return;
    const message = `At most ${limits.jobsPerClient} of your steps may wait or run at once`;
    throw new HttpProblem('quota', `${message}: wait until one has ended`);
  }

  /** What a step is to do, by the configuration of the moment. */
  #request(run: RunRow, task: TaskName, input: PlannedStep['input']): StepRequest {
    const { settings } = this.#options;
    return {
      workspace: workspaceOf(settings, run.id).root,
      references: settings.genomeDir,
      genomeHosts: settings.genomeHosts,
      task,
      config: configOf(run),
      input,
      threads: Math.max(1, Math.floor(settings.threads / settings.maxJobs)),
    };
  }

  /** Lets waiting jobs begin as long as there are slots. */
  #fillSlots(): void {
    const { database, settings } = this.#options;
    const waiting = database.activeJobs().filter(({ status }) => status === 'pending');
    for (const job of waiting) {
      if (this.#isClosed || this.#running.size >= settings.maxJobs) return;
      this.#begin(job);
    }
  }

  #begin(job: JobRow): void {
    const { database, settings, log, stepProcess = STEP_PROCESS } = this.#options;
    const run = this.#run(job.run_id);
    const workspace = workspaceOf(settings, run.id);
    const files = jobFiles(workspace, job);
    const request = this.#request(run, job.step_name as TaskName, job.input);
    try {
      workspace.create();
      const steps = [{ request, log: files.log, exit: files.exit }];
      const launched = launchStep(stepProcess, { steps }, files.log);
      const { pid, started } = launched.identity;
      const noted = { pgid: pid, pid_start: started, boot_id: bootId(), threads: request.threads };
      if (!database.startJob(job.id, { ...noted, log_file: files.logName })) {
        launched.discard();
        return;
      }
      launched.begin();
      const followed = followJob(this.#options, database.job(job.id)!, launched.identity, launched.exited);
      this.#keep(job.id, {
        ...followed,
        leave: () => {
          followed.leave();
          launched.leave();
        },
      });
    } catch (error) {
      const { message } = toErrorRecord(error);
      log.error({ problem: message, job: job.id }, 'job-cannot-start');
      database.endJob(job.id, { status: 'failed', error_message: publicText(message, settings) });
    }
    this.#tell(job.id);
  }

  #keep(id: number, job: FollowedJob): void {
    this.#running.set(id, job);
    void job.ended.then(() => {
      this.#running.delete(id);
      if (this.#isClosed) return;
      this.#tell(id);
      this.#fillSlots();
    });
  }

  /** Tells of a job's state, and of the job that follows it in a chain. */
  #tell(id: number): void {
    const { database } = this.#options;
    const job = database.job(id);
    if (!job) return;
    this.events.emit('job', job);
    const next = job.completed_at !== null && database.activeJob(job.run_id);
    if (next) this.events.emit('job', next);
  }
}
