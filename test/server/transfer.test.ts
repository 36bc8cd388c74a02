/** Runs as JSON, out of a server and into it. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { columns, defaultConfig, presets, type RunConfig, sections } from '../../src/pcr/config/columns.js';
import { type Served, serve } from './served.js';

let served: Served;
beforeAll(async () => {
  served = await serve({ genomeHosts: ['genomes.example.org'] });
});

const bases = fc.stringMatching(/^[ACGTRYSWKMBDHVN]{1,200}$/);

/** Any value of a setting, as its description says. */
function anyValueOf({
  kind,
  choices,
  min,
  max,
  below,
  default: initial,
}: (typeof columns)[number]): fc.Arbitrary<unknown> {
  const values: Record<typeof kind, () => fc.Arbitrary<unknown>> = {
    bases: () => bases,
    integer: () => fc.integer({ min: min!, max: max! }),
    number: () => fc.double({ min: min!, max: below!, maxExcluded: true, noNaN: true }).map((x) => x + 0),
    boolean: () => fc.boolean(),
    choice: () => fc.constantFrom(...choices!),
    genome: () => fc.constantFrom('GRCh38', 'GRCm39', 'MGSCv37'),
    url: () => fc.constant(`https://genomes.example.org/a.tar.gz#sha256=${'0'.repeat(64)}`),
    umi: () => fc.stringMatching(/^[NX]{0,15}N[NX]{0,15}$/),
    contig: () => fc.stringMatching(/^[A-Za-z0-9_.:*#+][A-Za-z0-9_.:*#+-]{0,99}$/),
  };
  const value = values[kind]();
  return initial === null || kind === 'contig' ? fc.option(value) : value;
}

const anyConfig = fc.record(
  Object.fromEntries(columns.map((column) => [column.name, anyValueOf(column)])),
) as unknown as fc.Arbitrary<RunConfig>;

const anyText = (maxLength: number) =>
  fc
    .stringMatching(/^[^\u0000-\u001f\u007f]+$/)
    .filter((text) => text.trim() === text && text.length <= maxLength && text !== '');

async function exported(id: string) {
  const { status, body, headers } = await served.ask('GET', `/runs/${id}/export`);
  expect(status).toBe(200);
  return { body, headers };
}

describe('an export', () => {
  test('read in again exports the same, whatever was set', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(
        anyConfig,
        anyText(200),
        fc.option(anyText(2000)),
        async (config, name, description) => {
          const id = served.addRun({ name, config });
          if (description) served.context.database.updateRun(id, { description });
          const first = (await exported(id)).body;
          const { status, body } = await served.ask('POST', '/runs/import', { body: first });
          expect({ status, body }).toMatchObject({ status: 201 });
          expect(body.run_id).not.toBe(id);
          const second = (await exported(body.run_id)).body;
          expect(second.config).toEqual(first.config);
          for (const column of columns) {
            expect(served.context.database.run(body.run_id)![column.name]).toEqual(config[column.name]);
          }
          compared += 1;
        },
      ),
      { numRuns: 60 },
    );
    expect(compared).toBe(60);
  });

  test('has every setting in its section, and a name that is safe as that of a file', async () => {
    const id = served.addRun({ name: '../Zürich: "5" \\ run…' });
    const { body, headers } = await exported(id);
    expect(headers['content-disposition']).toBe('attachment; filename="zu-rich-5-run.json"');
    expect(body).toMatchObject({
      export_version: '1.0',
      run_id: id,
      config: { name: '../Zürich: "5" \\ run…' },
    });
    for (const section of sections) {
      const own = columns.filter((column) => column.section === section).map(({ name }) => name);
      expect(Object.keys(body.config[section]).toSorted()).toEqual(own.toSorted());
    }
    for (const name of ['日本', '...', '- -']) {
      const other = await exported(served.addRun({ name }));
      expect(other.headers['content-disposition']).toBe('attachment; filename="run.json"');
    }
  });
});

describe('an import', () => {
  const imported = async (body: unknown) => served.ask('POST', '/runs/import', { body });
  const config = { name: 'run' };

  test('of little has the rest by default, and waits for its reads', async () => {
    const answer = await imported({
      export_version: '1.0',
      config: { ...config, qc: { qc_stage: 'after' } },
    });
    expect(answer.status).toBe(201);
    const id = answer.body.run_id;
    expect(answer.headers.location).toBe(`/runs/${id}`);
    const { body: run } = await served.ask('GET', `/runs/${id}`);
    expect(run).toMatchObject({ ...defaultConfig(), ...presets.recommended, qc_stage: 'after' });
    expect(run).toMatchObject({ status: 'pending', current_step: null, r1_sha256: null, jobs: [] });
  });

  test('cannot choose what the server says of a run', async () => {
    const system = {
      id: '00000000-0000-4000-8000-000000000001',
      run_id: '00000000-0000-4000-8000-000000000001',
      status: 'completed',
      current_step: 'qc_before',
      created_at: '1999-01-01T00:00:00.000Z',
      updated_at: '1999-01-01T00:00:00.000Z',
    };
    const body = { ...system, export_version: '1.0', exported_at: 'x', config: { ...config, ...system } };
    const answer = await imported(body);
    expect(answer.status).toBe(201);
    const run = served.context.database.run(answer.body.run_id)!;
    expect(run.id).not.toBe(system.id);
    expect(run).toMatchObject({ status: 'pending', current_step: null });
    expect(Date.now() - Date.parse(run.created_at)).toBeLessThan(600_000);
  });

  test.each([
    [{ config }, 'export_version'],
    [{ export_version: '1.0' }, 'config'],
    [{ export_version: '2.0', config }, 'export_version'],
    [{ export_version: 1, config }, 'export_version'],
    [{ export_version: '1.0', config: [] }, 'config'],
    [{ export_version: '1.0', config: null }, 'config'],
    [{ export_version: '1.0', config: {} }, 'name'],
    [{ export_version: '1.0', config: { name: 7 } }, 'name'],
    [{ export_version: '1.0', config: { name: 'x'.repeat(201) } }, 'name'],
    [{ export_version: '1.0', config, extra: 1 }, 'extra'],
    [{ export_version: '1.0', config: { ...config, extra: 1 } }, 'config.extra'],
    [{ export_version: '1.0', config: { ...config, r1_seq: 'ACGT' } }, 'config.r1_seq'],
    [{ export_version: '1.0', config: { ...config, cutadapt: { pgid: 1 } } }, 'config.cutadapt.pgid'],
    [{ export_version: '1.0', config: { ...config, cutadapt: { r1_seq: 'file:/etc/passwd' } } }, 'r1_seq'],
    [{ export_version: '1.0', config: { ...config, cutadapt: { r1_error_rate: null } } }, 'r1_error_rate'],
    [{ export_version: '1.0', config: { ...config, qc: { qc_stage: ['before'] } } }, 'qc_stage'],
    [{ export_version: '1.0', config: { ...config, read_mapping: { genome: '-o/tmp/x' } } }, 'genome'],
  ])('that is wrong is refused, and leaves nothing: %j', async (body, field) => {
    const before = served.context.database.counts().total;
    const answer = await imported(body);
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 400, code: 'bad_value' });
    expect(answer.body.details.map((detail: { field: string }) => detail.field)).toContain(field);
    expect(served.context.database.counts().total).toBe(before);
  });

  test('of what no run can be is refused, whatever it is', async () => {
    const before = served.context.database.counts().total;
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const { status } = await served.ask('POST', '/runs/import', {
          body: JSON.stringify({ export_version: '1.0', config: value }),
          headers: { 'content-type': 'application/json' },
        });
        expect(status).toBe(400);
      }),
    );
    expect(served.context.database.counts().total).toBe(before);
  });
});
