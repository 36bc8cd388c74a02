/** By which commands and versions results came to be. */
import { withShownAddresses } from '../../net/address.js';
import { shorten } from '../../report/format.js';
import { html, type Markup } from '../../report/markup.js';
import { type Column, listed, pairs } from '../../report/table.js';
import type { Session } from '../status/journal-state.js';
import type { SpeciesStatus } from '../status/run-status.js';

/** Folders, the options of the last start, and all starts. */
export function provenance({
  version,
  species,
}: {
  version: string;
  species: readonly SpeciesStatus[];
}): Markup {
  const sessions = species
    .flatMap(({ name, state }) => state.sessions.map((session) => ({ name, session })))
    .sort((a, b) => b.session.started - a.session.started);
  const options = optionsOf(sessions[0]?.session);
  const columns: Column<(typeof sessions)[number]>[] = [
    { heading: 'Started', cell: ({ session }) => utc(session.started), isRowHeading: true },
    { heading: 'Species', cell: ({ name }) => shorten(name, 60) },
    { heading: 'Command', cell: ({ session }) => html`<code>gtk ${shorten(session.command, 80)}</code>` },
    { heading: 'Version', cell: ({ session }) => shorten(session.version, 20) },
    { heading: 'Last sign', cell: ({ session }) => utc(session.last) },
    {
      heading: 'Exit status',
      cell: ({ session }) => session.status ?? 'none: interrupted, or at work',
    },
  ];
  return html`${pairs([
    ['Report by', `gtk ${version}`],
    ...species
      .slice(0, 50)
      .map(({ name, out }) => [shorten(name, 60), html`<code>${shorten(out, 200)}</code>`] as const),
  ])}
${options.length > 0 && html`<h3>Options of the last start</h3>${pairs(options)}`}
<h3>Starts of gtk</h3>
${sessions.length > 0 ? listed(sessions, columns, 'Starts of gtk', 'start') : html`<p>The journal tells of none.</p>`}`;
}

/** Options that were given a value, as they stand in the journal. */
function optionsOf(session: Session | undefined): (readonly [Markup, string])[] {
  if (typeof session?.options !== 'object' || session.options === null) return [];
  return Object.entries(session.options)
    .filter(([, value]) => value !== undefined && value !== null && value !== false)
    .map(([name, value]) => [
      html`<code>${shorten(name, 60)}</code>`,
      shorten(withShownAddresses(typeof value === 'object' ? JSON.stringify(value) : String(value)), 200),
    ]);
}

/** To the second. */
const utc = (milliseconds: number) => new Date(milliseconds).toISOString().replace('T', ' ').slice(0, 19);
