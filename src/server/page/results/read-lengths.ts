/** Lengths of the trimmed reads: bars of counts, and the fraction that is at least that long. */
import type { ReadLengths } from '../../../pcr/steps/summaries.js';
import { compact, counted, percent } from '../../../report/format.js';
import { type Content, html, type Markup } from '../../../report/markup.js';
import { countScale, linearScale } from '../../../report/scale.js';
import {
  type Area,
  bottomAxis,
  coordinate,
  leftAxis,
  linePath,
  path,
  plotArea,
  svg,
} from '../../../report/svg.js';

const WIDTH = 560;
const HEIGHT = 240;

/** A panel for each file that has reads, one below the other. */
export function readLengthsPlot(files: readonly ReadLengths[]): Markup {
  const shown = files.filter(({ lengths }) => lengths.length > 0);
  const most = Math.max(1, ...shown.map(({ lengths }) => lengths.at(-1)!.length));
  const panels = shown.map((file, i) => {
    const y = i * HEIGHT;
    return html`<g transform="translate(0 ${y})">${panel(file, most)}</g>`;
  });
  const description = shown.map(describe).join(' ');
  const height = Math.max(1, shown.length) * HEIGHT;
  return svg({ width: WIDTH, height }, { id: 'read-lengths', title: 'Read lengths', description }, panels);
}

function panel({ file, lengths }: ReadLengths, most: number): Content {
  const area: Area = { ...plotArea(WIDTH, HEIGHT), right: WIDTH - 50, top: 26 };
  const x = linearScale([0, most + 1], [area.left, area.right], 6);
  const top = lengths.reduce((max, { count }) => Math.max(max, count), 0);
  const y = countScale(top, [area.bottom, area.top]);
  const share = linearScale([0, 1], [area.bottom, area.top], 2);
  const width = Math.max(x(1) - x(0) - 0.4, 0.6);
  const bars = lengths.map(({ length, count }) => {
    const height = Math.max(area.bottom - y(count), count > 0 ? 1 : 0);
    return `M${coordinate(x(length))} ${area.bottom}v${coordinate(-height)}h${coordinate(width)}v${coordinate(height)}z`;
  });
  const line = lengths.map(
    ({ length, cumulative_fraction }) => [x(length), share(cumulative_fraction)] as const,
  );
  const right = share.ticks.map(
    (tick) =>
      html`<text class="curve-name" x="${area.right + 6}" y="${coordinate(share(tick) + 4)}">${percent(tick, 0)}</text>`,
  );
  return [
    html`<text class="strong" x="${area.left}" y="14">${file}</text>`,
    leftAxis(area, { scale: y, label: 'reads', format: compact }),
    path('length-bars', bars.join('')),
    path('curve', linePath(line)),
    right,
    bottomAxis(area, { scale: x, label: 'length (bases); line: reads at least that long', format: String }),
  ];
}

function describe({ file, lengths }: ReadLengths): string {
  const total = lengths.reduce((sum, { count }) => sum + count, 0);
  const common = lengths.reduce((best, one) => (one.count > best.count ? one : best));
  return `${file}: ${counted(total, 'read')} of ${lengths[0]!.length} to ${lengths.at(-1)!.length} bases, most often ${common.length}.`;
}
