import { spawn } from 'node:child_process';
import { rmSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Ended, gtk, onceWritten, program, temporaryFolder } from '../run-gtk.js';
import { comparable, everything, yeastGenes } from './codon-files.js';
import { markerNames, wholeMarkers } from './run-state.js';

const folder = temporaryFolder();
const genes = yeastGenes(1500);
const input = path.join(folder, 'genes.fa');
const out = path.join(folder, 'out');
const seen = { batchSize: 10, bytes: Buffer.byteLength(genes) };
const command = ['codon', input, '--batch-size', '10', ...everything, '--out'];
let expected: Record<string, string>;

beforeAll(async () => {
  writeFileSync(input, genes);
  const undisturbed = path.join(folder, 'undisturbed');
  expect(await gtk([...command, undisturbed])).toMatchObject({ status: 0 });
  expected = comparable(undisturbed, seen);
});

/** Runs and sends signals as soon as some batches are done. */
async function interrupted(signals: NodeJS.Signals[], args = [...command, out]): Promise<Ended> {
  return gtk(args, {
    started: (child) =>
      onceWritten(child, '"msg":"start"', () => {
        let batches = 0;
        const watcher = watch(path.join(out, '.gtk/done'), (_, name) => {
          if (!/^\d+-\d+\.json$/.test(name ?? '') || ++batches < 3) return;
          watcher.close();
          for (const signal of signals) child.kill(signal);
        });
      }),
  });
}

/** The command that the last line of standard error gives. */
function resumeCommand({ stderr }: Ended): string[] {
  const last = stderr.trimEnd().split('\n').at(-1)!;
  expect(last).toMatch(/^gtk: interrupted; finished batches are kept\. To resume: gtk /);
  return last.slice(last.indexOf(': gtk ') + 6).split(' ');
}

describe('an interrupted run', () => {
  it.each<[string, number[], NodeJS.Signals[]]>([
    ['SIGINT', [130], ['SIGINT']],
    ['SIGTERM', [143], ['SIGTERM']],
    ['two SIGINT', [130], ['SIGINT', 'SIGINT']],
    // The kernel may deliver them to different threads, so either can be first.
    ['SIGINT and SIGTERM', [130, 143], ['SIGINT', 'SIGTERM']],
  ])('ends with its status on %s, and the command that it names resumes it', async (_, statuses, signals) => {
    rmSync(out, { recursive: true, force: true });
    const ended = await interrupted(signals);
    expect(ended).toMatchObject({ signal: null, stdout: '' });
    expect(statuses).toContain(ended.status);
    const markers = wholeMarkers(out);
    expect(markers.length).toBeGreaterThan(0);
    expect(markers.length).toBeLessThan(150);
    expect(await gtk(resumeCommand(ended))).toMatchObject({ status: 0 });
    expect(comparable(out, seen)).toEqual(expected);
  });

  it('can be interrupted again when it is resumed by its folder', async () => {
    rmSync(out, { recursive: true, force: true });
    await interrupted(['SIGTERM']);
    const before = markerNames(out).length;
    const ended = await interrupted(['SIGINT'], ['resume', out]);
    expect(ended.status).toBe(130);
    expect(markerNames(out).length).toBeGreaterThan(before);
    expect(resumeCommand(ended)).toEqual(['resume', out]);
    expect(await gtk(resumeCommand(ended))).toMatchObject({ status: 0 });
    expect(comparable(out, seen)).toEqual(expected);
  });

  it.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('ends on %s though its standard input says nothing and stays open', async (signal, status) => {
    rmSync(out, { recursive: true, force: true });
    const child = spawn(process.execPath, [program, 'codon', '-', '--out', out, '--progress', 'never']);
    child.stdin.write('>open\nATGATG\n');
    onceWritten(child, '"msg":"planned"', () => child.kill(signal));
    const ended = await new Promise((resolve) => child.on('exit', (...how) => resolve(how)));
    child.stdin.destroy();
    expect(ended).toEqual([status, null]);
  });
});
