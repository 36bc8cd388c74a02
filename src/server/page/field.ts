/** A control with its label, its help and what is wrong with it. */
import type { FieldFault } from './api.js';
import { h } from './dom.js';

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

let made = 0;

/** A control under its label; the help and, later, a fault are read out with it. */
export function field(label: string, control: Control, help?: string): HTMLElement {
  made += 1;
  const id = `f${made}`;
  control.id = id;
  const helped = help === undefined ? null : h('p', { class: 'help', id: `${id}-help` }, help);
  if (helped) control.setAttribute('aria-describedby', helped.id);
  const named = h('label', { for: id }, label);
  const isCheckBox = control instanceof HTMLInputElement && control.type === 'checkbox';
  return isCheckBox
    ? h('div', { class: 'field box' }, control, h('div', {}, named, helped))
    : h('div', { class: 'field' }, named, control, helped);
}

/**
 * Shows faults beside their fields, and above the form all of them.
 *
 * @param summary takes the message and those faults whose field is not in the form
 */
export function showFaults(
  form: HTMLFormElement,
  summary: HTMLElement,
  message: string,
  faults: readonly FieldFault[],
): void {
  for (const old of form.querySelectorAll('.fault')) old.remove();
  for (const control of form.querySelectorAll('[aria-invalid]')) {
    control.removeAttribute('aria-invalid');
    const described = control.getAttribute('aria-describedby') ?? '';
    control.setAttribute('aria-describedby', described.replace(/ ?\S+-fault/, ''));
  }
  const items = faults.map((fault) => {
    const control = form.elements.namedItem(fault.field);
    if (!(control instanceof HTMLElement)) return h('li', {}, `${fault.field}: ${fault.message}`);
    mark(control as Control, fault.message);
    const label = form.querySelector(`label[for="${control.id}"]`)?.textContent ?? fault.field;
    const go = (event: Event) => {
      event.preventDefault();
      control.focus();
    };
    return h('li', {}, h('a', { href: `#${control.id}`, onclick: go }, `${label}: ${fault.message}`));
  });
  summary.hidden = message === '';
  summary.replaceChildren(h('p', {}, message), ...(items.length > 0 ? [h('ul', {}, items)] : []));
  if (message !== '') summary.focus();
}

function mark(control: Control, message: string): void {
  const id = `${control.id}-fault`;
  const details = control.closest('details');
  if (details) details.open = true;
  control.setAttribute('aria-invalid', 'true');
  control.setAttribute('aria-describedby', `${control.getAttribute('aria-describedby') ?? ''} ${id}`.trim());
  control.closest('.field')?.append(h('p', { class: 'fault', id }, message));
}
