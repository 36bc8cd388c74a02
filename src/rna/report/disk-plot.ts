/** How much of the disk the reads took over time: what batches are for. */
import { byteSize, counted, fixed, shorten } from '../../report/format.js';
import { html, type Markup } from '../../report/markup.js';
import type { Section } from '../../report/page.js';
import { countScale, linearScale } from '../../report/scale.js';
import { bottomAxis, coordinate, leftAxis, linePath, path, plotArea, svg } from '../../report/svg.js';
import type { DiskSample } from '../status/disk-time-line.js';
import type { SpeciesStatus } from '../status/run-status.js';

/** More species than this have no plot of their own. */
const MOST_PLOTS = 12;

/** A plot a species; undefined if nothing was ever measured. */
export function diskPlots(species: readonly SpeciesStatus[]): Section | undefined {
  const measured = species.filter(({ state }) => state.disk.length > 1);
  if (measured.length === 0) return undefined;
  const plots = measured
    .slice(0, MOST_PLOTS)
    .map(
      ({ name, state }, i) =>
        html`${measured.length > 1 && html`<h3>${shorten(name, 80)}</h3>`}${diskPlot(state.disk, i)}`,
    );
  return {
    id: 'disk',
    heading: 'Reads on the disk',
    intro: 'Over the time in which gtk worked; pauses between its starts are cut out.',
    body: html`${plots}`,
  };
}

/** A moment of work: seconds since the first one, without the time between sessions. */
interface Moment {
  seconds: number;
  sample: DiskSample;
}

/** Cuts out the time between the sessions. */
export function momentsOf(samples: readonly DiskSample[]): Moment[] {
  let seconds = 0;
  return samples.map((sample, i) => {
    const before = samples[i - 1];
    if (before?.session === sample.session) seconds += Math.max(0, sample.at - before.at) / 1000;
    return { seconds, sample };
  });
}

const UNITS = [
  { name: 'hours', seconds: 3600 },
  { name: 'minutes', seconds: 60 },
  { name: 'seconds', seconds: 1 },
] as const;

function diskPlot(samples: readonly DiskSample[], number: number): Markup {
  const moments = momentsOf(samples);
  const end = moments.at(-1)!.seconds;
  const unit = UNITS.find(({ seconds }) => end >= 2 * seconds) ?? UNITS[2];
  const peak = Math.max(...samples.map(({ reads }) => reads));
  const least = Math.min(...samples.map(({ free }) => free));
  const area = plotArea(520, 300);
  const size = sizeUnit(peak);
  const x = linearScale([0, end / unit.seconds || 1], [area.left, area.right]);
  const y = countScale(peak / size.bytes, [area.bottom, area.top]);
  const points = moments.map(
    ({ seconds, sample }) => [x(seconds / unit.seconds), y(sample.reads / size.bytes)] as const,
  );
  const starts = moments.filter(
    ({ sample }, i) => i > 0 && sample.session !== moments[i - 1]!.sample.session,
  );
  const ends = `${coordinate(points.at(-1)![0])} ${area.bottom}`;
  const chart = svg(
    area,
    {
      id: `disk-plot-${number}`,
      title: 'Bytes of reads on the disk over time',
      description: `Over ${fixed(end / unit.seconds, 1)} ${unit.name} of work the reads took ${byteSize(peak)} at most.`,
    },
    leftAxis(area, { scale: y, label: `reads in ${size.name}`, format: String }),
    starts.map(({ seconds }) =>
      path('mark', `M${coordinate(x(seconds / unit.seconds))} ${area.top}V${area.bottom}`),
    ),
    path('disk-area', `${linePath(points)}L${ends}L${coordinate(points[0]![0])} ${area.bottom}Z`),
    path('curve', linePath(points)),
    bottomAxis(area, { scale: x, label: `${unit.name} of work`, format: String }),
  );
  const sessions = new Set(samples.map(({ session }) => session)).size;
  return html`${chart}<p class="after">At most ${byteSize(peak)} of reads were on the disk at once, and at least ${byteSize(least)} were free. ${
    sessions > 1 && `gtk was started ${counted(sessions, 'time')}; dashed lines are its starts.`
  }</p>`;
}

/** The unit in which the peak has one to three digits before the point. */
function sizeUnit(bytes: number): { name: string; bytes: number } {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const step = Math.min(Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)), units.length - 1);
  return { name: units[step]!, bytes: 1000 ** step };
}

export const DISK_STYLE = '.disk-area{fill:var(--curve);opacity:.16}';
