import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, html } from '../../src/report/markup.js';

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** What a browser shows for escaped text. */
function shownFor(text: string): string {
  return text.replace(/&(#?\w+);/g, (whole, name: string) => NAMED[name] ?? whole);
}

/** Any code units, halves of surrogate pairs among them, and often those that matter. */
const anyText = fc
  .array(
    fc.oneof(fc.nat(0xffff), fc.nat(0x9f), fc.constantFrom(0x26, 0x3c, 0x3e, 0x22, 0x27, 0xd83d, 0xde00)),
  )
  .map((units) => String.fromCharCode(...units));

describe('markup', () => {
  it('escapes text but keeps markup, joins lists and drops what is not there', () => {
    const inner = html`<b>${'a < b'}</b>`;
    expect(html`<p title="${'"x"'}">${[inner, 1, null, undefined, false]}</p>`.text).toBe(
      '<p title="&quot;x&quot;"><b>a &lt; b</b>1</p>',
    );
  });

  it('leaves nothing in any text that could open a tag, an entity or an attribute', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
        expect(escaped).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
        expect(() => encodeURIComponent(escaped)).not.toThrow();
      }),
    );
  });

  it('shows printable text as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab<>&"\'é漢😀 \t\n;#') }), (text) => {
        expect(shownFor(escapeHtml(text))).toBe(text);
      }),
    );
  });

  it('names characters that are unseen, turn the text round or are half a character', () => {
    expect(escapeHtml('a\u001b[31m\u202eb\ud800c\r')).toBe('a\\u{1b}[31m\\u{202e}b\\u{d800}c\\u{d}');
  });
});
