/** Asking for the token of a server that has them. */
import { h } from './dom.js';
import { field } from './field.js';
import { setToken, token } from './session.js';

/** @param again called when there is a token to try */
export function tokenForm(again: () => void): HTMLElement {
  const wasRefused = token() !== null;
  setToken(null);
  const input = h('input', { type: 'password', autocomplete: 'current-password', required: true });
  const form = h(
    'form',
    { class: 'run-form' },
    wasRefused && h('p', { class: 'fault', role: 'alert' }, 'The server does not know this token.'),
    field('Token', input, 'from the administrator of this server; it is forgotten when this tab is closed'),
    h('p', { class: 'actions' }, h('button', { type: 'submit', class: 'primary' }, 'Sign in')),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    setToken(input.value.trim());
    again();
  });
  return h('div', {}, h('h1', { tabindex: -1 }, 'Sign in'), form);
}
