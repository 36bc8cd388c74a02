/** What the steps found, as far as they were run. */

import type { TaskName } from '../../../pcr/steps/names.js';
import type {
  CutadaptSummary,
  FastpSummary,
  MappingSummary,
  ReadlenSummary,
  UmiSummary,
} from '../../../pcr/steps/summaries.js';
import { type Child, fill, h, plot, section } from '../dom.js';
import type { RunModel } from '../run-model.js';
import type { ViewContext } from '../view.js';
import { cutadaptFigures, fastpFigures, mappingFigures, umiFigures } from './figures-panels.js';
import { qcPanel } from './qc-panel.js';
import { readLengthsPlot } from './read-lengths.js';
import { sitesPanel } from './sites-panel.js';

interface Panel {
  heading: string;
  tasks: readonly TaskName[];
  draw(model: RunModel, context: ViewContext): Child;
}

/** A panel of one step, drawn from what it counted. */
function panel<Summary>(heading: string, task: TaskName, draw: (summary: Summary) => Child): Panel {
  return { heading, tasks: [task], draw: (model) => draw(model.results.get(task) as Summary) };
}

const panels: readonly Panel[] = [
  { heading: 'Quality control', tasks: ['qc_before', 'qc_after'], draw: qcPanel },
  panel<UmiSummary>('UMI extraction', 'umi', umiFigures),
  panel<CutadaptSummary>('Trimming', 'cutadapt', cutadaptFigures),
  panel<FastpSummary>('Filtering', 'fastp', fastpFigures),
  panel<ReadlenSummary>('Lengths of trimmed reads', 'readlen', ({ files }) =>
    h('figure', { class: 'narrow' }, plot(readLengthsPlot(files))),
  ),
  panel<MappingSummary>('Mapping', 'read_mapping', mappingFigures),
];

/** The section Results. */
export function resultsSection(model: RunModel, context: ViewContext): HTMLElement {
  const place = h('div');
  const draw = () => {
    const there = panels.filter(({ tasks }) => tasks.some((task) => model.results.has(task)));
    fill(
      place,
      there.length === 0 && h('p', { class: 'intro' }, 'No step has left results yet.'),
      there.map(({ heading, draw }) =>
        h('div', { class: 'panel-box' }, h('h3', {}, heading), draw(model, context)),
      ),
    );
  };
  model.on('results', draw);
  draw();
  return section('results', 'Results', place);
}

/** The section of sites. It is made once, so that a choice in it outlives another run of the analysis. */
export function sitesSection(model: RunModel, context: ViewContext): HTMLElement {
  const place = h('div');
  let isThere: boolean | undefined;
  const draw = () => {
    const now = model.results.has('site_analysis');
    if (now === isThere) return;
    isThere = now;
    fill(
      place,
      now
        ? sitesPanel(model, context)
        : h('p', { class: 'intro' }, 'The site analysis has not been run yet.'),
    );
  };
  model.on('results', draw);
  draw();
  return section('sites', 'Integration sites', place);
}
