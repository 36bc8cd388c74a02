/** The HTML report of species: how their runs stand, what came out, what failed, and what it took. */
import { byteSize, compact, counted, grouped, percent, shorten } from '../../report/format.js';
import { html, type Markup } from '../../report/markup.js';
import { page, type Section, type Tile } from '../../report/page.js';
import type { RunStatus, SpeciesStatus } from '../status/run-status.js';
import { DISK_STYLE, diskPlots } from './disk-plot.js';
import { mappingHistogram, readsHistogram } from './histograms.js';
import { provenance } from './provenance.js';
import { failuresTable, slowestTable, sourcesTable, statesTable } from './tables.js';

/** What a report is made of. The same gives the same text. */
export interface RnaReportData {
  version: string;
  /** As they stand; a run is in one of them. */
  species: readonly SpeciesStatus[];
}

/** The report as the text of one HTML file that needs nothing else. */
export function rnaReport(data: RnaReportData): string {
  const { species } = data;
  const runs = species.flatMap((one) => one.runs);
  const names = species.map(({ name }) => name);
  const disk = diskPlots(species);
  const failed = runs.filter(({ state }) => state === 'failed');
  const attempted = runs.filter(({ record }) => record?.state === 'done');
  return page({
    title: `RNA-seq runs: ${shorten(names.slice(0, 3).join(', '), 100)}${names.length > 3 ? ', …' : ''}`,
    subtitle: `${counted(runs.length, 'run')} of ${counted(species.length, 'configuration')}`,
    lead: lead(runs),
    tiles: tiles(species, runs),
    producer: `gtk rna ${data.version}`,
    style: STYLE,
    sections: [
      { id: 'states', heading: 'Runs', body: statesTable(species) },
      ...(failed.length > 0 ? [failures(failed)] : []),
      ...warnings(species),
      [
        {
          id: 'mapping',
          heading: 'Pseudoaligned reads',
          intro: 'Runs by the part of their reads that is compatible with a transcript.',
          body: mappingHistogram(runs),
        },
        {
          id: 'reads',
          heading: 'Reads processed',
          intro: 'Runs by their number of reads, or of pairs.',
          body: readsHistogram(runs),
        },
      ],
      disk ? [disk, sources(attempted)] : sources(attempted),
      {
        id: 'slowest',
        heading: 'Runs that took longest',
        intro: 'From the first byte to the validated result, waiting included.',
        body: slowestTable(attempted),
      },
      { id: 'provenance', heading: 'Provenance', body: provenance(data), isLong: true },
    ],
  });
}

function failures(failed: readonly RunStatus[]): Section {
  return {
    id: 'failures',
    heading: 'Failed runs',
    intro: 'The same command tries them again.',
    body: failuresTable(failed),
    isLong: true,
  };
}

function sources(attempted: readonly RunStatus[]): Section {
  return { id: 'sources', heading: 'Where the reads came from', body: sourcesTable(attempted) };
}

/** More warnings than this are counted, not listed. */
const SHOWN_WARNINGS = 50;

function warnings(species: readonly SpeciesStatus[]): Section[] {
  const all = species.flatMap(({ runs, state }) => [
    ...state.warnings.map(({ run, problem }) => (run === undefined ? problem : `${run}: ${problem}`)),
    ...runs.flatMap(({ run, record }) =>
      (record?.warnings ?? []).map((problem) => (problem.includes(run) ? problem : `${run}: ${problem}`)),
    ),
  ]);
  const told = [...new Set(all)];
  if (told.length === 0) return [];
  const rest = told.length - SHOWN_WARNINGS;
  const items = told.slice(0, SHOWN_WARNINGS).map((warning) => html`<li>${shorten(warning, 600)}</li>`);
  return [
    {
      id: 'warnings',
      heading: 'Warnings',
      body: html`<ul class="warnings">${items}</ul>${rest > 0 && html`<p class="after">${counted(rest, 'further warning')}.</p>`}`,
      isLong: true,
    },
  ];
}

const STYLE = `${DISK_STYLE}
.run{overflow-wrap:normal}
.pairs dt code{overflow-wrap:normal}
#failures{border-left:5px solid var(--over)}
.warnings{margin:6px 0 0;padding-left:20px;overflow-wrap:anywhere}
.warnings li{margin:3px 0}
`;

const count = (runs: readonly RunStatus[], ...states: RunStatus['state'][]) =>
  runs.filter(({ state }) => states.includes(state)).length;

function lead(runs: readonly RunStatus[]): Markup {
  const [done, failed, excluded] = [count(runs, 'done'), count(runs, 'failed'), count(runs, 'excluded')];
  const left = runs.length - done - failed - excluded;
  return html`${grouped(done)} of ${counted(runs.length, 'run')} ${done === 1 ? 'has' : 'have'} a valid result. ${
    failed > 0 && `${counted(failed, 'run')} failed. `
  }${excluded > 0 && `${counted(excluded, 'run')} ${excluded === 1 ? 'is' : 'are'} not to be quantified. `}${
    left > 0
      ? `${counted(left, 'run')} ${left === 1 ? 'is' : 'are'} still to be done.`
      : 'Nothing is left to be done.'
  }`;
}

function tiles(species: readonly SpeciesStatus[], runs: readonly RunStatus[]): Tile[] {
  const eligible = runs.length - count(runs, 'excluded');
  const done = runs.filter(({ state }) => state === 'done');
  const reads = done.reduce((sum, { readsProcessed = 0 }) => sum + readsProcessed, 0);
  const downloaded = runs.reduce((sum, { record }) => sum + (record?.bytesDownloaded ?? 0), 0);
  const peak = Math.max(0, ...species.flatMap(({ state }) => state.disk.map((sample) => sample.reads)));
  return [
    {
      label: 'Done',
      figure: grouped(done.length),
      note: `${percent(eligible > 0 ? done.length / eligible : null)} of ${grouped(eligible)}`,
    },
    { label: 'Failed', figure: grouped(count(runs, 'failed')) },
    { label: 'Left', figure: grouped(count(runs, 'working', 'ready', 'partial', 'pending')) },
    { label: 'Reads processed', figure: compact(reads), note: 'or pairs' },
    { label: 'Pseudoaligned', figure: percent(median(done)), note: 'median of the runs' },
    { label: 'Downloaded', figure: byteSize(downloaded), note: `at most ${byteSize(peak)} on disk at once` },
  ];
}

/** Share of 1; null without a run. */
function median(done: readonly RunStatus[]): number | null {
  const rates = done.map(({ pPseudoaligned = 0 }) => pPseudoaligned).sort((a, b) => a - b);
  if (rates.length === 0) return null;
  return (rates[(rates.length - 1) >> 1]! + rates[rates.length >> 1]!) / 200;
}
