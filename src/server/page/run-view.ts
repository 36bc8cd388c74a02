/** A run: its steps, their log, what they found, its settings and its files. */
import type { Genome } from './answers.js';
import { call, describeFailure } from './api.js';
import { configSection } from './config-section.js';
import { confirm } from './confirm.js';
import { button, h, say, section } from './dom.js';
import { downloadLink } from './download.js';
import { filesSection } from './files-section.js';
import { logView } from './log-view.js';
import { runApi, runPath, runSections } from './places.js';
import { readsForm } from './reads-form.js';
import { resultsSection, sitesSection } from './results/results-section.js';
import { runControls } from './run-controls.js';
import { RunModel } from './run-model.js';
import { stepsList } from './steps-list.js';
import type { View, ViewContext } from './view.js';
import { localTime, progressWords } from './words.js';

const sectionWords: Record<(typeof runSections)[number], string> = {
  steps: 'Steps',
  log: 'Log',
  results: 'Results',
  sites: 'Sites',
  configuration: 'Configuration',
  files: 'Files',
};

export async function runView(id: string, context: ViewContext): Promise<View> {
  const { signal } = context;
  const [model, { genomes }] = await Promise.all([
    RunModel.open(id, signal),
    call<{ genomes: Genome[] }>('GET', '/system/genomes', { signal }),
  ]);
  const log = logView(model, context);
  const showLog: typeof log.show = (task) => {
    log.show(task);
    context.go(runPath(id, 'log'));
  };
  const sections = [
    section(
      'steps',
      'Progress',
      readsForm(model, context),
      runControls(model, context),
      stepsList(model, context, showLog),
    ),
    section('log', 'Log', log.element),
    resultsSection(model, context),
    sitesSection(model, context),
    configSection(model, genomes, context),
    filesSection(model, context),
  ];
  const links = runSections.map((name) => h('a', { href: runPath(id, name) }, sectionWords[name]));
  const element = h(
    'div',
    {},
    header(model, context),
    h('nav', { 'aria-label': 'Parts of the run' }, links),
    sections,
  );
  void model.keepUp();
  return {
    title: model.run.name,
    element,
    show: (name) => {
      const target = sections.find((one) => one.id === name);
      if (!target) return;
      const details = target.querySelector('details');
      if (name === 'configuration' && details) details.open = true;
      target.scrollIntoView();
      target.querySelector('h2')!.focus({ preventScroll: true });
    },
  };
}

function header(model: RunModel, context: ViewContext): HTMLElement {
  const heading = h('h1', { tabindex: -1 });
  const state = h('span');
  const facts = h('span', { class: 'facts' });
  const description = h('p', { class: 'subtitle' });
  const update = () => {
    const { run } = model;
    say(heading, run.name);
    state.className = `state ${model.state.status}`;
    say(state, progressWords(model.state));
    const by = run.created_by === null ? '' : ` by ${run.created_by}`;
    say(facts, ` · created ${localTime(run.created_at)}${by} · ${run.genome ?? 'no genome'}`);
    say(description, run.description ?? '');
    description.hidden = run.description === null;
  };
  model.on('state', update);
  update();
  return h(
    'div',
    {},
    heading,
    description,
    h('p', { role: 'status' }, state, facts),
    h(
      'div',
      { class: 'actions' },
      downloadLink(runApi(model.id, 'export'), 'run.json', context, 'Export'),
      button('Clean', () => void clean(model, context), {
        title: 'Delete all files, keep record and history',
      }),
      button('Delete', () => void remove(model, context), { class: 'danger' }),
    ),
  );
}

async function remove(model: RunModel, context: ViewContext): Promise<void> {
  const details = `${model.run.name} and all its files are lost; what runs is killed.`;
  if (!(await confirm('Delete this run?', details, 'Delete run'))) return;
  try {
    await call('DELETE', runApi(model.id));
    context.announce('The run was deleted.');
    context.go('/ui/');
  } catch (error) {
    context.announce(`Not deleted: ${describeFailure(error)}`);
  }
}

async function clean(model: RunModel, context: ViewContext): Promise<void> {
  const details = `All files of ${model.run.name} are lost, the raw reads too. Its record, history and logs stay.`;
  if (!(await confirm('Delete the files of this run?', details, 'Delete files'))) return;
  try {
    const { message } = await call<{ message: string }>('DELETE', runApi(model.id, 'clean'));
    context.announce(`${message}.`);
    await model.reload();
  } catch (error) {
    context.announce(`Not cleaned: ${describeFailure(error)}`);
  }
}
