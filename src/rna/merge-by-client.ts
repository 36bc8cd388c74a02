/** `gtk rna merge --engine amalgkit`. */
import type { OptionValues } from '../engine/command.js';
import type { Live, Outcome } from '../engine/live.js';
import { ExitStatus } from '../errors.js';
import { mergeWithClient } from './amalgkit/merge.js';
import { Layout } from './layout.js';
import { logEvents } from './log.js';
import { openWorkshop } from './open-workshop.js';
import { fileRules } from './options.js';
import { transferRules } from './sources/endpoints.js';
import { givenSpecies } from './species-options.js';
import { openSpecies } from './work/open-species.js';

/** Throws GTK_USAGE; GTK_AMALGKIT; GTK_RUN_LOCKED; GTK_MISSING_TOOL. */
export async function mergeByClient(values: OptionValues, live: Live): Promise<Outcome> {
  const { config, metadata } = givenSpecies(values, 'rna merge');
  const shop = openWorkshop({
    signal: live.signal,
    bounds: { downloads: 1, processors: config.threads, quantifiers: 1, memory: undefined },
    rules: fileRules(values, config),
    transfers: transferRules(values, config),
    received: () => {},
  });
  try {
    const listener = () => logEvents(live);
    const { work, close } = await openSpecies({ config, shop, floor: 0, margin: 0, listener });
    try {
      await mergeWithClient(metadata, work);
    } finally {
      close();
    }
  } finally {
    await shop.pool.destroy();
  }
  const folder = new Layout(config.out).mergeFolder();
  return { text: `${folder}\n`, json: { status: 'done', exit_status: 0, folder }, status: ExitStatus.done };
}
