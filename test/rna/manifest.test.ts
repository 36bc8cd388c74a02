import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SampleRecord } from '../../src/rna/events.js';
import { Layout } from '../../src/rna/layout.js';
import { Manifest } from '../../src/rna/manifest.js';
import { temporaryFolder } from '../run-gtk.js';

const folder = temporaryFolder();

function newSpecies() {
  const workDir = path.join(mkdtempSync(path.join(folder, 'wörk ')), 'species');
  const config = { workDir, logDir: path.join(workDir, 'logs') };
  const layout = new Layout(path.join(workDir, 'out'));
  const file = path.join(workDir, 'amalgkit.manifest.jsonl');
  const lines = () => {
    const text = readFileSync(file, 'utf8');
    expect(text.endsWith('\n')).toBe(true);
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return { config, layout, file, lines };
}

const record: SampleRecord = {
  run: 'SRR1',
  species: 'A_b',
  state: 'done',
  attempt: 2,
  batch: 3,
  seconds: 1.25,
  readsProcessed: 8000,
  pPseudoaligned: 71.3,
  bytesDownloaded: 5,
  bytesFreed: 5,
};
const versions = { kallisto: '0.48.0' };
const start = (options: unknown, samples = 2) =>
  ({ type: 'start', command: 'rna batch', pid: 1, version: '1', samples, options }) as const;

describe('the manifest', () => {
  it("has a line a run with the workflow's fields, inputs, outputs and figures", () => {
    const { config, layout, lines } = newSpecies();
    mkdirSync(layout.quantFolder('SRR1'), { recursive: true });
    writeFileSync(layout.abundance('SRR1'), 'x'.repeat(11));
    writeFileSync(layout.runInfo('SRR1'), 'x'.repeat(7));
    mkdirSync(config.logDir);
    writeFileSync(path.join(config.logDir, 'SRR1.quant.log'), 'x'.repeat(42));
    const manifest = new Manifest(config, layout, versions);
    manifest.tell(start({ threads: 2 }));
    const input = { path: '/reads/SRR1_1.fastq.gz', bytes: 5, md5: 'd41d8cd98f00b204e9800998ecf8427e' };
    manifest.tell({ type: 'file', run: 'SRR1', ...input });
    manifest.tell({ type: 'file', run: 'SRR10', path: '/reads/SRR10.fastq.gz', bytes: 6 });
    manifest.tell({ type: 'end', record });
    manifest.close();
    const [line, ...others] = lines();
    expect(others).toEqual([]);
    expect(line).toEqual({
      step: 'quant',
      return_code: 0,
      stdout_bytes: 0,
      stderr_bytes: 42,
      started_utc: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      finished_utc: expect.stringMatching(/Z$/),
      duration_seconds: 1.25,
      work_dir: config.workDir,
      log_dir: config.logDir,
      params: { threads: 2 },
      command: 'gtk rna batch',
      run: 'SRR1',
      species: 'A_b',
      batch: 3,
      attempt: 2,
      tool_versions: versions,
      inputs: [input],
      outputs: [
        { path: layout.abundance('SRR1'), bytes: 11 },
        { path: layout.runInfo('SRR1'), bytes: 7 },
      ],
      reads_processed: 8000,
      p_pseudoaligned: 71.3,
    });
    expect(Date.parse(line!.finished_utc as string) - Date.parse(line!.started_utc as string)).toBe(1250);
  });

  it('tells failures by code and note, a summary at the end, and nothing of runs that were not attempted', () => {
    const { config, layout, lines } = newSpecies();
    const manifest = new Manifest(config, layout, versions);
    manifest.tell(start({}));
    const failed = { ...record, state: 'failed', stage: 'fetch', problem: 'p' } as const;
    manifest.tell({ type: 'end', record: { ...failed, reason: 'checksum' } });
    manifest.tell({ type: 'end', record: { ...failed, run: 'SRR2', reason: 'missing-tool' } });
    manifest.tell({ type: 'end', record: { ...record, run: 'SRR3', state: 'skipped' } });
    manifest.tell({ type: 'end', record: { ...record, run: 'SRR4', state: 'excluded' } });
    manifest.tell({ type: 'finish', status: 1, statistics: { processed: 0, failed: 2 } });
    manifest.tell(start({}, 0));
    manifest.tell({ type: 'finish', status: 0, statistics: { processed: 0 } });
    manifest.close();
    expect(
      lines().map(({ step, run, return_code, note, failed }) => [step, run, return_code, note, failed]),
    ).toEqual([
      ['quant', 'SRR1', 1, 'checksum: p', undefined],
      ['quant', 'SRR2', 126, 'missing-tool: p', undefined],
      ['summary', undefined, 1, undefined, 2],
      ['summary', undefined, 204, 'the metadata has no rows', undefined],
    ]);
  });

  it('appends to what is there, even behind a line that was cut off', () => {
    const { config, layout, file, lines } = newSpecies();
    mkdirSync(config.workDir, { recursive: true });
    writeFileSync(file, '{"step":"metadata"}\n');
    for (let i = 0; i < 2; i += 1) {
      const manifest = new Manifest(config, layout, versions);
      manifest.tell({ type: 'end', record });
      manifest.close();
    }
    expect(lines().map(({ step }) => step)).toEqual(['metadata', 'quant', 'quant']);
    appendFileSync(file, '{"step":"qu');
    const manifest = new Manifest(config, layout, versions);
    manifest.tell({ type: 'end', record });
    manifest.close();
    const all = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(all[3]).toBe('{"step":"qu');
    expect(JSON.parse(all[4]!)).toMatchObject({ step: 'quant', run: 'SRR1' });
  });

  it('holds no user, password, query or fragment of any address', () => {
    const { config, layout, file } = newSpecies();
    const manifest = new Manifest(config, layout, versions);
    const secret = 'https://me:hush@host.org/path/file.gz?X-Signature=hush#hush';
    manifest.tell(
      start({ url: secret, list: [`see ${secret} twice: ${secret}`], ftp: 'ftp://me:hush@host.org/a?hush' }),
    );
    manifest.tell({
      type: 'end',
      record: { ...record, state: 'failed', reason: 'network', problem: `${secret}: connection refused` },
    });
    manifest.close();
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain('hush');
    expect(text.match(/https:\/\/host\.org\/path\/file\.gz/g)).toHaveLength(4);
    expect(text).toContain('ftp://host.org/a');
  });
});
