/** The list of steps: what each is doing or did, and running it again. */
import type { TaskName } from '../../pcr/steps/names.js';
import type { JobName } from '../database/types.js';
import { call, describeFailure } from './api.js';
import { button, h, say, unseen } from './dom.js';
import { runApi } from './places.js';
import type { RunModel } from './run-model.js';
import type { ViewContext } from './view.js';
import { between, localTime, stateWords, tasks, taskWords } from './words.js';

/** @param showLog shows the log of a step */
export function stepsList(
  model: RunModel,
  context: ViewContext,
  showLog: (task: TaskName) => void,
): HTMLElement {
  const items = (['upload', ...tasks] as const).map((name) => stepItem(name, model, context, showLog));
  const update = () => {
    for (const item of items) item.update();
  };
  model.on('state', update);
  // Running times go on.
  const timer = setInterval(() => model.isActive && update(), 1000);
  context.signal.addEventListener('abort', () => clearInterval(timer));
  update();
  // The style takes the marks away, and some browsers the list with them.
  return h(
    'ol',
    { class: 'steps', role: 'list', 'aria-label': 'Steps' },
    items.map(({ element }) => element),
  );
}

function stepItem(
  name: JobName,
  model: RunModel,
  context: ViewContext,
  showLog: (task: TaskName) => void,
): { element: HTMLElement; update(): void } {
  const state = h('span', { class: 'state' });
  const facts = h('span', { class: 'facts' });
  const stale = h('span', { class: 'stale', hidden: true }, 'out of date');
  stale.title = 'What it was made from was made anew since: run it again';
  const problem = h('p', { class: 'problem', hidden: true });
  const verb = document.createTextNode('Run');
  const task = name === 'upload' ? undefined : name;
  const again = task && button([verb, unseen(` ${taskWords[name]}`)], () => void start(task, model, context));
  const log = task && button(['Log', unseen(` of ${taskWords[name]}`)], () => showLog(task));
  const element = h(
    'li',
    {},
    h('div', { class: 'step-name' }, h('strong', {}, taskWords[name]), ' ', state, ' ', stale),
    facts,
    h('div', { class: 'actions' }, log, again),
    problem,
  );
  const update = () => {
    const job = model.latest(name);
    const product = task && model.product(task);
    element.className = job?.status ?? 'none';
    state.className = `state ${job?.status ?? 'none'}`;
    const none =
      name === 'upload' ? 'No reads yet' : model.state.pipeline?.left.includes(name) ? 'Planned' : 'Not run';
    say(state, job ? stateWords[job.status] : none);
    const parts = [
      job?.started_at && localTime(job.started_at, true),
      job?.started_at && between(job.started_at, job.completed_at),
      product?.source && `reads: ${product.source}`,
    ];
    say(facts, parts.filter(Boolean).join(' · '));
    stale.hidden = !(product?.stale && job?.status !== 'running');
    const message = job?.status === 'failed' || job?.status === 'killed' ? job.error_message : null;
    problem.hidden = !message;
    say(problem, message ?? '');
    if (again) {
      verb.data = job && job.status !== 'pending' ? 'Re-run' : 'Run';
      again.disabled = model.isActive;
    }
    if (log) log.hidden = job?.started_at == null;
  };
  return { element, update };
}

async function start(task: TaskName, model: RunModel, context: ViewContext): Promise<void> {
  const isQc = task === 'qc_before' || task === 'qc_after';
  const address = runApi(model.id, isQc ? 'qc' : task);
  const stage = task === 'qc_before' ? 'before' : 'after';
  try {
    await call('POST', isQc ? `${address}?stage=${stage}` : address);
    await model.refresh();
  } catch (error) {
    context.announce(`${taskWords[task]} was not started: ${describeFailure(error)}`);
  }
}
