/** Contrast of all text of a page, as WCAG 2.1 (1.4.3) defines it, computed from what is shown. */
import type { Page } from 'playwright-core';

/** A text that is hard to read. */
export interface Faint {
  text: string;
  ratio: number;
}

/** What falls short, and how many texts were looked at. */
export function faintTexts(page: Page): Promise<{ seen: number; faint: Faint[] }> {
  // As text, since the types of a browser's globals are not those of Node.
  return page.evaluate<{ seen: number; faint: Faint[] }>(`(() => {
    const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const luminance = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const ground = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const colour = numbers(getComputedStyle(at).backgroundColor);
        if (colour[3] === undefined || colour[3] === 1) return colour;
      }
      throw new Error('there is no ground');
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const faint = [];
    let seen = 0;
    while (walker.nextNode()) {
      const text = walker.currentNode.data.trim();
      const element = walker.currentNode.parentElement;
      if (text === '' || !element.checkVisibility() || element.closest('title, desc, .unseen, option, caption')) continue;
      const style = getComputedStyle(element);
      const inks = numbers(element.closest('svg') ? style.fill : style.color);
      const [light, dark] = [luminance(inks), luminance(ground(element))].sort((a, b) => b - a);
      const ratio = (light + 0.05) / (dark + 0.05);
      const size = parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      seen += 1;
      if (ratio < (isLarge ? 3 : 4.5)) faint.push({ text: text.slice(0, 40), ratio });
    }
    return { seen, faint };
  })()`);
}
