/** The log of a step, live while it runs. */
import { stepOf, type TaskName } from '../../pcr/steps/names.js';
import { describeFailure } from './api.js';
import { fill, h, say } from './dom.js';
import { follow } from './event-stream.js';
import { field } from './field.js';
import { KEPT_LINES, LineTail } from './line-tail.js';
import { runApi } from './places.js';
import type { RunModel } from './run-model.js';
import type { ViewContext } from './view.js';
import { tasks, taskWords } from './words.js';

export interface LogView {
  element: HTMLElement;
  /** Shows the log of a step from now on. */
  show(task: TaskName): void;
}

export function logView(model: RunModel, context: ViewContext): LogView {
  const select = h('select', { onchange: () => show(select.value as TaskName) });
  const output = h('div', { class: 'log code', role: 'log', 'aria-label': 'Log', tabindex: 0 });
  const note = h('p', { class: 'after', role: 'status' });
  const tail = new LineTail();
  let job: number | undefined;
  let chosen: TaskName | undefined;
  let latest: number | undefined;
  let stop = new AbortController();
  context.signal.addEventListener('abort', () => stop.abort());

  function open(task: TaskName, jobId: number): void {
    stop.abort();
    stop = new AbortController();
    job = jobId;
    tail.clear();
    draw();
    const { signal } = stop;
    void follow(`${runApi(model.id, stepOf(task), 'logs', 'stream')}?job_id=${jobId}`, {
      signal,
      onEvent: ({ event, data }) => {
        if (event === 'log') {
          tail.feed(data);
          schedule();
        }
        if (event === 'status' && isOver(data)) stop.abort();
      },
      onBreak: (problem) => {
        if (problem) say(note, `The log is not to be had: ${describeFailure(problem)}`);
        return true;
      },
    });
  }

  let isDue = false;
  /** Draws at most once a frame, however fast the lines come. */
  function schedule(): void {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      draw();
    });
  }

  let drawn = 0;
  function draw(): void {
    const isAtEnd = output.scrollHeight - output.scrollTop - output.clientHeight < 40;
    const total = tail.dropped + tail.lines.length;
    if (total < drawn) drawn = 0;
    if (drawn === 0) fill(output);
    // The last child is the line without an end.
    output.lastChild?.remove();
    const fresh = tail.lines.slice(Math.max(0, drawn - tail.dropped));
    output.append(...fresh.map((line) => h('div', {}, line || '\u00a0')));
    while (output.childElementCount > tail.kept) output.firstChild!.remove();
    output.append(h('div', {}, tail.rest));
    drawn = total;
    if (isAtEnd) output.scrollTop = output.scrollHeight;
    say(
      note,
      tail.dropped > 0 ? `The last ${KEPT_LINES} lines are shown; all of them are among the files.` : '',
    );
  }

  function show(task: TaskName): void {
    chosen = task;
    update();
  }

  /** The log of the step that runs, unless one was chosen; else that of the last one that ran. */
  function update(): void {
    const logged = tasks.filter((task) => model.latest(task)?.started_at);
    const last = model.state.step_history.findLast(
      (entry) => entry.started_at && entry.step_name !== 'upload',
    );
    // Whatever starts is what one wants to see; what was chosen after that stays.
    if (last?.job_id !== latest) chosen = undefined;
    latest = last?.job_id;
    const task = chosen ?? (last?.step_name as TaskName | undefined);
    if (select.options.length !== logged.length) {
      fill(
        select,
        logged.map((name) => h('option', { value: name }, taskWords[name])),
      );
    }
    select.disabled = logged.length === 0;
    if (!task) {
      say(note, 'No step has run yet.');
      return;
    }
    select.value = task;
    const jobId = model.latest(task)?.job_id;
    if (jobId !== undefined && jobId !== job) open(task, jobId);
  }
  model.on('state', update);
  update();
  return { element: h('div', {}, field('Step', select), output, note), show };
}

function isOver(data: string): boolean {
  const { status } = JSON.parse(data) as { status: string };
  return status === 'completed' || status === 'failed' || status === 'killed';
}
