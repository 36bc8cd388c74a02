/**
 * The colours of a report, light and dark. Text keeps a contrast of at least 4.5 to 1 on every ground
 * it stands on (WCAG 2.1, 1.4.3); the ramps are told apart without red against green.
 */

/** Names of the colours; `--name` in the style sheet. */
export type Theme = Record<(typeof NAMES)[number] | `d${number}` | `s${number}`, string>;

const NAMES = [
  'page',
  'surface',
  'sunken',
  'text',
  'muted',
  'line',
  'accent',
  'bar',
  'over',
  'under',
  'even',
  'curve',
  'cell-text',
  'cell-muted',
] as const;

/** From below to above the middle: nine steps, the fifth is neutral. */
export const DIVERGING_STEPS = 9;

export const LIGHT: Theme = {
  page: '#f6f7f9',
  surface: '#ffffff',
  sunken: '#eef1f5',
  text: '#17212b',
  muted: '#536171',
  line: '#dde3ea',
  accent: '#0b6b73',
  bar: '#3d8f98',
  over: '#d9772b',
  under: '#4a86bd',
  even: '#7d8a98',
  curve: '#b8400e',
  'cell-text': '#17212b',
  'cell-muted': '#36424e',
  d0: '#7fb2dd',
  d1: '#a3c8e8',
  d2: '#c5dcf0',
  d3: '#e0ebf5',
  d4: '#f2f2f0',
  d5: '#fbe6d2',
  d6: '#f9d0a9',
  d7: '#f6b67c',
  d8: '#f09a52',
  s0: '#c3e2e0',
  s1: '#8ecbc9',
  s2: '#4fadb3',
  s3: '#23879a',
  s4: '#16607f',
  s5: '#143a5e',
};

export const DARK: Theme = {
  page: '#0e1318',
  surface: '#161d24',
  sunken: '#1f2831',
  text: '#e6ecf1',
  muted: '#9fadba',
  line: '#2b3640',
  accent: '#5ecdc9',
  bar: '#3fa3a5',
  over: '#ee9450',
  under: '#5d9fd8',
  even: '#7c8a98',
  curve: '#ffa25c',
  'cell-text': '#f4f7fa',
  'cell-muted': '#dde4ea',
  d0: '#1c5d99',
  d1: '#23527f',
  d2: '#274664',
  d3: '#293b4c',
  d4: '#2b323a',
  d5: '#473a2e',
  d6: '#643f22',
  d7: '#814419',
  d8: '#9c4910',
  s0: '#1b444b',
  s1: '#1d666e',
  s2: '#258c8d',
  s3: '#4db89a',
  s4: '#9fdc88',
  s5: '#f2f3a2',
};

function declarations(theme: Theme): string {
  return Object.entries(theme)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');
}

/**
 * The rules that set the colours: the reader's system decides, the page's switch (`data-theme` on the
 * root) overrides it, and paper is light.
 */
export function themeRules(): string {
  const ramps = [
    ...Array.from({ length: DIVERGING_STEPS }, (_, i) => `.d${i}{background:var(--d${i})}`),
    ...Array.from({ length: 6 }, (_, i) => `.s${i}{fill:var(--s${i});background:var(--s${i})}`),
  ].join('\n');
  return `:root{color-scheme:light;${declarations(LIGHT)}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${declarations(DARK)}}}
:root[data-theme=dark]{color-scheme:dark;${declarations(DARK)}}
@media print{:root,:root[data-theme=dark],:root:not([data-theme=light]){color-scheme:light;${declarations(LIGHT)}}}
${ramps}`;
}
