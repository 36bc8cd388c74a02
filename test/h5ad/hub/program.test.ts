/** The whole program against a hub, where it is not asked to upload, may not, or gets no reply. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ended, filesBelow, gtk, temporaryFolder } from '../../run-gtk.js';
import { newFolder } from '../run-h5ad.js';
import { sample } from '../samples.js';
import { FakeHub } from './fake-hub.js';

const folder = temporaryFolder();
let hub: FakeHub;
let cwd: string;
beforeEach(async () => {
  hub = await FakeHub.start({ partBytes: 200_000 });
  cwd = newFolder(folder);
});
afterEach(async () => {
  expect(hub.violations).toEqual([]);
  await hub.close();
});

const cells = sample('cxg_perturb_500x2000_csr.h5ad');
const name = 'cxg_perturb_500x2000_csr';

/** Runs gtk h5ad with the hub in the environment; the token must come out nowhere. */
async function h5ad(args: string[], environment: Record<string, string> = {}): Promise<Ended> {
  const env = { HF_TOKEN: hub.token, HF_ENDPOINT: hub.endpoint, ...environment };
  const ended = await gtk(['h5ad', ...args], { cwd, env });
  const written = [...filesBelow(cwd)].map(([file, content]) => `${file} ${content.toString('latin1')}`);
  const state = readFileSync(path.join(cwd, 'data/output', name, '.gtk/run.json'), 'latin1');
  for (const text of [ended.stdout, ended.stderr, state, ...written]) expect(text).not.toContain(hub.token);
  return ended;
}

describe('gtk h5ad --repo-id', () => {
  it('commits once where the reply to the commit is lost', async () => {
    hub.plan('commit', { kind: 'lose' });
    expect(await h5ad([cells, '--repo-id', 'lab/cells', '--quiet'])).toMatchObject({ status: 0, stderr: '' });
    expect(hub.repository('lab/cells').commits).toHaveLength(2);
  });

  it('is needed: a token alone uploads nothing', async () => {
    expect(await h5ad([cells, '--quiet'])).toMatchObject({ status: 0, stderr: '' });
    expect(hub.calls).toEqual([]);
  });

  it('without a token is refused before anything is done', async () => {
    const env = { HF_TOKEN: '', HF_ENDPOINT: hub.endpoint };
    const ended = await gtk(['h5ad', cells, '--repo-id', 'lab/cells'], { cwd, env });
    expect(ended.status).toBe(2);
    expect(ended.stderr).toMatch(/--repo-id needs a token/);
    expect([...filesBelow(cwd).keys()]).toEqual([]);
    expect(hub.calls).toEqual([]);
  });
});
