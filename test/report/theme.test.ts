import { describe, expect, it } from 'vitest';
import { DARK, LIGHT, type Theme } from '../../src/report/theme.js';

/** Relative luminance and contrast ratio as WCAG 2.1 defines them. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const channel = Number.parseInt(colour.slice(i, i + 2), 16) / 255;
    return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

describe.each<[string, Theme]>([
  ['light', LIGHT],
  ['dark', DARK],
])('the %s theme', (_, theme) => {
  it('has text that can be read on every ground it stands on', () => {
    const grounds = [theme.page, theme.surface, theme.sunken];
    for (const ink of [theme.text, theme.muted]) {
      for (const ground of grounds) expect(contrast(ink, ground)).toBeGreaterThanOrEqual(4.5);
    }
    for (const ink of [theme.accent, theme.curve]) {
      expect(contrast(ink, theme.surface)).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(theme.accent, theme.page)).toBeGreaterThanOrEqual(4.5);
  });

  it('has cells whose text can be read in every colour', () => {
    for (let step = 0; step < 9; step += 1) {
      for (const ink of [theme['cell-text'], theme['cell-muted']]) {
        expect(contrast(ink, theme[`d${step}`]!)).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(contrast(theme['cell-muted'], theme.sunken)).toBeGreaterThanOrEqual(4.5);
  });

  it('has bars that stand out from the ground', () => {
    for (const bar of [theme.bar, theme.over, theme.under, theme.even]) {
      expect(contrast(bar, theme.surface)).toBeGreaterThanOrEqual(3);
    }
  });

  it('has a density ramp that goes one way only', () => {
    const steps = Array.from({ length: 6 }, (_, i) => contrast(theme[`s${i}`]!, theme.surface));
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });
});
