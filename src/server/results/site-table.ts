/** The table of sites that were merged at one distance. */
import type { Workspace } from '../../pcr/workspace.js';
import { openBelow } from '../files/run-file.js';

/** Its rows, as the site analysis wrote them. Throws HttpProblem `not_found`. */
export async function readSites(workspace: Workspace, distance: number): Promise<unknown[]> {
  const { handle } = await openBelow(workspace.root, ['bed2peak', `aligned.d${distance}.peak.merge.json`]);
  try {
    return JSON.parse(await handle.readFile('utf8')) as unknown[];
  } finally {
    await handle.close();
  }
}
