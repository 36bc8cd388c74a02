/** The files of a run, to be downloaded. */
import { byteSize } from '../../report/format.js';
import type { StoredFile } from './answers.js';
import { call, describeFailure } from './api.js';
import { fill, h, section } from './dom.js';
import { downloadLink, fileAddress } from './download.js';
import { runApi } from './places.js';
import type { RunModel } from './run-model.js';
import type { ViewContext } from './view.js';
import { localTime } from './words.js';

export function filesSection(model: RunModel, context: ViewContext): HTMLElement {
  const place = h('div');
  const load = async () => {
    try {
      const address = runApi(model.id, 'files');
      const { files } = await call<{ files: Record<string, StoredFile[]> }>('GET', address, context);
      // Those that the reader has opened stay so.
      const open = new Set([...place.querySelectorAll('details[open]')].map(({ id }) => id));
      const folders = Object.entries(files).filter(([, list]) => list.length > 0);
      fill(
        place,
        folders.length === 0 && h('p', { class: 'intro' }, 'There are no files.'),
        folders.map(([folder, list]) => folderOf(folder, list, open, model.id, context)),
      );
    } catch (error) {
      if (!context.signal.aborted) fill(place, h('p', { class: 'problem' }, describeFailure(error)));
    }
  };
  model.on('results', () => void load());
  void load();
  return section('files', 'Files', place);
}

function folderOf(
  folder: string,
  list: readonly StoredFile[],
  open: ReadonlySet<string>,
  runId: string,
  context: ViewContext,
): HTMLElement {
  const id = `folder-${folder.replace(/[^\w-]/g, '-')}`;
  const bytes = list.reduce((sum, { size }) => sum + size, 0);
  const items = list.map((file) =>
    h(
      'li',
      {},
      downloadLink(fileAddress(runId, file.path), file.name, context, file.name),
      h('span', { class: 'facts' }, `${byteSize(file.size)}, ${localTime(file.modified)}`),
    ),
  );
  return h(
    'details',
    { id, open: open.has(id) },
    h(
      'summary',
      {},
      `${folder || 'run'} `,
      h('span', { class: 'facts' }, `${list.length} files, ${byteSize(bytes)}`),
    ),
    h('ul', { class: 'files' }, items),
  );
}
