import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../run-gtk.js';
import { FakeHub, type Fault, type Step, unavailable } from './fake-hub.js';
import { bytesOf, expectedChecksums, impatient, upload, writeFiles } from './uploading.js';

const folder = temporaryFolder();
let hub: FakeHub;
beforeEach(async () => {
  hub = await FakeHub.start({ partBytes: 300_000 });
});
afterEach(async () => {
  expect(hub.violations).toEqual([]);
  await hub.close();
});

const whole = bytesOf('a', 300_000);
const inParts = bytesOf('b', 700_000);
const dataset = () =>
  writeFiles(path.join(folder, 'dataset'), {
    'README.md': '# cells\n',
    'train/chunk_0000.parquet': whole,
    'train/chunk_0001.parquet': inParts,
  });

const busy: Fault = { kind: 'status', status: 429, headers: { 'retry-after': '0' } };
const early: Fault = { ...unavailable, early: true } as Fault;
const cut: Fault = { kind: 'cut' };
const lose: Fault = { kind: 'lose' };
const status = (code: number, message?: string): Fault => ({ kind: 'status', status: code, message });

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const count = (step: Step) => hub.calls.filter((called) => called === step).length;

/** The dataset stands after one commit. */
function expectDone(): void {
  expect(hub.repository('lab/cells').checksums()).toEqual(expectedChecksums(dataset()));
  expect(hub.repository('lab/cells').commits).toHaveLength(2);
}

describe('an upload gets over', () => {
  const steps: Step[] = [
    'create',
    'head',
    'paths',
    'tree',
    'preupload',
    'batch',
    'put',
    'part',
    'complete',
    'verify',
    'commit',
  ];
  const faults: [string, Fault][] = [
    ['503', unavailable],
    ['503 amid the body', early],
    ['429', busy],
    ['a cut connection', cut],
    ['a lost reply', lose],
  ];
  it.each(faults)('%s at any step, and twice in a row', async (_, fault) => {
    for (const step of steps) {
      await hub.close();
      hub = await FakeHub.start({ partBytes: 300_000 });
      hub.plan(step, fault, { times: 2 });
      await upload(hub, dataset());
      expectDone();
      // A commit that took effect is not made again.
      if (step === 'commit' && fault === lose) expect(count(step)).toBe(1);
      else expect(count(step), step).toBeGreaterThan(1);
    }
  });

  it('a repository that another operation is changing', async () => {
    hub.plan('create', status(409, 'Cannot create repo: another conflicting operation is in progress'), {
      times: 2,
    });
    await upload(hub, dataset());
    expectDone();
    expect(count('create')).toBe(3);
  });

  it('the failure of a single part without sending the others again', async () => {
    hub.plan('part', cut, { after: 1 });
    const { log } = await upload(hub, dataset());
    expectDone();
    expect(count('part')).toBe(3 + 1);
    expect(log).toContain(
      'sending train/chunk_0001.parquet to lab/cells: trying again {"reason":"the connection was cut"',
    );
  });

  it('an address that has expired, by asking for a new one', async () => {
    hub.plan('put', status(403, 'Request has expired'));
    await upload(hub, dataset());
    expectDone();
    expect(count('batch')).toBe(2);
  });

  it('a lost reply to the completion of an object, whose repetition is an error', async () => {
    hub.plan('complete', lose);
    await upload(hub, dataset());
    expectDone();
    // The second is an error; what the hub then wants is the object once more, since it was not verified.
    expect(count('complete')).toBe(3);
  });
});

describe('an upload gives up with a reason and a remedy', () => {
  const refused = (doing: string, reason: string, remedy: string) =>
    expect.objectContaining({
      code: 'GTK_HUB',
      exitStatus: 4,
      message: expect.stringContaining(`upload failed: ${doing} lab/cells: ${reason}`),
      remedy: expect.stringContaining(remedy),
    });

  it('where the token is wrong', async () => {
    const failure = refused('creating', 'HTTP 401 Unauthorized: Invalid username', 'permission to write');
    await expect(upload(hub, dataset(), { token: 'hf_wrong' })).rejects.toThrow(failure);
    const illegal = refused('creating', 'a header holds a character that HTTP does not allow', 'Check');
    await expect(upload(hub, dataset(), { token: 'hf_\n' })).rejects.toThrow(illegal);
  });

  it.each([
    ['preupload', 'announcing files to', 404, 'name of the repository'],
    ['preupload', 'announcing files to', 307, 'name that the repository has now'],
    ['put', 'sending train/chunk_0000.parquet to', 413, '--chunk-size'],
    ['commit', 'committing to', 403, 'permission to write'],
    ['tree', 'looking at', 500, 'uploads what is missing'],
  ] as [Step, string, number, string][])('at %s: %s, status %i', async (step, doing, code, remedy) => {
    const message = `no <b> https://s3.example/x?X-Amz-Signature=secret&a=b\n ${hub.token}`;
    hub.plan(step, status(code, message), { times: impatient.tries });
    await expect(upload(hub, dataset())).rejects.toThrow(refused(doing, `HTTP ${code}`, remedy));
    hub.heal();
    await upload(hub, dataset());
    expectDone();
  });

  it('where the store refuses an object', async () => {
    hub.refusedObjects.add(sha256(whole));
    await expect(upload(hub, dataset())).rejects.toThrow(
      refused('sending train/chunk_0000.parquet to', 'object refused (422)', 'uploads what is missing'),
    );
    expect(count('commit')).toBe(0);
  });

  it('where a part has no etag', async () => {
    hub.givesEtags = false;
    await expect(upload(hub, dataset())).rejects.toThrow(
      refused('sending train/chunk_0001.parquet to', 'the storage gave no etag for part 1', ''),
    );
    expect(count('commit')).toBe(0);
  });

  it.each([
    ['head', 'looking at', 'it names no newest commit'],
    ['paths', 'looking at', 'expected a list of files'],
    ['tree', 'looking at', 'expected a list of files'],
    ['preupload', 'announcing files to', 'expected a list of files'],
    ['batch', 'sending train/chunk_0000.parquet to', 'it does not tell where to send the file'],
  ] as [Step, string, string][])('where the reply to %s makes no sense', async (step, doing, reason) => {
    for (const json of [{ error: 'none' }, null, [], 7]) {
      hub.plan(step, { kind: 'status', status: 200, json });
      // An empty list of files is one.
      if (Array.isArray(json) && (step === 'paths' || step === 'tree')) hub.heal();
      else
        await expect(upload(hub, dataset())).rejects.toThrow(
          refused(doing, "the hub's reply is not understood: ", ''),
        );
    }
    hub.plan(step, { kind: 'status', status: 200, json: {} });
    await expect(upload(hub, dataset())).rejects.toThrow(
      refused(doing, `the hub's reply is not understood: ${reason}`, ''),
    );
    expect(count('commit')).toBe(0);
  });

  it.each([
    [{ chunk_size: '0', 1: 'http://host/1' }, '1 parts of 0 bytes for 300000'],
    [{ chunk_size: 'x', 1: 'http://host/1' }, '1 parts of x bytes for 300000'],
    [{ chunk_size: '200000', 1: 'http://host/1' }, '1 parts of 200000 bytes for 300000'],
    [{ chunk_size: '200000', 1: 'http://host/1', 3: 'http://host/3' }, '2 parts of 200000 bytes for 300000'],
    [
      { chunk_size: 200_000, 1: 'http://host/1' },
      'an action lacks its address, or has headers that are no text',
    ],
  ])('where the parts do not fit the file: %j', async (header, reason) => {
    const files = dataset().slice(0, 2);
    const object = { oid: sha256(whole), actions: { upload: { href: 'http://host/', header } } };
    hub.plan('batch', { kind: 'status', status: 200, json: { objects: [object] } });
    await expect(upload(hub, files)).rejects.toThrow(
      refused('sending train/chunk_0000.parquet to', `the hub's reply is not understood: ${reason}`, ''),
    );
  });

  it('where the hub is not there', async () => {
    const { endpoint } = hub;
    await hub.close();
    await expect(upload(hub, dataset())).rejects.toThrow(
      refused('creating', 'the host refuses connections', 'uploads what is missing'),
    );
    hub = await FakeHub.start();
    expect(hub.endpoint).not.toBe(endpoint);
  });

  it('where it is interrupted, with the reason of the signal', async () => {
    const interrupt = new AbortController();
    hub.beforeCommit = () => interrupt.abort('SIGTERM');
    await expect(upload(hub, dataset(), { signal: interrupt.signal })).rejects.toBe('SIGTERM');
    hub.beforeCommit = () => {};
    await upload(hub, dataset());
    expectDone();
  });
});

describe('a commit', () => {
  it('whose reply is lost is found to stand, and is not made again', async () => {
    hub.plan('commit', lose);
    const { commit, log } = await upload(hub, dataset());
    expectDone();
    expect(commit).toBe(hub.repository('lab/cells').head.sha);
    expect(count('commit')).toBe(1);
    expect(log).toContain('the commit stands');
  });

  it('that never arrived is made again', async () => {
    hub.plan('commit', cut, { times: 3 });
    await upload(hub, dataset());
    expectDone();
    expect(count('commit')).toBe(4);
  });

  it('that was overtaken by someone else is made for their commit', async () => {
    let pushes = 0;
    hub.beforeCommit = (repository) => {
      pushes += 1;
      if (pushes <= 2) repository.push(`other/${pushes}.txt`, 'of someone else');
    };
    const { commit } = await upload(hub, dataset());
    const repository = hub.repository('lab/cells');
    expect(repository.commits.map(({ summary }) => summary)).toEqual([
      'initial commit',
      'by someone else',
      'by someone else',
      'cells',
    ]);
    expect(repository.head.sha).toBe(commit);
    expect([...repository.checksums().keys()]).toContain('other/2.txt');
    // What was sent stays sent.
    expect(count('put')).toBe(1);
    expect(count('part')).toBe(3);
  });

  it('that stood but was changed by someone else before its lost reply was looked into is made on top', async () => {
    hub.plan('commit', lose);
    let isPushed = false;
    const log = (message: string) => {
      if (message.startsWith('commit in doubt') && !isPushed)
        hub.repository('lab/cells').push('README.md', 'other');
      isPushed ||= message.startsWith('commit in doubt');
    };
    await upload(hub, dataset(), { log });
    const repository = hub.repository('lab/cells');
    expect(repository.checksums()).toEqual(expectedChecksums(dataset()));
    expect(repository.commits.map(({ summary }) => summary)).toEqual([
      'initial commit',
      'cells',
      'by someone else',
      'cells',
    ]);
  });

  it('that arrives late is not made twice', async () => {
    // The first try is given up for lost and takes effect just before the second arrives.
    hub.plan('commit', cut);
    const repository = () => hub.repository('lab/cells');
    let calls = 0;
    hub.beforeCommit = (found) => {
      calls += 1;
      if (calls === 1) {
        const files = dataset().map(({ path: name, file }) => ({ name, content: readFileSync(file) }));
        const operations = files.map(({ name, content }) => ({
          key: name.endsWith('.parquet') ? 'lfsFile' : 'file',
          value: name.endsWith('.parquet')
            ? { path: name, algo: 'sha256', oid: sha256(content), size: content.length }
            : { path: name, encoding: 'base64', content: content.toString('base64') },
        }));
        found.commit('late', operations, () => true);
      }
    };
    const { commit } = await upload(hub, dataset());
    expectDone();
    expect(repository().head).toMatchObject({ sha: commit, summary: 'late' });
    expect(count('commit')).toBe(2);
  });

  it('to a repository without any, which has no parent to name, is not made again while the first may come', async () => {
    for (const fault of [lose, cut]) {
      await hub.close();
      hub = await FakeHub.start({ partBytes: 300_000, startsEmpty: true });
      hub.plan('commit', fault);
      if (fault === lose) await upload(hub, dataset());
      else await expect(upload(hub, dataset())).rejects.toMatchObject({ code: 'GTK_HUB' });
      expect(count('commit')).toBe(1);
      // A later run finds out whether it came, and makes it if it did not.
      await upload(hub, dataset());
      expect(hub.repository('lab/cells').checksums()).toEqual(expectedChecksums(dataset()));
      expect(hub.repository('lab/cells').commits).toHaveLength(1);
    }
  });

  it('that is always overtaken ends with an error', async () => {
    let pushes = 0;
    hub.beforeCommit = (repository) => repository.push('other.txt', `${pushes++}`);
    await expect(upload(hub, dataset())).rejects.toThrow(
      expect.objectContaining({
        code: 'GTK_HUB',
        message: expect.stringContaining(
          'committing to lab/cells: HTTP 412 Precondition Failed: A commit has happened',
        ),
      }),
    );
    expect(count('commit')).toBe(impatient.tries);
  });
});
