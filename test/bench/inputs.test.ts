import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { contents, generate, makeFasta, type Workload, workloads } from '../../bench/make-inputs.js';

const small: Workload = { ...workloads.organelle, file: 'small.fa', records: 100 };
const text = Buffer.concat([...generate(small)]).toString('latin1');

const folder = mkdtempSync(path.join(tmpdir(), 'gtk-inputs-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the full workloads hold what the benches say they measure', () => {
  // Records and bases as seqkit stats found them in the files made, codons as awk did.
  expect(contents(workloads.organelle)).toEqual({
    records: 32_240,
    bases: 142_031_287,
    codons: 47_333_027,
    bytes: 145_520_545,
  });
  expect(contents(workloads.organelle10)).toEqual({
    records: 322_400,
    bases: 1_420_066_242,
    codons: 473_248_152,
    bytes: 1_455_599_373,
  });
  expect(contents(workloads.huge)).toEqual({
    records: 1,
    bases: 3_000_000_000,
    codons: 1_000_000_000,
    bytes: 3_050_000_027,
  });
});

test('the small workload is the same bytes on every machine', () => {
  expect(createHash('sha256').update(text).digest('hex')).toBe(
    'b02c54f365688d72c2db880109c4d21577a148848183245d6c0bbc23bfc4fcca',
  );
});

test('the predicted contents are those of the bytes made', () => {
  const records = text.split('>').slice(1);
  const sequences = records.map((record) => record.slice(record.indexOf('\n')).replaceAll('\n', ''));
  expect(contents(small)).toEqual({
    records: records.length,
    bases: sequences.join('').length,
    codons: sequences.reduce((sum, sequence) => sum + Math.floor(sequence.length / 3), 0),
    bytes: text.length,
  });
});

test('lines hold 60 bases, a record’s last line at least one', () => {
  const lines = text.split('\n');
  expect(lines.pop()).toBe('');
  let compared = 0;
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('>')) continue;
    const last = lines[index + 1] === undefined || lines[index + 1]!.startsWith('>');
    if (!last) expect(line).toHaveLength(60);
    expect(line).toMatch(/^[ACGTNacgtn]{1,60}$/);
    compared++;
  }
  expect(compared).toBeGreaterThan(5000);
});

test('bases are AT-rich, 2 % lower case, with a few N', () => {
  const bases = text.replaceAll(/>.*\n|\n/g, '');
  const share = (pattern: RegExp) => (bases.match(pattern)?.length ?? 0) / bases.length;
  expect(share(/[acgtn]/g)).toBeCloseTo(0.02, 3);
  expect(share(/[CGcg]/g)).toBeCloseTo(0.375, 2);
  expect(share(/[Nn]/g)).toBeCloseTo(0.0002, 4);
});

test('the ten-fold workload begins with the single one', () => {
  const twice = generate({ ...small, records: 200 });
  expect(Buffer.concat([...twice]).toString('latin1', 0, text.length)).toBe(text);
});

test('a file that is there is used again, a cut one is made anew, and no temporary file stays', async () => {
  const file = await makeFasta(small, folder);
  expect(readFileSync(file, 'latin1')).toBe(text);
  const made = statSync(file).ino;
  await makeFasta(small, folder);
  expect(statSync(file).ino).toBe(made);
  truncateSync(file, 1000);
  await makeFasta(small, folder);
  expect(readFileSync(file, 'latin1')).toBe(text);
  expect(readdirSync(folder)).toEqual(['small.fa']);
});
