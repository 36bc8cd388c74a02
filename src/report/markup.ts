/**
 * HTML and SVG text that is safe to put into a page.
 *
 * Escaping is not a step that a caller can forget: {@link html} escapes whatever is put into it unless
 * it is itself {@link Markup}, so a hostile file name or header stays text.
 */

/** Text that is markup already. */
export class Markup {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** What a template takes: text and numbers are escaped, markup is kept, lists are joined, null and false are nothing. */
export type Content = Markup | string | number | null | undefined | false | readonly Content[];

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** C0 and C1 controls, the marks that turn the direction of text, and halves of surrogate pairs. */
const UNPRINTABLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Text as it must stand in element content or in a quoted attribute. Characters that would be unseen or
 * would disguise what is read are shown by their code point, `\u{1b}`.
 */
export function escapeHtml(text: string): string {
  return text
    .replace(UNPRINTABLE, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

function render(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (Array.isArray(content)) return content.map(render).join('');
  return escapeHtml(String(content));
}

/** Template tag: `` html`<td>${path}</td>` `` escapes `path`. Attributes must be quoted. */
export function html(parts: TemplateStringsArray, ...values: Content[]): Markup {
  return new Markup(parts.map((part, i) => part + render(values[i])).join(''));
}
