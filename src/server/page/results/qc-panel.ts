/** FastQC's verdicts on both files, with links to its reports. */
import { taskFolders } from '../../../pcr/steps/names.js';
import type { QcReport, QcSummary } from '../../../pcr/steps/summaries.js';
import { grouped } from '../../../report/format.js';
import { type Child, h } from '../dom.js';
import { downloadLink, fileAddress } from '../download.js';
import type { RunModel } from '../run-model.js';
import { token } from '../session.js';
import type { ViewContext } from '../view.js';

const stages = [
  ['qc_before', 'Raw reads'],
  ['qc_after', 'Trimmed reads'],
] as const;

const words = { PASS: 'pass', WARN: 'warn', FAIL: 'fail' } as const;

/** What is there of either stage. */
export function qcPanel(model: RunModel, context: ViewContext): Child {
  return stages.flatMap(([task, heading]) => {
    const summary = model.results.get(task) as QcSummary | undefined;
    if (!summary) return [];
    const folder = taskFolders[task][0]!;
    const reports = summary.reads.map((report) => qcReport(report, folder, model.id, context));
    return [h('h3', {}, heading), h('div', { class: 'two' }, reports)];
  });
}

function qcReport(report: QcReport, folder: string, runId: string, context: ViewContext): HTMLElement {
  const address = fileAddress(runId, `${folder}/${report.html}`);
  // A document that the page itself made of fetched HTML would have the rights of the page.
  const look =
    token() === null &&
    h(
      'a',
      { href: `${address}?view=1`, target: '_blank', rel: 'noopener' },
      `FastQC report of ${report.file}`,
    );
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'qc-facts' },
      h('strong', {}, report.file),
      ` ${grouped(report.sequences)} reads of ${report.length} bases, GC ${report.gc_percent} %`,
    ),
    h(
      'ul',
      { class: 'badges' },
      report.modules.map(({ name, status }) =>
        h('li', {}, h('span', { class: `badge ${words[status]}` }, words[status]), ` ${name}`),
      ),
    ),
    h(
      'p',
      { class: 'links' },
      look,
      downloadLink(address, `${report.file}-${report.html}`, context, 'save HTML'),
      ' ',
      downloadLink(fileAddress(runId, `${folder}/${report.zip}`), report.zip, context, 'save ZIP'),
    ),
  );
}
