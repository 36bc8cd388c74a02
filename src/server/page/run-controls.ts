/** What a run as a whole can be told: to go through the chosen steps, or to stop. */
import type { TaskName } from '../../pcr/steps/names.js';
import { call, describeFailure } from './api.js';
import { button, h, say } from './dom.js';
import { runApi } from './places.js';
import type { RunModel } from './run-model.js';
import type { ViewContext } from './view.js';
import { tasks, taskWords } from './words.js';

export function runControls(model: RunModel, context: ViewContext): HTMLElement {
  const { umi_pattern, umi_read } = model.run;
  const isChosen: Record<string, boolean> = { umi: Boolean(umi_pattern && umi_read), fastp: false };
  const boxes = ['qc', ...tasks.filter((task) => !task.startsWith('qc_'))].map((step) => ({
    step,
    box: h('input', { type: 'checkbox', name: 'steps', value: step, checked: isChosen[step] ?? true }),
  }));
  const words = (step: string) => (step === 'qc' ? 'Quality control' : taskWords[step as TaskName]);
  const chosen = () => boxes.filter(({ box }) => box.checked).map(({ step }) => step);
  const all = button('Run all', () => void runAll(), { class: 'primary' });
  const kill = button('Kill', () => void stop(), { class: 'danger' });
  const progress = h('p', { class: 'after', role: 'status' });

  async function runAll(): Promise<void> {
    try {
      if (chosen().length === 0) throw new Error('choose at least one step');
      all.disabled = true;
      await call('POST', runApi(model.id, 'pipeline'), { body: { steps: chosen() } });
      await model.refresh();
    } catch (error) {
      context.announce(`Nothing was started: ${describeFailure(error)}`);
    }
    update();
  }

  async function stop(): Promise<void> {
    kill.disabled = true;
    say(progress, 'Killing …');
    try {
      const { message } = await call<{ message: string }>('DELETE', runApi(model.id, 'kill'));
      context.announce(`${message}.`);
      await model.refresh();
    } catch (error) {
      context.announce(`Not killed: ${describeFailure(error)}`);
    }
    update();
  }

  function update(): void {
    all.disabled = model.isActive;
    kill.disabled = !model.isActive;
    const left = model.state.pipeline?.left ?? [];
    const then = left.length > 0 ? `, then ${left.map((task) => taskWords[task]).join(', ')}` : '';
    const { current_step } = model.state;
    const what = current_step === null ? 'Working' : taskWords[current_step];
    say(progress, model.isActive ? `${what} …${then}` : '');
  }
  model.on('state', update);
  update();
  const choice = h('fieldset', { class: 'choice' }, h('legend', {}, 'Steps of a whole chain'));
  choice.append(...boxes.map(({ step, box }) => h('label', {}, box, ' ', words(step))));
  return h('div', {}, choice, h('div', { class: 'actions' }, all, kill), progress);
}
