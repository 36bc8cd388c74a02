/** The settings of a run, to be changed between tries. */
import { columns, defaultConfig, LINKER, LTR_PRIMER, type RunConfig } from '../../pcr/config/columns.js';
import type { Genome, RunSummary } from './answers.js';
import { ApiProblem, call, describeFailure } from './api.js';
import { ConfigFields } from './config-fields.js';
import { button, h, section } from './dom.js';
import { field, showFaults } from './field.js';
import { grouped } from './labels.js';
import { runApi } from './places.js';
import type { RunModel } from './run-model.js';
import type { ViewContext } from './view.js';

export function configSection(
  model: RunModel,
  genomes: readonly Genome[],
  context: ViewContext,
): HTMLElement {
  const fields = new ConfigFields(genomes);
  const name = h('input', {
    type: 'text',
    name: 'name',
    required: true,
    maxlength: 200,
    autocomplete: 'off',
  });
  const description = h('textarea', { name: 'description', rows: 2, maxlength: 2000 });
  const faults = h('div', { class: 'faults', role: 'alert', tabindex: -1, hidden: true });
  const save = h('button', { type: 'submit', class: 'primary' }, 'Save');
  const form = h(
    'form',
    { novalidate: true, class: 'run-form' },
    faults,
    h('fieldset', {}, h('legend', {}, 'Run'), field('Name', name), field('Description', description)),
    grouped(columns).map((group) =>
      h(
        'fieldset',
        {},
        h('legend', {}, group.heading),
        group.columns.map((column) => fields.element(column.name)),
      ),
    ),
    h(
      'p',
      { class: 'actions' },
      save,
      button('Reset', () => reset()),
      button('Restore defaults', () =>
        fields.set({ ...defaultConfig(), r1_seq: LTR_PRIMER, r2_seq: LINKER, genome: model.run.genome }),
      ),
    ),
  );

  function reset(): void {
    showFaults(form, faults, '', []);
    fields.set(settingsOf(model.run));
    name.value = model.run.name;
    description.value = model.run.description ?? '';
  }

  async function submit(): Promise<void> {
    const { values, faults: wrong } = fields.read();
    if (name.value.trim() === '')
      wrong.push({ field: 'name', message: 'is missing: expected 1 to 200 characters' });
    showFaults(form, faults, wrong.length > 0 ? 'Nothing was saved. Please look at:' : '', wrong);
    if (wrong.length > 0) return;
    const wanted = { ...values, name: name.value.trim(), description: description.value.trim() || null };
    const now = model.run as unknown as Record<string, unknown>;
    const changes = Object.fromEntries(Object.entries(wanted).filter(([key, value]) => value !== now[key]));
    if (Object.keys(changes).length === 0) {
      context.announce('Nothing was changed.');
      return;
    }
    try {
      const run = await call<RunSummary>('PATCH', runApi(model.id), { body: changes });
      model.replaceRun(run);
      reset();
      context.announce('Saved. Steps use the new settings when they are run again.');
    } catch (error) {
      const details = error instanceof ApiProblem ? error.details : [];
      showFaults(form, faults, `Not saved: ${describeFailure(error)}`, details);
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  const lock = () => {
    save.disabled = model.isActive;
    save.title = model.isActive ? 'Settings can be changed when no step is running' : '';
  };
  model.on('state', lock);
  lock();
  reset();
  const details = h('details', {}, h('summary', {}, 'Name, description and all settings'), form);
  return section('configuration', 'Configuration', details);
}

function settingsOf(run: RunSummary): RunConfig {
  return Object.fromEntries(columns.map(({ name }) => [name, run[name]])) as unknown as RunConfig;
}
