/**
 * The process that works steps, one after another; started as leader of a process group of its own, to which
 * everything belongs that it starts. Its only argument is the JSON of a {@link ProcessRequest}.
 */
import { readSync } from 'node:fs';
import { type ErrorRecord, toErrorRecord } from '../errors.js';
import { type ExitRecord, writeExitRecord } from './steps/exit-record.js';
import { LogFile } from './steps/log-file.js';
import { performStep, type StepRequest } from './steps/perform.js';
import type { StepAccount } from './steps/record.js';

/** What the process is to do. */
export interface ProcessRequest {
  steps: {
    request: StepRequest;
    /** Absolute path of the log, appended. */
    log: string;
    /** Absolute path of the exit record. */
    exit: string;
  }[];
  /** Ends the whole group when standard input ends: its other end is the caller's, and goes with it. */
  endsWithCaller?: true;
  /** Begins when a byte comes on standard input, and never if that ends first: until then, it is not noted down. */
  waits?: true;
}

const request = JSON.parse(process.argv[2]!) as ProcessRequest;

if (request.waits && readSync(0, Buffer.alloc(1)) === 0) process.exit();

if (request.endsWithCaller) {
  process.stdin.resume().on('close', () => process.kill(0, 'SIGKILL'));
  process.stdin.unref?.();
}

for (const { request: step, log, exit } of request.steps) {
  const file = new LogFile(log);
  const record = await work(step, file);
  writeExitRecord(exit, record);
  file.close();
  if (request.endsWithCaller) process.stdout.write(`${step.task}\n`);
  if ('error' in record) {
    process.exitCode = record.error.exitStatus;
    break;
  }
}
// Standard input of a caller that lives on must not keep this process.
process.exit();

async function work(step: StepRequest, file: LogFile): Promise<ExitRecord> {
  let account: StepAccount | undefined;
  try {
    const record = await performStep(
      step,
      (text) => file.write(text),
      (done) => {
        account = done;
      },
    );
    return { completedAt: record.completedAt, record };
  } catch (thrown) {
    const error = withoutPlaces(toErrorRecord(thrown), step);
    file.write(Buffer.from(`${error.message}\n${error.remedy}\n`));
    return { completedAt: new Date().toISOString(), error, ...(account && { account }) };
  }
}

/** Where a run stands on this machine is nothing for the readers of its log and of its errors. */
function withoutPlaces(error: ErrorRecord, { workspace, references }: StepRequest): ErrorRecord {
  const hide = (text: string) => text.replaceAll(`${workspace}/`, '').replaceAll(references, 'reference');
  return { ...error, message: hide(error.message), remedy: hide(error.remedy) };
}
