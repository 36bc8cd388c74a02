/** `merge/versions.yml`: which programs made the results, in the form that nf-core pipelines collect. */
import type { JournalState } from '../status/journal-state.js';
import type { RunFacts } from './run-facts.js';

/**
 * The file's text: quantifiers as the results name them, gtk as the journal and this process do. Where results
 * were made with several versions, all are named.
 *
 * @param gtk version of this process
 */
export function versionsText(facts: readonly RunFacts[], state: JournalState, gtk: string): string {
  const quantifiers = new Map<string, Set<string>>();
  for (const { info } of facts) {
    if (!info) continue;
    const versions = quantifiers.get(info.program) ?? new Set();
    quantifiers.set(info.program, versions.add(info.version ?? 'unknown'));
  }
  const own = new Set([...state.sessions.map(({ version }) => version), gtk]);
  const sections = {
    GTK_RNA_QUANT: [...quantifiers].sort(([a], [b]) => (a < b ? -1 : 1)),
    Workflow: [
      ['gtk', own],
      ['node', new Set([process.versions.node])],
    ] as [string, Set<string>][],
  };
  return Object.entries(sections)
    .filter(([, programs]) => programs.length > 0)
    .map(([name, programs]) => `${name}:\n${programs.map(line).join('')}`)
    .join('');
}

// Quoted, since YAML takes 1.10 for a number.
const line = ([program, versions]: [string, Set<string>]) =>
  `  ${program}: ${JSON.stringify([...versions].sort().join(', '))}\n`;
