/** What tests of uploads share: files to send, a call that looks for the token, what the hub should hold. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import {
  type HubFile,
  type UploadOptions,
  type UploadResult,
  uploadDataset,
} from '../../../src/h5ad/hub/upload.js';
import type { FakeHub } from './fake-hub.js';

/** Tries again at once. */
export const impatient = { tries: 4, baseMs: 0, capMs: 0 };

/** Bytes that differ from name to name and from size to size. */
export function bytesOf(seed: string, size: number): Buffer {
  const block = createHash('sha512').update(seed).digest();
  return Buffer.alloc(size, block);
}

/** Writes the files, by path in the repository, below a folder that is emptied before. */
export function writeFiles(folder: string, contents: Record<string, Buffer | string>): HubFile[] {
  rmSync(folder, { recursive: true, force: true });
  return Object.entries(contents).map(([name, content]) => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return { path: name, file };
  });
}

/** SHA-256 by path, as the repository should have it. */
export function expectedChecksums(files: HubFile[]): Map<string, string> {
  const sums = files.map(({ path: name, file }) => {
    return [name, createHash('sha256').update(readFileSync(file)).digest('hex')] as [string, string];
  });
  return new Map(sums.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Uploads to `lab/cells`; fails if the token or a signature shows in the log or the error. */
export async function upload(
  hub: FakeHub,
  files: HubFile[],
  options: Partial<UploadOptions & { token: string; private: boolean; repo: string }> = {},
): Promise<UploadResult & { log: string }> {
  const { token = hub.token, private: isPrivate = false, repo = 'lab/cells', ...rest } = options;
  const log: string[] = [];
  const conceals = (text: string) => {
    expect(text).not.toContain(token);
    expect(text).not.toContain('X-Amz');
    expect(text).not.toContain('secret');
  };
  try {
    const result = await uploadDataset({ endpoint: hub.endpoint, token, repo, private: isPrivate }, files, {
      message: 'cells',
      signal: new AbortController().signal,
      log: (message, fields) => log.push(`${message} ${JSON.stringify(fields ?? {})}`),
      retry: impatient,
      ...rest,
    });
    return { ...result, log: log.join('\n') };
  } catch (error) {
    conceals(`${(error as Error).stack} ${JSON.stringify(error)} ${String((error as Error).cause)}`);
    throw error;
  } finally {
    conceals(log.join('\n'));
  }
}
