/** The page: its frame, and the view that belongs to the address. */
import type { SystemInfo } from './answers.js';
import { ApiProblem, call, describeFailure, UNAUTHORIZED } from './api.js';
import { button, fill, h, say } from './dom.js';
import { newRunView } from './new-run-view.js';
import { type Place, placeOf } from './places.js';
import { runView } from './run-view.js';
import { runsView } from './runs-view.js';
import { setToken, token } from './session.js';
import { systemView } from './system-view.js';
import { themeSwitch } from './theme-switch.js';
import { tokenForm } from './token-form.js';
import type { View, ViewContext } from './view.js';

const content = h('main', { id: 'content' });
const message = h('p', { role: 'status' });
const dismiss = button('Dismiss', () => announce(''), { hidden: true });
const banner = h('p', { class: 'banner', role: 'note', hidden: true });
const signOut = button('Sign out', () => {
  setToken(null);
  askForToken();
});
const docs = h('a', { href: '/docs', target: '_blank', rel: 'noopener' }, 'API');

/** The view that is shown, and the end of it. */
let current: { place: Place; view?: View; leave: AbortController } | undefined;
let info: Promise<SystemInfo> | undefined;

function serverInfo(): Promise<SystemInfo> {
  info ??= call<SystemInfo>('GET', '/system/info').then(
    (known) => {
      banner.hidden = known.banner === null;
      say(banner, known.banner ?? '');
      return known;
    },
    (error) => {
      info = undefined;
      throw error;
    },
  );
  return info;
}

function announce(text: string): void {
  say(message, text);
  dismiss.hidden = text === '';
}

function go(path: string): void {
  const place = placeOf(new URL(path, location.href).pathname);
  const isPart = place.view === 'run' && current?.place.view === 'run' && place.id === current.place.id;
  // What is chosen in a run's view is in its query, and stays when one goes to another part of it.
  history.pushState(null, '', isPart ? `${path}${location.search}` : path);
  void open();
}

async function open(): Promise<void> {
  const place = placeOf(location.pathname);
  if (
    place.view === 'run' &&
    current?.view &&
    current.place.view === 'run' &&
    place.id === current.place.id
  ) {
    current.view.show?.(place.section);
    return;
  }
  current?.leave.abort();
  const leave = new AbortController();
  const mine = { place, leave } as NonNullable<typeof current>;
  current = mine;
  // The description of the API asks for the token as well, and no link can send it.
  signOut.hidden = token() === null;
  docs.hidden = token() !== null;
  const context: ViewContext = { info: serverInfo, signal: leave.signal, go, announce };
  try {
    const view = await viewOf(place, context);
    if (leave.signal.aborted) return;
    mine.view = view;
    show(view);
    if (place.view === 'run') view.show?.(place.section);
  } catch (error) {
    if (leave.signal.aborted || (error instanceof ApiProblem && error.status === 401)) return;
    const heading = error instanceof ApiProblem && error.status === 404 ? 'Not found' : 'This does not work';
    const again = button('Try again', () => void open());
    show({
      title: heading,
      element: h('div', {}, h('h1', { tabindex: -1 }, heading), h('p', {}, describeFailure(error)), again),
    });
  }
}

function viewOf(place: Place, context: ViewContext): View | Promise<View> {
  switch (place.view) {
    case 'runs':
      return runsView(context);
    case 'new':
      return newRunView(context);
    case 'system':
      return systemView(context);
    case 'run':
      return runView(place.id, context);
    case 'lost':
      throw new ApiProblem(404, 'not_found', 'there is no view at this address');
  }
}

let isFirst = true;
function show({ title, element }: View): void {
  document.title = `${title} · qsLAM PCR`;
  fill(content, element);
  // Another view was asked for: screen readers are told, and the keyboard goes on from there.
  if (!isFirst) {
    scrollTo(0, 0);
    element.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }
  isFirst = false;
}

/** Links of the page open views without loading it again. */
function follow(event: MouseEvent): void {
  const link = (event.target as Element).closest('a');
  if (!link || event.defaultPrevented || event.button !== 0 || link.target || link.hasAttribute('download'))
    return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const { origin, pathname, search, hash } = new URL(link.href);
  const isView = origin === location.origin && hash === '' && /^\/(ui(\/|$)|$)/.test(pathname);
  if (!isView) return;
  event.preventDefault();
  go(`${pathname}${search}`);
}

let isAsking = false;
/** Several requests may be refused at once. */
function askForToken(): void {
  if (isAsking) return;
  isAsking = true;
  current?.leave.abort();
  current = undefined;
  signOut.hidden = true;
  show({ title: 'Sign in', element: tokenForm(() => void start()) });
}

async function start(): Promise<void> {
  isAsking = false;
  serverInfo().catch(() => {});
  await open();
}

document.body.replaceChildren(
  h('a', { class: 'skip', href: '#content' }, 'Skip to the content'),
  h(
    'header',
    { class: 'top' },
    h(
      'div',
      { class: 'brand' },
      h('a', { href: '/ui/' }, h('strong', {}, 'gtk'), ' qsLAM PCR'),
      h(
        'nav',
        { 'aria-label': 'Main' },
        h('a', { href: '/ui/' }, 'Runs'),
        h('a', { href: '/ui/system' }, 'System'),
        docs,
        signOut,
        themeSwitch(),
      ),
    ),
    banner,
  ),
  h('div', { class: 'message' }, message, dismiss),
  content,
);
document.addEventListener('click', follow);
addEventListener('popstate', () => void open());
addEventListener(UNAUTHORIZED, askForToken);
void start();
