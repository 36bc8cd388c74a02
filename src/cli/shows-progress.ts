import type { OptionValues } from '../engine/command.js';

/** Whether a bar is wanted. */
export function showsProgress(values: OptionValues): boolean {
  return (
    values.progress === 'always' ||
    (values.progress === 'auto' && Boolean(process.stderr.isTTY) && !values.quiet)
  );
}
