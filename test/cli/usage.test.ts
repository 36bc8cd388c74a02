import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { gtk, temporaryFolder } from '../run-gtk.js';
import { complaint, refusal } from './refusal.js';
import { summaryOf } from './slow-count.js';

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);

beforeAll(() => {
  writeFileSync(at('a.fa'), '>a\nATGGCCTTTTAA\n');
  writeFileSync(at('options.yaml'), 'frame: 1\ngenetic-code: 2\nrscu: true\nformat: [tsv, csv]\n');
  writeFileSync(at('options.json'), '{"frame": 2, "batch-size": 7, "format": "json"}\n');
  writeFileSync(at('unknown.yaml'), 'fram: 1\n');
  writeFileSync(at('list.yaml'), '- frame\n');
  writeFileSync(at('broken.yaml'), 'frame: [1\n');
  writeFileSync(at('range.yaml'), 'frame: 9\n');
});

const mistakes: [what: string, args: string[], sentence: string | RegExp][] = [
  [
    'an unknown option, with what was meant',
    ['--genetc-code', '2'],
    'No such option: --genetc-code; did you mean --genetic-code?',
  ],
  ['an unknown option like nothing there is', ['--zebra'], 'No such option: --zebra'],
  ['an unknown short option', ['-x'], 'No such option: -x'],
  ['an unknown option turned off', ['--no-rscv'], 'No such option: --no-rscv; did you mean --rscu?'],
  ['a number out of range', ['--frame', '5'], '--frame: found "5", expected a whole number from 0 to 2'],
  ['a negative number', ['--top', '-1'], '--top: found "-1", expected a whole number of at least 0'],
  [
    'a broken number',
    ['--batch-size', '1.5'],
    '--batch-size: found "1.5", expected a whole number of at least 1',
  ],
  [
    'a word for a number',
    ['--workers', 'all'],
    '--workers: found "all", expected a whole number from 1 to 1024',
  ],
  ['no value', ['--frame'], '--frame: found nothing behind it, expected a value'],
  ['another option for a value', ['--out', '--rscu'], '--out: found nothing behind it, expected a value'],
  ['two values', ['--frame', '1', '--frame', '2'], '--frame: found ["1","2"], expected to be given once'],
  ['no such choice', ['--ambiguous', 'maybe'], '--ambiguous: found "maybe", expected one of skip, keep'],
  [
    'no such format',
    ['--format', 'tsv,xml'],
    /^--format: found "tsv,xml", expected any of parquet, tsv, csv, json, arrow$/,
  ],
  ['an empty list', ['--format', ''], /^--format: found "", expected any of/],
  ['no size', ['--memory', 'lots'], '--memory: found "lots", expected a size such as 512M or 4G'],
  ['a size of nothing', ['--memory', '0'], /^--memory: found "0", expected a size/],
  ['a flag with a word', ['--rscu=maybe'], '--rscu: found "maybe", expected true or false'],
  [
    'no such genetic code',
    ['--genetic-code', '7'],
    /^--genetic-code: found 7, expected one of 1, 2, 3, 4, 5, 6, 9, .* 33$/,
  ],
  [
    'a number beyond the genetic codes',
    ['--genetic-code', '34'],
    /^--genetic-code: found "34", expected a whole number/,
  ],
  [
    'options that exclude each other',
    ['--cai-set', 'scer', '--reference', 'a.fa'],
    '--cai-set and --reference exclude each other',
  ],
  [
    'an executor that is not there',
    ['--executor', 'nowhere'],
    /^--executor: found "nowhere", expected one of local/,
  ],
  ['a configuration that is missing', ['--config', 'no.yaml'], /^--config .*no\.yaml: no such file$/],
  [
    'a configuration with an unknown key',
    ['--config', 'unknown.yaml'],
    /^--config .*unknown\.yaml: no such option: fram; did you mean frame\?$/,
  ],
  [
    'a configuration that is a list',
    ['--config', 'list.yaml'],
    /^--config .*list\.yaml: found no table, expected options/,
  ],
  ['a configuration that is no YAML', ['--config', 'broken.yaml'], /^--config .*broken\.yaml: \S/],
  [
    'a configuration with a value out of range',
    ['--config', 'range.yaml'],
    /^--frame: found 9, expected a whole number from 0 to 2$/,
  ],
];

describe('A mistake in the command line is refused in one sentence, and nothing is created:', () => {
  test.each(mistakes)('%s', async (_, args, sentence) => {
    const told = await refusal(folder, ['codon', 'a.fa', ...args], 2);
    expect(told.sentence).toMatch(sentence);
    if (typeof sentence === 'string') expect(told.sentence).toBe(sentence);
    expect(told.remedy).toBe("See 'gtk codon --help'.");
    expect(told.log).toEqual([]);
  });

  test('no input', async () => {
    const told = await refusal(folder, ['codon', '--rscu'], 2);
    expect(told.sentence).toMatch(/^Missing FASTA: /);
  });

  test('an unknown command, with what was meant', async () => {
    const told = await refusal(folder, ['codno', 'a.fa'], 2);
    expect(told.sentence).toBe('No such command: codno; did you mean codon?');
    expect((await refusal(folder, ['zebra'], 2)).sentence).toMatch(
      /^No such command: zebra; expected one of codon, /,
    );
  });

  test('a value in the environment', async () => {
    const told = await refusal(folder, ['codon', 'a.fa'], 2, { env: { GTK_FRAME: 'x' } });
    expect(told.sentence).toBe('--frame: found "x", expected a whole number from 0 to 2');
  });

  test('kernels that do not exist', async () => {
    const told = await refusal(folder, ['codon', 'a.fa'], 2, { env: { GTK_KERNELS: 'fast' } });
    expect(told.sentence).toMatch(/^The environment variable GTK_KERNELS is 'fast', expected/);
  });
});

describe('An output or a log that cannot be written is told as such:', () => {
  test.each([
    ['a file as the output folder', ['--out', 'a.fa']],
    ['an output folder below a file', ['--out', 'a.fa/out']],
    ['a log file below a file', ['--log-file', 'a.fa/log']],
    ['a folder as the log file', ['--log-file', '.']],
  ])('%s', async (_, args) => {
    const told = await refusal(folder, ['codon', 'a.fa', ...args], 4);
    expect(told.sentence).toMatch(/ cannot be written: /);
  });
});

describe('An option is taken', () => {
  const run = async (out: string, args: string[], env: Record<string, string> = {}) => {
    const ended = await gtk(['codon', 'a.fa', '--out', out, '--quiet', ...args], { cwd: folder, env });
    expect(ended).toMatchObject({ status: 0, stdout: '', stderr: '' });
    return summaryOf(at(out));
  };

  test('from its default', async () => {
    const ended = await gtk(['codon', at('a.fa'), '--quiet'], { cwd: temporaryFolder() });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(await run('default', [])).toMatchObject({ frame: 0, genetic_code: 1, batch_size: 5000 });
  });

  test('from a YAML file before the default', async () => {
    const summary = await run('yaml', ['--config', 'options.yaml']);
    expect(summary).toMatchObject({
      frame: 1,
      genetic_code: 2,
      batch_size: 5000,
      preferred_codons: expect.any(Array),
    });
  });

  test('from a JSON file named in the environment', async () => {
    expect(await run('json', [], { GTK_CONFIG: 'options.json' })).toMatchObject({ frame: 2, batch_size: 7 });
  });

  test('from the environment before the file', async () => {
    const env = { GTK_FRAME: '2', GTK_RSCU: 'false' };
    const summary = await run('environment', ['--config', 'options.yaml'], env);
    expect(summary).toMatchObject({ frame: 2, genetic_code: 2 });
    expect(summary).not.toHaveProperty('preferred_codons');
  });

  test('from the command line before the environment', async () => {
    const env = { GTK_FRAME: '2', GTK_BATCH_SIZE: '9', GTK_RSCU: '1' };
    const summary = await run('line', ['--config', 'options.yaml', '--frame', '0', '--no-rscu'], env);
    expect(summary).toMatchObject({ frame: 0, genetic_code: 2, batch_size: 9 });
    expect(summary).not.toHaveProperty('preferred_codons');
  });

  test.each(['--rscu', '--rscu=true', '--rscu=1'])('as a flag in the form %s', async (flag) => {
    expect(await run(`flag-${flag.slice(2)}`, [flag])).toHaveProperty('preferred_codons');
  });

  test.each(['64M', '64MiB', '67108864', '0.0625g'])('as a size in the form %s', async (size) => {
    const { error } = await told(size);
    expect(error).toBeUndefined();
  });

  const told = async (size: string) => {
    const ended = await gtk(['codon', 'a.fa', '--memory', size, '--dry-run', '--json'], { cwd: folder });
    return JSON.parse(ended.stdout);
  };
});

test('gtk without a command shows its help as an error', async () => {
  const ended = await gtk([]);
  expect(ended).toMatchObject({ status: 2, stdout: '' });
  expect(ended.stderr).toContain('Usage: gtk COMMAND');
});

test('A mistake with --log-level debug shows the stack, without it none', async () => {
  const plain = await gtk(['codon', 'no.fa'], { cwd: folder });
  expect(complaint(plain.stderr).sentence).toBe('No such file or folder: no.fa');
  const debug = await gtk(['codon', 'no.fa', '--log-level', 'debug'], { cwd: folder });
  expect(debug.stderr).toMatch(/^\s+at .*:\d+/m);
});
