/** A question that has to be answered before something is lost. */
import { button, h } from './dom.js';

/** Asks in a dialog; true if the reader goes on. */
export function confirm(question: string, details: string, go: string): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = h(
      'dialog',
      { 'aria-labelledby': 'ask-h', 'aria-describedby': 'ask-d' },
      h('h2', { id: 'ask-h' }, question),
      h('p', { id: 'ask-d' }, details),
      h(
        'div',
        { class: 'actions' },
        button('Cancel', () => dialog.close(), { autofocus: true }),
        button(go, () => dialog.close('go'), { class: 'danger' }),
      ),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'go');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
