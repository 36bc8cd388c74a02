/** Steps of a run at which something happens to it that nobody outside could time. */

/** A function of `node:fs` that the program calls with a path that matches. */
export interface Step {
  step: 'renameSync' | 'rmSync';
  file: RegExp;
  /** Which of the calls; the threads of a process count together. */
  nth?: number;
  /** The later ones too. */
  again?: true;
}

/** What happens just before the step: a signal to the process, or the end of the thread that would do it. */
export type Act = 'SIGKILL' | 'SIGINT' | 'SIGTERM' | 'SIGSTOP' | 'exit';

/** Environment in which a run of the program comes to that. */
export function atStep({ step, file, nth = 1, again }: Step, act: Act): Record<string, string> {
  const preload = new URL('at-step.mjs', import.meta.url).href;
  return {
    NODE_OPTIONS: `--import ${preload}`,
    AT_STEP: JSON.stringify({ step, file: file.source, nth, again, act }),
  };
}

/** The writing of a marker by a worker. */
export const marker = /done\/\d+-\d+\.json$/;
