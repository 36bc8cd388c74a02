/** The form for a new run, and its upload. */

import {
  columns,
  defaultConfig,
  LINKER,
  LTR_PRIMER,
  type Preset,
  presets,
} from '../../pcr/config/columns.js';
import type { Genome } from './answers.js';
import { ApiProblem, call, describeFailure, type FieldFault } from './api.js';
import { ConfigFields } from './config-fields.js';
import { h } from './dom.js';
import { field, showFaults } from './field.js';
import { grouped } from './labels.js';
import { runPath } from './places.js';
import { sendWithProgress, tooLarge } from './upload-progress.js';
import type { View, ViewContext } from './view.js';

const TAIL_HELP =
  'bases of the LTR between primer and genome, such as TAGCA. The published primer ends before these five: ' +
  'left on the reads, they shift sites by a base or two where the genome happens to match them.';

/** Settings that stand above the others. */
const main = ['genome', 'r1_seq', 'ltr_tail', 'r2_seq'] as const;

export async function newRunView(context: ViewContext): Promise<View> {
  const { signal } = context;
  const { genomes } = await call<{ genomes: Genome[] }>('GET', '/system/genomes', { signal });
  const fields = new ConfigFields(genomes);
  const file = (name: string) => h('input', { type: 'file', name, required: true, accept: '.fastq,.fq,.gz' });
  const [r1, r2] = [file('R1'), file('R2')];
  const name = h('input', {
    type: 'text',
    name: 'name',
    required: true,
    maxlength: 200,
    autocomplete: 'off',
  });
  const description = h('textarea', { name: 'description', rows: 2, maxlength: 2000 });
  const preset = h(
    'select',
    { name: 'preset', onchange: () => fields.set(presets[preset.value as Preset]) },
    h('option', { value: 'recommended' }, 'recommended'),
    h('option', { value: 'published' }, 'as published'),
  );
  const faults = h('div', { class: 'faults', role: 'alert', tabindex: -1, hidden: true });
  const sending = h('div', { class: 'sending', hidden: true });
  const create = h('button', { type: 'submit', class: 'primary' }, 'Create run');
  const noGenome =
    !genomes.some(({ registered }) => registered) &&
    h(
      'p',
      { class: 'note' },
      'No genome is registered yet: ',
      h('code', {}, 'gtk pcr genome add'),
      ' adds one.',
    );
  const others = columns.filter(({ name }) => !(main as readonly string[]).includes(name));

  const form = h(
    'form',
    { novalidate: true, class: 'run-form' },
    faults,
    h(
      'fieldset',
      {},
      h('legend', {}, 'Reads'),
      field('Name', name),
      field('Description', description),
      field('R1 reads', r1, 'FASTQ of the LTR side, gzip or plain'),
      field('R2 reads', r2, 'FASTQ of the linker side, with the same pairs in the same order'),
    ),
    h(
      'fieldset',
      {},
      h('legend', {}, 'Assay'),
      fields.element('genome'),
      noGenome,
      fields.element('r1_seq', 'LTR primer at the start of R1; it is cut off with everything before it'),
      fields.element('ltr_tail', TAIL_HELP),
      fields.element('r2_seq', 'linker at the start of R2'),
      field(
        'Preset',
        preset,
        'recommended: trims read-through, requires the LTR primer, tests R1 at its junction',
      ),
    ),
    h(
      'details',
      {},
      h('summary', {}, 'Further settings'),
      grouped(others).map((group) =>
        h(
          'fieldset',
          {},
          h('legend', {}, group.heading),
          group.columns.map((column) => fields.element(column.name)),
        ),
      ),
    ),
    h('p', { class: 'actions' }, create),
    sending,
  );
  fields.set({ ...defaultConfig(), r1_seq: LTR_PRIMER, r2_seq: LINKER });

  const submit = async () => {
    const wrong = [
      ...missing(name, r1, r2),
      ...tooLarge(await context.info(), r1, r2),
      ...fields.read().faults,
    ];
    showFaults(form, faults, wrong.length > 0 ? 'Nothing was sent yet. Please look at:' : '', wrong);
    if (wrong.length > 0) return;
    create.disabled = true;
    const body = formOf(name.value, description.value, fields.texts(), r1.files![0]!, r2.files![0]!);
    try {
      const { run_id } = await sendWithProgress<{ run_id: string }>('/runs', body, sending, context.signal);
      context.announce('The run was created.');
      context.go(runPath(run_id));
    } catch (error) {
      create.disabled = false;
      const details = error instanceof ApiProblem ? error.details : [];
      showFaults(form, faults, `Not created: ${describeFailure(error)}`, details);
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  const heading = h('h1', { tabindex: -1 }, 'New run');
  return { title: 'New run', element: h('div', {}, heading, form) };
}

function missing(name: HTMLInputElement, ...files: HTMLInputElement[]): FieldFault[] {
  const none = files.filter((input) => input.files!.length === 0);
  return [
    ...(name.value.trim() === ''
      ? [{ field: 'name', message: 'is missing: expected 1 to 200 characters' }]
      : []),
    ...none.map((input) => ({ field: input.name, message: 'is missing: choose a FASTQ file' })),
  ];
}

/** The settings come first, so that the server can refuse them before it has read gigabytes. */
function formOf(
  name: string,
  description: string,
  texts: Record<string, string>,
  r1: File,
  r2: File,
): FormData {
  const form = new FormData();
  form.set('name', name.trim());
  if (description.trim() !== '') form.set('description', description.trim());
  for (const [field, text] of Object.entries(texts)) {
    const column = columns.find((one) => one.name === field)!;
    // An empty text is the value of a setting that is not made; it has to be sent where the default is another.
    if (text !== '' || column.default !== null) form.set(field, text);
  }
  form.set('R1', r1, 'R1.fastq');
  form.set('R2', r2, 'R2.fastq');
  return form;
}
