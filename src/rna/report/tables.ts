/** Tables of a report on runs. */
import { byteSize, fixed, grouped, NOTHING, percent, shorten } from '../../report/format.js';
import { html, type Markup } from '../../report/markup.js';
import { type Column, listed, meter, table } from '../../report/table.js';
import type { SampleRecord } from '../events.js';
import { type FailureReason, remedies } from '../failure.js';
import {
  type RunStateName,
  type RunStatus,
  runStates,
  type SpeciesStatus,
  type StateCounts,
} from '../status/run-status.js';

const meanings: Record<RunStateName, string> = {
  done: 'Done',
  failed: 'Failed',
  excluded: 'Excluded',
  working: 'Being worked on',
  ready: 'All reads here',
  partial: 'Some reads here',
  pending: 'Pending',
};

/** Runs of each species by state; only states that some run is in. */
export function statesTable(all: readonly SpeciesStatus[]): Markup {
  const rows = all.flatMap(({ species }) => [...species].map(([name, counts]) => ({ name, counts })));
  const states = runStates.filter((state) => rows.some(({ counts }) => counts[state] > 0));
  const total = (counts: StateCounts) => runStates.reduce((sum, state) => sum + counts[state], 0);
  const share = ({ counts }: { counts: StateCounts }) => {
    const eligible = total(counts) - counts.excluded;
    return eligible > 0 ? counts.done / eligible : null;
  };
  const columns: Column<(typeof rows)[number]>[] = [
    { heading: 'Species', cell: ({ name }) => shorten(name.replaceAll('_', ' '), 60), isRowHeading: true },
    { heading: 'Runs', cell: ({ counts }) => grouped(total(counts)), number: ({ counts }) => total(counts) },
    ...states.map((state) => ({
      heading: meanings[state],
      cell: ({ counts }: { counts: StateCounts }) => grouped(counts[state]),
      number: ({ counts }: { counts: StateCounts }) => counts[state],
    })),
    { heading: 'Share done', cell: (row) => percent(share(row)), number: share },
    { heading: '', cell: (row) => meter(share(row) ?? 0), isPicture: true },
  ];
  return listed(rows, columns, 'Runs by species and state', 'species');
}

const code = (text: string) => html`<code class="run">${shorten(text, 80)}</code>`;

/** Failed runs with what was found and what to do. */
export function failuresTable(failed: readonly RunStatus[]): Markup {
  const reasons = new Map<string, number>();
  for (const { reason = '' } of failed) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const byReason = [...reasons].sort(([, a], [, b]) => b - a).map(([reason, runs]) => ({ reason, runs }));
  const remedyOf = (reason: string) => remedies[reason as FailureReason] ?? NOTHING;
  const reasonTable = table(
    byReason,
    [
      { heading: 'Reason', cell: ({ reason }) => code(reason), isRowHeading: true },
      { heading: 'Runs', cell: ({ runs }) => grouped(runs), number: ({ runs }) => runs },
      { heading: 'What to do', cell: ({ reason }) => remedyOf(reason) },
    ],
    { caption: 'Reasons of failures' },
  );
  const runTable = listed(
    failed,
    [
      { heading: 'Run', cell: ({ run }) => code(run), isRowHeading: true },
      { heading: 'Reason', cell: ({ reason = '' }) => code(reason) },
      { heading: 'Stage', cell: ({ record }) => record?.stage ?? NOTHING },
      { heading: 'Problem', cell: ({ record }) => shorten(record?.problem ?? NOTHING, 400) },
      {
        heading: 'Attempts',
        cell: ({ record }) => (record ? grouped(record.attempt) : NOTHING),
        number: ({ record }) => record?.attempt ?? null,
      },
    ],
    'Failed runs',
    'run',
  );
  return html`${reasonTable}<h3>Run by run</h3>${runTable}`;
}

/** What came from each source. */
export function sourcesTable(done: readonly RunStatus[]): Markup {
  const sources = new Map<string, { runs: number; bytes: number }>();
  for (const { source = NOTHING, bytesDownloaded } of recordsOf(done)) {
    const sum = sources.get(source) ?? { runs: 0, bytes: 0 };
    sources.set(source, { runs: sum.runs + 1, bytes: sum.bytes + bytesDownloaded });
  }
  if (sources.size === 0) return html`<p>The journal tells of no run that was done.</p>`;
  const rows = [...sources].sort(([, a], [, b]) => b.bytes - a.bytes || b.runs - a.runs);
  return table(
    rows,
    [
      { heading: 'Source', cell: ([source]) => shorten(source, 40), isRowHeading: true },
      { heading: 'Runs', cell: ([, { runs }]) => grouped(runs), number: ([, { runs }]) => runs },
      { heading: 'Downloaded', cell: ([, { bytes }]) => byteSize(bytes), number: ([, { bytes }]) => bytes },
    ],
    { caption: 'Bytes by source', sortable: rows.length > 1 },
  );
}

const SLOWEST = 15;

/** The runs that took longest. */
export function slowestTable(done: readonly RunStatus[]): Markup {
  const rows = recordsOf(done)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, SLOWEST);
  if (rows.length === 0) return html`<p>The journal tells of no run that was done.</p>`;
  return table(
    rows,
    [
      { heading: 'Run', cell: ({ run }) => code(run), isRowHeading: true },
      { heading: 'Seconds', cell: ({ seconds }) => fixed(seconds, 1), number: ({ seconds }) => seconds },
      {
        heading: 'Reads',
        cell: ({ readsProcessed }) => (readsProcessed === undefined ? NOTHING : grouped(readsProcessed)),
        number: ({ readsProcessed }) => readsProcessed ?? null,
      },
      {
        heading: 'Downloaded',
        cell: ({ bytesDownloaded }) => byteSize(bytesDownloaded),
        number: ({ bytesDownloaded }) => bytesDownloaded,
      },
    ],
    { caption: 'Runs that took longest', sortable: rows.length > 1 },
  );
}

function recordsOf(runs: readonly RunStatus[]): SampleRecord[] {
  return runs.flatMap(({ record }) => (record ? [record] : []));
}
