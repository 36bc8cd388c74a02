/** The list of runs: filter by state and owner, pages, a new run, import of a configuration. */
import { counted, grouped } from '../../report/format.js';
import type { RunList, RunSummary } from './answers.js';
import { call, describeFailure } from './api.js';
import { button, fill, h, say } from './dom.js';
import { field } from './field.js';
import { runPath } from './places.js';
import type { View, ViewContext } from './view.js';
import { localTime, progressWords, stateWords } from './words.js';

const PAGE = 50;
/** Milliseconds between looks at the list. */
const REFRESH = 4000;

export async function runsView(context: ViewContext): Promise<View> {
  const wanted = new URLSearchParams(location.search);
  const state = h(
    'select',
    { onchange: () => show({ state: state.value, page: 0 }) },
    h('option', { value: '' }, 'all'),
    Object.keys(stateWords).map((value) =>
      h('option', { value }, progressWords({ status: value as RunSummary['status'], current_step: null })),
    ),
  );
  const owner = h('input', { type: 'search', onchange: () => show({ owner: owner.value.trim(), page: 0 }) });
  state.value = wanted.get('state') ?? '';
  owner.value = wanted.get('owner') ?? '';
  let page = Math.max(0, Number.parseInt(wanted.get('page') ?? '1', 10) - 1 || 0);

  const body = h('tbody');
  const count = h('p', { class: 'after', role: 'status' });
  const pages = h('p', { class: 'actions' });
  const picker = h('input', {
    type: 'file',
    accept: '.json,application/json',
    hidden: true,
    'aria-label': 'Configuration file',
  });
  picker.addEventListener('change', () => void importConfig(picker, context));

  function show(change: { state?: string; owner?: string; page?: number }): void {
    page = change.page ?? page;
    const query = new URLSearchParams();
    if (state.value) query.set('state', state.value);
    if (owner.value.trim()) query.set('owner', owner.value.trim());
    if (page > 0) query.set('page', String(page + 1));
    history.replaceState(null, '', `${location.pathname}${query.size > 0 ? `?${query}` : ''}`);
    load().catch((error) => say(count, describeFailure(error)));
  }

  async function load(): Promise<void> {
    const query = new URLSearchParams({ limit: String(PAGE), offset: String(page * PAGE) });
    if (state.value) query.set('status', state.value);
    if (owner.value.trim()) query.set('created_by', owner.value.trim());
    const list = await call<RunList>('GET', `/runs?${query}`, { signal: context.signal });
    // A link that has the focus is not taken away under it.
    const rows = list.runs.map((run) => existing(body, run) ?? rowOf(run));
    if (!isSame(body, rows)) fill(body, rows);
    const isFiltered = state.value !== '' || owner.value.trim() !== '';
    if (list.total === 0) say(count, isFiltered ? 'No run is like that.' : 'There are no runs yet.');
    else say(count, `${counted(list.total, 'run')}${list.total > PAGE ? `, page ${page + 1}` : ''}`);
    const last = Math.max(0, Math.ceil(list.total / PAGE) - 1);
    fill(
      pages,
      page > 0 && button('Newer runs', () => show({ page: page - 1 })),
      page < last && button('Older runs', () => show({ page: page + 1 })),
    );
  }

  await load();
  const timer = setInterval(() => {
    if (!document.hidden) load().catch(() => {});
  }, REFRESH);
  context.signal.addEventListener('abort', () => clearInterval(timer));

  const heads = ['Name', 'Created', 'Progress', 'Genome', 'Owner'];
  const element = h(
    'div',
    {},
    h('h1', { tabindex: -1 }, 'Runs'),
    h(
      'div',
      { class: 'actions' },
      button('New run', () => context.go('/ui/new'), { class: 'primary' }),
      button('Import', () => picker.click(), {
        title: 'A run without reads, from an exported configuration',
      }),
      picker,
    ),
    h('div', { class: 'filters' }, field('State', state), field('Owner', owner)),
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'List, scrolls sideways' },
      h(
        'table',
        { class: 'data' },
        h('caption', {}, 'Runs'),
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            heads.map((head) => h('th', { scope: 'col' }, head)),
          ),
        ),
        body,
      ),
    ),
    count,
    pages,
  );
  return { title: 'Runs', element };
}

function rowOf(run: RunSummary): HTMLTableRowElement {
  const row = h(
    'tr',
    {},
    h('th', { scope: 'row' }, h('a', { href: runPath(run.id) }, run.name)),
    h('td', { class: 'nowrap' }, localTime(run.created_at)),
    h('td', {}, h('span', { class: `state ${run.status}` }, progressWords(run))),
    h('td', {}, run.genome ?? '–'),
    h('td', {}, run.created_by ?? '–'),
  );
  row.dataset.key = keyOf(run);
  return row;
}

const keyOf = (run: RunSummary) =>
  [run.id, run.name, run.status, run.current_step, run.genome, run.created_by].join('\n');

function existing(body: HTMLElement, run: RunSummary): HTMLTableRowElement | undefined {
  const rows = [...body.children] as HTMLTableRowElement[];
  return rows.find((row) => row.dataset.key === keyOf(run));
}

function isSame(body: HTMLElement, rows: readonly Element[]): boolean {
  return body.children.length === rows.length && rows.every((row, i) => body.children[i] === row);
}

/** Bytes of a configuration that the server takes. */
const IMPORT_LIMIT = 20_000_000;

async function importConfig(picker: HTMLInputElement, context: ViewContext): Promise<void> {
  const file = picker.files![0];
  picker.value = '';
  if (!file) return;
  try {
    if (file.size > IMPORT_LIMIT)
      throw new Error(`the file has ${grouped(file.size)} bytes, too many for a configuration`);
    let body: unknown;
    try {
      body = JSON.parse(await file.text());
    } catch {
      throw new Error('the file is no JSON: choose one that Export made');
    }
    const { run_id } = await call<{ run_id: string }>('POST', '/runs/import', { body });
    context.announce('The configuration was imported. The run has no reads yet.');
    context.go(runPath(run_id));
  } catch (error) {
    context.announce(`Not imported: ${describeFailure(error)}`);
  }
}
