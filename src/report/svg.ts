/** The frame of a plot: size, margins, axes, and the path helpers that every plot uses. */

import { type Content, html, Markup } from './markup.js';
import type { Scale } from './scale.js';

/** A coordinate with at most two decimals, so that files stay small and the same on every machine. */
export function coordinate(value: number): string {
  return String(Number(value.toFixed(2)) + 0);
}

/** The drawing area inside the margins, in the units of the view box. */
export interface Area {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** The usual area of a plot; a phone shows it at two thirds, hence few and large labels. */
export function plotArea(width = 520, height = 340): Area {
  return { width, height, left: 58, right: width - 16, top: 16, bottom: height - 50 };
}

/** What a plot must say of itself, also to those who cannot see it. */
export interface Labels {
  /** Unique in the page; letters, digits and hyphens. */
  id: string;
  title: string;
  /** What the plot shows, in a sentence or two. */
  description: string;
}

/** An SVG element with title and description, scaled to the width it is given. */
export function svg(area: Pick<Area, 'width' | 'height'>, labels: Labels, ...content: Content[]): Markup {
  const { id } = labels;
  return html`<svg class="plot" viewBox="0 0 ${area.width} ${area.height}" role="img" aria-labelledby="${id}-t ${id}-d">
<title id="${id}-t">${labels.title}</title><desc id="${id}-d">${labels.description}</desc>
${content}</svg>`;
}

/** One axis of a plot. */
export interface Axis {
  scale: Scale;
  label: string;
  format: (value: number) => string;
}

/** Horizontal axis under the area: line, ticks, labels. */
export function bottomAxis(area: Area, axis: Axis): Markup {
  const middle = (area.left + area.right) / 2;
  const marks = axis.scale.ticks.map((tick) => {
    const x = coordinate(axis.scale(tick));
    return html`<path class="axis" d="M${x} ${area.bottom}v5"/><text x="${x}" y="${area.bottom + 19}" text-anchor="middle">${axis.format(tick)}</text>`;
  });
  return html`<path class="axis" d="M${area.left} ${area.bottom}H${area.right}"/>${marks}
<text class="label" x="${middle}" y="${area.height - 8}" text-anchor="middle">${axis.label}</text>`;
}

/** Vertical axis on the left: grid lines and labels, no line of its own. */
export function leftAxis(area: Area, axis: Axis): Markup {
  const middle = (area.top + area.bottom) / 2;
  const marks = axis.scale.ticks.map((tick) => {
    const y = axis.scale(tick);
    return html`<path class="grid" d="M${area.left} ${coordinate(y)}H${area.right}"/><text x="${area.left - 7}" y="${coordinate(y + 4)}" text-anchor="end">${axis.format(tick)}</text>`;
  });
  return html`${marks}<text class="label" transform="translate(14 ${middle}) rotate(-90)" text-anchor="middle">${axis.label}</text>`;
}

/** The path data of a line through points. */
export function linePath(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${coordinate(x)} ${coordinate(y)}`).join('');
}

/** A path element with a class of the style sheet. */
export function path(className: string, data: string): Markup {
  return new Markup(`<path class="${className}" d="${data}"/>`);
}
