/**
 * Small bar charts of one common scale, side by side: each is as wide as it has bars, so the row
 * reads as one chart on a wide page and wraps on a narrow one.
 */

import { fixed } from './format.js';
import { type Content, html, type Markup } from './markup.js';
import { linearScale } from './scale.js';
import { coordinate, svg } from './svg.js';

/** One bar; a value of null is drawn as a dash. */
export interface Bar {
  label: string;
  value: number | null;
  /** Class of the style sheet that colours it: `over`, `under` or `even`. */
  tone: string;
  /** In words, for the tooltip. */
  description: string;
}

/** One chart of the row. */
export interface BarPanel {
  id: string;
  heading: Content;
  title: string;
  bars: readonly Bar[];
}

/** What the panels share. */
export interface BarPanelOptions {
  /** Value to draw a dashed line at. */
  reference: number;
  decimals: number;
}

const BAR = 24;
const HEIGHT = 124;
const BASE = HEIGHT - 20;

/** The panels, in the order given. */
export function barPanels(panels: readonly BarPanel[], options: BarPanelOptions): Markup {
  const values = panels.flatMap((panel) => panel.bars.map((bar) => bar.value ?? 0));
  const most = Math.max(options.reference * 1.5, ...values);
  const y = linearScale([0, most], [BASE, 14]);
  return html`<div class="panels">${panels.map((panel) => drawPanel(panel, y, options))}</div>`;
}

function drawPanel(panel: BarPanel, y: (value: number) => number, options: BarPanelOptions): Markup {
  const width = panel.bars.length * BAR + 6;
  const middle = (i: number) => 3 + (i + 0.5) * BAR;
  const bars = panel.bars.map((bar, i) => {
    const top = y(bar.value ?? 0);
    return html`<rect class="${bar.tone}" x="${coordinate(middle(i) - BAR / 2 + 3)}" y="${coordinate(top)}" width="${BAR - 6}" height="${coordinate(BASE - top)}" rx="1.5"><title>${bar.description}</title></rect>`;
  });
  const texts = panel.bars.map((bar, i) => {
    const x = coordinate(middle(i));
    return html`<text class="value halo" x="${x}" y="${coordinate(y(bar.value ?? 0) - 4)}" text-anchor="middle">${fixed(bar.value, options.decimals)}</text><text class="code" x="${x}" y="${BASE + 14}" text-anchor="middle">${bar.label}</text>`;
  });
  const line = coordinate(y(options.reference));
  const description = panel.bars.map((bar) => bar.description).join('; ');
  const chart = svg(
    { width, height: HEIGHT },
    { id: panel.id, title: panel.title, description },
    bars,
    html`<path class="axis" d="M0 ${BASE}H${width}"/><path class="even-line" d="M0 ${line}H${width}"/>`,
    texts,
  );
  return html`<figure class="panel w${panel.bars.length}">${chart}<figcaption>${panel.heading}</figcaption></figure>`;
}
