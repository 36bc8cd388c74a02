/** The whole program against a hub: conversion, upload, and what becomes of both when the upload fails. */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Ended, filesBelow, gtk, temporaryFolder, testData } from '../../run-gtk.js';
import { newFolder } from '../run-h5ad.js';
import { sample } from '../samples.js';
import { FakeHub, unavailable } from './fake-hub.js';

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

const cells = testData('h5ad/cxg_perturb_500x2000_csr.h5ad');
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

const out = (dataset = name) => path.join(cwd, 'data/output', dataset);
const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
const times = () =>
  [...filesBelow(out()).keys()].map((file) => [file, statSync(path.join(out(), file)).mtimeMs]);

describe('gtk h5ad --repo-id', () => {
  it('uploads the files of each side under the paths that the card names, in one commit', async () => {
    const ended = await h5ad([
      cells,
      '--chunk-size',
      '200',
      '--test-size',
      '0',
      '--repo-id',
      'lab/cells',
      '--quiet',
    ]);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    const repository = hub.repository('lab/cells');
    expect(repository.commits).toHaveLength(2);
    const remote = repository.checksums();
    const chunks = [0, 1, 2].map((chunk) => `chunk_000${chunk}.parquet`);
    for (const chunk of chunks) {
      expect(remote.get(`train/${chunk}`)).toBe(sha256(path.join(out(), 'train/chunks', chunk)));
    }
    const names = [...remote.keys()].filter((file) => file !== '.gitattributes');
    expect(names.sort()).toEqual(['README.md', ...chunks.map((chunk) => `train/${chunk}`)]);
    const readme = repository.head.files.get('README.md');
    const [, header] = String(readme?.kind === 'regular' ? readme.content : '').split('---\n');
    const [config] = parse(header!).configs;
    expect(config.data_files).toEqual([{ split: 'train', path: 'train/*.parquet' }]);
  });

  it('gives each of several files a repository of its own', async () => {
    const input = path.join(cwd, 'data/input');
    mkdirSync(input, { recursive: true });
    copyFileSync(cells, path.join(input, `${name}.h5ad`));
    copyFileSync(sample('scp_mouse_150x123_ensmusg.h5ad'), path.join(input, 'mouse.h5ad'));
    const ended = await h5ad(['--no-age-filter', '--repo-id', 'lab/cells', '--quiet']);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect([...hub.repositories.keys()].sort()).toEqual([`lab/cells-${name}`, 'lab/cells-mouse']);
    const remote = hub.repository('lab/cells-mouse').checksums();
    expect(remote.get('test/chunk_0000.parquet') ?? remote.get('train/chunk_0000.parquet')).toBeDefined();
  });

  it('keeps the dataset when the upload fails, and then uploads it without converting it again', async () => {
    hub.plan('put', unavailable, { times: 100 });
    hub.plan('part', unavailable, { times: 100 });
    const command = [cells, '--repo-id', 'lab/cells', '--quiet'];
    const failed = await h5ad(command);
    expect(failed.status).toBe(4);
    expect(failed.stderr).toMatch(/^gtk: upload failed: .*lab\/cells: .*503/);
    expect(hub.repository('lab/cells').commits).toHaveLength(1);
    const before = times();
    expect(before).toHaveLength(2);
    hub.heal();
    expect(await h5ad(command)).toMatchObject({ status: 0, stderr: '' });
    expect(times()).toEqual(before);
    expect(hub.repository('lab/cells').checksums().get('train/chunk_0000.parquet')).toBe(
      sha256(path.join(out(), 'train/chunks/chunk_0000.parquet')),
    );
    // Once more: everything is there, so nothing is committed.
    expect(await h5ad(command)).toMatchObject({ status: 0, stderr: '' });
    expect(hub.repository('lab/cells').commits).toHaveLength(2);
  });

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

describe('gtk h5ad upload', () => {
  it('uploads datasets that are there, unsplit ones below data/', async () => {
    expect(await h5ad([cells, '--skip-train-test-split', '--quiet'])).toMatchObject({ status: 0 });
    const ended = await h5ad(['upload', '--repo-id', 'lab/cells', '--private', '--json']);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      status: 'done',
      uploads: [{ dataset: name, files: 2 }],
    });
    const repository = hub.repository('lab/cells');
    expect(repository.isPrivate).toBe(true);
    expect(repository.checksums().get('data/chunk_0000.parquet')).toBe(
      sha256(path.join(out(), 'chunks/chunk_0000.parquet')),
    );
  });
});
