// Loaded into gtk ahead of its own code (NODE_OPTIONS=--import): ends or signals it just before it does a chosen
// step on a chosen file, which nobody outside can time. See `atStep`, which sets AT_STEP.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

/** @type {{ step: 'renameSync' | 'rmSync'; file: string; nth: number; again?: true; act: NodeJS.Signals | 'exit' }} */
const { step, file, nth, act, again } = JSON.parse(process.env.AT_STEP ?? '');
const pattern = new RegExp(file);
const real = /** @type {(...args: unknown[]) => unknown} */ (fs[step]);

// The threads of a process count together.
if (isMainThread) setEnvironmentData('steps', new Int32Array(new SharedArrayBuffer(4)));
const steps = /** @type {Int32Array} */ (getEnvironmentData('steps'));

Object.assign(fs, {
  /** @param {unknown[]} args */
  [step]: (...args) => {
    if (pattern.test(args.join(' '))) {
      const number = Atomics.add(steps, 0, 1) + 1;
      if (number === nth || (again && number > nth)) doAct();
    }
    return real(...args);
  },
});
syncBuiltinESMExports();

function doAct() {
  // In a worker this ends the worker alone.
  if (act === 'exit') process.exit(1);
  process.kill(process.pid, act);
  // Nothing more happens in this thread, however long the signal takes.
  if (act === 'SIGKILL') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
