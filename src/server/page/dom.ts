/** Making elements. Text becomes text nodes and never markup, whatever it says. */
import type { Markup } from '../../report/markup.js';

export type Child = Node | string | number | null | undefined | false | readonly Child[];

type Listener = (event: Event) => void;

/** Attributes by name; `true` is an empty one, `false`, null and undefined none; a function listens. */
export type Attributes = Record<string, string | number | boolean | null | undefined | Listener>;

/** An element with attributes and children. `onclick` and the like take functions. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...nodes(children));
  return element;
}

function nodes(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child) => {
    if (child === null || child === undefined || child === false) return [];
    if (typeof child === 'string' || typeof child === 'number') return [String(child)];
    return child instanceof Node ? [child] : nodes(child);
  });
}

/** Puts children in the place of those that are there. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...nodes(children));
}

/** Sets text if it is another one, so that screen readers hear only what is new. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A button. */
export function button(label: Child, onclick: Listener, attributes: Attributes = {}): HTMLButtonElement {
  return h('button', { type: 'button', onclick, ...attributes }, label);
}

/** Text that only screen readers read out. */
export function unseen(text: string): HTMLElement {
  return h('span', { class: 'unseen' }, text);
}

/**
 * The plot that is drawn in a piece of markup, which is escaped by its making. It is named by its title alone;
 * the description goes with it.
 */
export function plot(markup: Markup): SVGElement {
  const parsed = new DOMParser().parseFromString(markup.text, 'text/html');
  const drawn = document.importNode(parsed.querySelector('svg')!, true);
  const [title, description] = drawn.getAttribute('aria-labelledby')!.split(' ') as [string, string];
  drawn.setAttribute('aria-labelledby', title);
  drawn.setAttribute('aria-describedby', description);
  return drawn;
}

/** A box of the page with a heading. */
export function section(id: string, heading: string, ...children: Child[]): HTMLElement {
  return h(
    'section',
    { id, 'aria-labelledby': `${id}-h` },
    h('h2', { id: `${id}-h`, tabindex: -1 }, heading),
    ...children,
  );
}

/** Terms and values. */
export function pairs(entries: readonly (readonly [term: string, value: Child])[]): HTMLElement {
  return h(
    'dl',
    { class: 'pairs' },
    entries.map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value))),
  );
}
