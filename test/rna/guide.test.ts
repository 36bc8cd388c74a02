/** docs/rna.md names what there is: every reason of a failure, and only commands and options that exist. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findSpec, jobs } from '../../src/cli/registry.js';
import { remedies } from '../../src/rna/failure.js';

const guide = readFileSync(fileURLToPath(new URL('../../docs/rna.md', import.meta.url)), 'utf8');

const optionsIn = (text: string) =>
  [...text.matchAll(/(?<![\w-])--([a-z][a-z0-9-]*)/g)].map(([, name]) => name!);

async function optionsOf(step: string): Promise<string[]> {
  const spec = await findSpec(`rna ${step}`);
  return spec.options.map(({ name }) => name);
}

describe('the guide', () => {
  it('tells of every reason of a failure, in their order, and of no other', () => {
    const table = guide.slice(guide.indexOf('| reason | what happened'));
    const rows = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, reason]) => reason);
    expect(rows).toEqual(Object.keys(remedies));
  });

  it('names only options that a command has', async () => {
    const steps = await Promise.all(Object.keys(jobs.rna!.steps!).map(optionsOf));
    const known = new Set([...steps.flat(), 'help', 'no-install-recommends']);
    const named = optionsIn(guide);
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('shows only commands that would be understood', async () => {
    const shown = [...guide.matchAll(/^\$ gtk rna (\S+)(.*)$/gm)];
    expect(shown.length).toBeGreaterThan(10);
    for (const [line, step, rest] of shown) {
      const known = await optionsOf(step!);
      expect(
        optionsIn(rest!).filter((name) => !known.includes(name)),
        line,
      ).toEqual([]);
    }
  });
});
