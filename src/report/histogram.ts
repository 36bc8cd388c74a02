/** A histogram of counts over bins of any width. */

import { compact, grouped } from './format.js';
import { html, type Markup } from './markup.js';
import { countScale, type Scale } from './scale.js';
import { bottomAxis, coordinate, type Labels, leftAxis, plotArea, svg } from './svg.js';

/** One bar: values from `from` up to, but not including, `to`. */
export interface Bin {
  from: number;
  to: number;
  count: number;
}

/** What a histogram needs besides its bins. */
export interface HistogramOptions {
  labels: Labels;
  /** Scale of the values for a range of coordinates, for instance a {@link linearScale}. */
  scale: (range: [number, number]) => Scale;
  valueLabel: string;
  countLabel: string;
  /** A value on the axis. */
  format: (value: number) => string;
  /** What a bin holds, in words, for the bar's tooltip: `1,000 to 1,154 bases`. */
  describe: (bin: Bin) => string;
  /** A value to mark with a line, and its label. */
  mark?: { value: number; label: string } | undefined;
}

/** Draws the bins, which must be within the domain of the scale and in ascending order. */
export function histogram(bins: readonly Bin[], options: HistogramOptions): Markup {
  const area = plotArea(520, 300);
  const x = options.scale([area.left, area.right]);
  const most = bins.reduce((top, bin) => Math.max(top, bin.count), 0);
  const y = countScale(most, [area.bottom, area.top]);
  const bars = bins
    .filter((bin) => bin.count > 0)
    .map((bin) => {
      const left = x(bin.from);
      const width = Math.max(x(bin.to) - left, 1);
      const gap = width > 3 ? 1 : 0;
      // One record among millions still gets a bar that can be seen.
      const height = Math.max(area.bottom - y(bin.count), 1.5);
      return html`<rect x="${coordinate(left + gap / 2)}" y="${coordinate(area.bottom - height)}" width="${coordinate(width - gap)}" height="${coordinate(height)}"><title>${options.describe(bin)}: ${grouped(bin.count)}</title></rect>`;
    });
  return svg(
    area,
    options.labels,
    leftAxis(area, { scale: y, label: options.countLabel, format: compact }),
    html`<g class="bars">${bars}</g>`,
    bottomAxis(area, { scale: x, label: options.valueLabel, format: options.format }),
    options.mark && markLine(x(options.mark.value), options.mark.label, area),
  );
}

function markLine(x: number, label: string, area: ReturnType<typeof plotArea>): Markup {
  const anchor = x > (area.left + area.right) / 2 ? 'end' : 'start';
  const text = x + (anchor === 'end' ? -6 : 6);
  return html`<path class="mark" d="M${coordinate(x)} ${area.top - 8}V${area.bottom}"/><text class="halo strong" x="${coordinate(text)}" y="${area.top + 4}" text-anchor="${anchor}">${label}</text>`;
}
