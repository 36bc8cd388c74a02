import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesBelow, temporaryFolder } from '../../run-gtk.js';
import { FakeHub, type FakeHubOptions } from './fake-hub.js';
import { bytesOf, expectedChecksums, upload, writeFiles } from './uploading.js';

const folder = temporaryFolder();
let hub: FakeHub;

async function start(options?: FakeHubOptions) {
  await hub?.close();
  hub = await FakeHub.start(options);
}
beforeEach(() => start({ partBytes: 1000 }));
afterEach(async () => {
  expect(hub.violations).toEqual([]);
  await hub.close();
});

const dataset = () =>
  writeFiles(path.join(folder, 'dataset'), {
    'README.md': '# cells\n',
    'empty.txt': '',
    'train/chunk_0000.parquet': bytesOf('a', 1000),
    'train/chunk_0001.parquet': bytesOf('b', 2500),
    'test/chunk_0000.parquet': bytesOf('c', 70),
    // The same content twice is one object.
    'test/chunk_0001.parquet': bytesOf('c', 70),
  });

describe('an upload', () => {
  it('makes the repository and has it hold exactly the files after one commit, in the order of the protocol', async () => {
    const files = dataset();
    const before = filesBelow(folder);
    const result = await upload(hub, files);
    const repository = hub.repository('lab/cells');
    expect(repository.checksums()).toEqual(expectedChecksums(files));
    expect(repository.commits.map(({ summary }) => summary)).toEqual(['initial commit', 'cells']);
    expect(result).toMatchObject({
      url: `${hub.endpoint}/datasets/lab/cells`,
      commit: repository.head.sha,
      files: 6,
      sent: 5,
      bytesSent: 8 + 0 + 1000 + 2500 + 70,
    });
    const firsts = [...new Set(hub.calls)];
    expect(firsts.slice(0, 4)).toEqual(['create', 'head', 'paths', 'tree']);
    expect(firsts.indexOf('preupload')).toBeLessThan(firsts.indexOf('batch'));
    expect(firsts.indexOf('batch')).toBeLessThan(firsts.indexOf('put'));
    expect(hub.calls.filter((step) => step === 'part')).toHaveLength(3);
    expect(hub.calls.filter((step) => step === 'complete')).toHaveLength(1);
    expect(hub.calls.filter((step) => step === 'put')).toHaveLength(2);
    expect(hub.calls.filter((step) => step === 'verify')).toHaveLength(3);
    expect(hub.calls.at(-1)).toBe('commit');
    expect(filesBelow(folder)).toEqual(before);
  });

  it('of the same files again sends and commits nothing', async () => {
    await upload(hub, dataset());
    hub.calls.length = 0;
    const result = await upload(hub, dataset());
    expect(result).toMatchObject({ commit: undefined, files: 6, sent: 0, bytesSent: 0 });
    expect([...new Set(hub.calls)].sort()).toEqual(['create', 'head', 'paths', 'tree']);
    expect(hub.repository('lab/cells').commits).toHaveLength(2);
  });

  it('sends only what changed', async () => {
    const files = dataset();
    await upload(hub, files);
    writeFileSync(files[0]!.file, '# mice!\n');
    writeFileSync(files[2]!.file, bytesOf('changed', 1000));
    hub.calls.length = 0;
    expect(await upload(hub, files)).toMatchObject({ sent: 2, bytesSent: 1008 });
    expect(hub.calls.filter((step) => step === 'put')).toHaveLength(1);
    expect(hub.repository('lab/cells').checksums()).toEqual(expectedChecksums(files));
    expect(hub.repository('lab/cells').commits).toHaveLength(3);
  });

  it('deletes the Parquet files of an earlier, larger dataset, and nothing else', async () => {
    await start({ pageSize: 3 });
    const chunk = (split: string, i: number) => `${split}/chunk_${String(i).padStart(4, '0')}.parquet`;
    const large = Array.from({ length: 10 }, (_, i) => [chunk('train', i), bytesOf(`large ${i}`, 50)]);
    await upload(hub, writeFiles(path.join(folder, 'large'), Object.fromEntries(large)));
    const repository = hub.repository('lab/cells');
    for (const kept of ['train/notes.txt', 'other/chunk_0009.parquet', 'data/mine.parquet']) {
      repository.push(kept, kept);
    }
    const small = writeFiles(path.join(folder, 'small'), {
      [chunk('train', 0)]: bytesOf('large 0', 50),
      [chunk('test', 0)]: bytesOf('small', 50),
    });
    expect(await upload(hub, small)).toMatchObject({ files: 2, sent: 1 });
    const kept = ['train/notes.txt', 'other/chunk_0009.parquet', 'data/mine.parquet'];
    expect([...repository.checksums().keys()]).toEqual([...small.map((file) => file.path), ...kept].sort());
    expect(repository.commits).toHaveLength(2 + 3 + 1);

    // The same with nothing to send, and in the folder of a dataset that is not split.
    const unsplit = writeFiles(path.join(folder, 'unsplit'), { [chunk('data', 0)]: bytesOf('small', 50) });
    expect(await upload(hub, unsplit)).toMatchObject({ sent: 0 });
    expect([...repository.checksums().keys()]).toEqual([
      chunk('data', 0),
      'other/chunk_0009.parquet',
      'train/notes.txt',
    ]);
    expect(await upload(hub, [], { deleteStale: ['data'] })).toMatchObject({ files: 0, sent: 0 });
    expect([...repository.checksums().keys()]).toEqual(['other/chunk_0009.parquet', 'train/notes.txt']);
  });

  it('leaves out what the hub ignores, and says so', async () => {
    hub.ignored.add('README.md');
    const files = dataset();
    const { log, files: count } = await upload(hub, files);
    expect(count).toBe(5);
    expect(log).toContain('README.md is left out');
    expect(hub.repository('lab/cells').checksums()).toEqual(expectedChecksums(files.slice(1)));
    expect(await upload(hub, files)).toMatchObject({ commit: undefined, files: 5 });
    expect(hub.repository('lab/cells').commits).toHaveLength(2);
  });

  it('sends no object that the store has already', async () => {
    const files = dataset();
    hub.objects.set(createHash('sha256').update(bytesOf('b', 2500)).digest('hex'), 2500);
    expect(await upload(hub, files)).toMatchObject({ sent: 4, bytesSent: 1078 });
    expect(hub.calls).not.toContain('part');
    expect(hub.repository('lab/cells').checksums()).toEqual(expectedChecksums(files));
  });

  it('announces at most 256 files a call', async () => {
    await start();
    const many = Array.from({ length: 300 }, (_, i) => [`train/${i}.parquet`, `content ${i}`]);
    const files = writeFiles(path.join(folder, 'many'), Object.fromEntries(many));
    await upload(hub, files);
    expect(hub.calls.filter((step) => step === 'preupload')).toHaveLength(2);
    expect(hub.repository('lab/cells').checksums()).toEqual(expectedChecksums(files));
  });

  it('goes to a repository that exists, also with a token that may not make one', async () => {
    await upload(hub, dataset(), { private: true });
    expect(hub.repository('lab/cells').isPrivate).toBe(true);
    hub.mayCreate = false;
    const files = writeFiles(path.join(folder, 'next'), { 'README.md': 'next' });
    expect(await upload(hub, files)).toMatchObject({ sent: 1 });
    await expect(upload(hub, files, { repo: 'lab/unknown' })).rejects.toMatchObject({
      code: 'GTK_HUB',
      message: expect.stringMatching(
        /^upload failed: creating lab\/unknown: HTTP 403 Forbidden: You don't have/,
      ),
      remedy: expect.stringContaining('token'),
    });
  });

  it('does not put into public what was to be private', async () => {
    await upload(hub, dataset());
    const secret = writeFiles(path.join(folder, 'next'), { 'README.md': 'next' });
    await expect(upload(hub, secret, { private: true })).rejects.toMatchObject({
      code: 'GTK_HUB',
      message: expect.stringContaining('it exists and is public'),
    });
    expect(hub.repository('lab/cells').commits).toHaveLength(2);
  });

  it('is refused for a bad name before anything is called', async () => {
    await expect(upload(hub, dataset(), { repo: 'cells' })).rejects.toMatchObject({ code: 'GTK_USAGE' });
    expect(hub.calls).toEqual([]);
  });

  it('of a missing file says which', async () => {
    const files = [{ path: 'README.md', file: path.join(folder, 'missing') }];
    await expect(upload(hub, files)).rejects.toMatchObject({
      code: 'GTK_UNREADABLE',
      message: expect.stringContaining(path.join(folder, 'missing')),
    });
  });

  it('holds no file in memory', async () => {
    await start({ partBytes: 2 ** 40 });
    const file = path.join(folder, 'large.parquet');
    const bytes = 200 * 2 ** 20;
    const fd = openSync(file, 'w');
    ftruncateSync(fd, bytes);
    closeSync(fd);
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 2);
    const result = await upload(hub, [{ path: 'train/chunk_0000.parquet', file }]);
    clearInterval(watch);
    expect(result.bytesSent).toBe(bytes);
    expect(hub.objects.get([...hub.repository('lab/cells').checksums().values()][0]!)).toBe(bytes);
    expect(peak - before).toBeLessThan(100 * 2 ** 20);
  });

  it('keeps the token out of every file', async () => {
    await upload(hub, dataset());
    for (const [name, content] of filesBelow(folder)) {
      if (name !== 'large.parquet') expect(content.includes(hub.token), name).toBe(false);
    }
    expect(readFileSync(dataset()[0]!.file, 'utf8')).toBe('# cells\n');
  });
});
