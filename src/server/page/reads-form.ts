/** Adding reads to a run that has none, such as an imported one. */

import { ApiProblem, describeFailure } from './api.js';
import type { Child } from './dom.js';
import { h } from './dom.js';
import { field, showFaults } from './field.js';
import { runApi } from './places.js';
import type { RunModel } from './run-model.js';
import { sendWithProgress, tooLarge } from './upload-progress.js';
import type { ViewContext } from './view.js';

/** The form, where it is needed. */
export function readsForm(model: RunModel, context: ViewContext): Child {
  if (model.run.r1_sha256 !== null) return null;
  const file = (name: string) => h('input', { type: 'file', name, accept: '.fastq,.fq,.gz' });
  const [r1, r2] = [file('R1'), file('R2')];
  const faults = h('div', { class: 'faults', role: 'alert', tabindex: -1, hidden: true });
  const sending = h('div', { class: 'sending', hidden: true });
  const add = h('button', { type: 'submit', class: 'primary' }, 'Add reads');
  const form = h(
    'form',
    { novalidate: true, class: 'run-form' },
    h('p', { class: 'note' }, 'This run has no reads yet.'),
    faults,
    field('R1 reads', r1),
    field('R2 reads', r2),
    h('p', { class: 'actions' }, add),
    sending,
  );
  const submit = async () => {
    const none = [r1, r2].filter(({ files }) => files!.length === 0);
    const wrong = [
      ...none.map(({ name }) => ({ field: name, message: 'is missing: choose a FASTQ file' })),
      ...tooLarge(await context.info(), r1, r2),
    ];
    showFaults(form, faults, wrong.length > 0 ? 'Nothing was sent yet. Please look at:' : '', wrong);
    if (wrong.length > 0) return;
    const body = new FormData();
    body.set('R1', r1.files![0]!, 'R1.fastq');
    body.set('R2', r2.files![0]!, 'R2.fastq');
    add.disabled = true;
    try {
      await sendWithProgress(runApi(model.id, 'files'), body, sending, context.signal);
      context.announce('The reads were added.');
      form.remove();
      await model.reload();
    } catch (error) {
      const details = error instanceof ApiProblem ? error.details : [];
      showFaults(form, faults, `Not added: ${describeFailure(error)}`, details);
    }
    add.disabled = false;
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  return form;
}
