/** `gtk rna merge --engine amalgkit`. */
import type { OptionValues } from '../engine/command.js';
import type { Live, Outcome } from '../engine/live.js';
import { ExitStatus } from '../errors.js';
import { mergeWithClient } from './amalgkit/merge.js';
import { givenSpecies } from './given-species.js';
import { Layout } from './layout.js';
import { fileRules } from './options.js';
import { WorkWatch } from './work/watch-work.js';
import { withSpecies } from './work/with-species.js';

/** Throws GTK_USAGE; GTK_AMALGKIT; GTK_RUN_LOCKED; GTK_MISSING_TOOL. */
export async function mergeByClient(values: OptionValues, live: Live): Promise<Outcome> {
  const { config, metadata } = givenSpecies(values, 'rna merge');
  const bounds = { downloads: 1, processors: config.threads, quantifiers: 1, memory: undefined };
  const order = {
    command: 'rna merge',
    config,
    values,
    rules: fileRules(values, config),
    bounds,
    live,
    watch: new WorkWatch(),
  };
  await withSpecies(order, ({ work }) => mergeWithClient(metadata, work));
  const folder = new Layout(config.out).mergeFolder();
  return { text: `${folder}\n`, json: { status: 'done', exit_status: 0, folder }, status: ExitStatus.done };
}
