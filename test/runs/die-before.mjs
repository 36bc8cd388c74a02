// Loaded into gtk ahead of its own code (NODE_OPTIONS=--import): ends it just before it does a chosen step on
// a chosen file, which no signal from outside can time. See `beforeStep`, which sets DIE_BEFORE.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

/** @type {{ step: 'renameSync' | 'rmSync'; file: string; nth: number; once?: string }} */
const { step, file, nth, once } = JSON.parse(process.env.DIE_BEFORE ?? '');
const pattern = new RegExp(file);
const real = /** @type {(...args: unknown[]) => unknown} */ (fs[step]);

// The threads of a process count together.
if (isMainThread) setEnvironmentData('steps', new Int32Array(new SharedArrayBuffer(4)));
const seen = /** @type {Int32Array} */ (getEnvironmentData('steps'));

Object.assign(fs, {
  /** @param {unknown[]} args */
  [step]: (...args) => {
    if (pattern.test(args.join(' ')) && Atomics.add(seen, 0, 1) + 1 === nth) {
      if (once === undefined) endProcess();
      else if (!fs.existsSync(once)) endThread(once);
    }
    return real(...args);
  },
});
syncBuiltinESMExports();

function endProcess() {
  process.kill(process.pid, 'SIGKILL');
  // Nothing more happens in this thread, however long the signal takes.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** @param {string} flag */
function endThread(flag) {
  fs.closeSync(fs.openSync(flag, 'w'));
  // In a worker this ends the worker alone.
  process.exit(1);
}
