/** Links to files of the server. */
import { ask, describeFailure } from './api.js';
import { type Child, h } from './dom.js';
import { token } from './session.js';
import type { ViewContext } from './view.js';

/** The address of a file of a run. */
export function fileAddress(runId: string, path: string): string {
  return `/runs/${encodeURIComponent(runId)}/files/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** A link that saves what is at an address. With a token, which no link can send, the page fetches it. */
export function downloadLink(
  address: string,
  name: string,
  context: ViewContext,
  ...words: Child[]
): HTMLElement {
  const onclick = (event: Event) => {
    if (token() === null) return;
    event.preventDefault();
    context.announce(`${name} is being fetched …`);
    ask('GET', address, { signal: context.signal })
      .then((answer) => answer.blob())
      .then((blob) => save(blob, name))
      .then(() => context.announce(''))
      .catch((error) => context.announce(`${name} was not fetched: ${describeFailure(error)}`));
  };
  return h('a', { href: address, download: name, onclick }, ...words);
}

/** Saves bytes under a name. */
export function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  h('a', { href: address, download: name }).click();
  // The browser has to have begun reading it.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
