// Writes the pages of docs/ that are made from tables of the code: npm run docs
// A test fails when they are out of date.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandHelp, mainHelp } from '../src/cli/help.js';
import { commandNames } from '../src/cli/registry.js';
import { catalogue } from '../src/errors.js';

/** A detail of an error that shows its own name wherever the message would show its value. */
function placeholder(name: string): unknown {
  const shown = `{${name}}`;
  return new Proxy(Object.create(null), {
    get: (_, property) => {
      // Lists are joined or mapped by their messages; either way they show as one name.
      if (property === 'join' || property === Symbol.toPrimitive || property === 'toString')
        return () => shown;
      if (property === 'map' || property === 'slice') return () => placeholder(name);
      return placeholder(`${name}.${String(property)}`);
    },
  });
}

/** Details of which every field shows its own name. */
function placeholders(): never {
  return new Proxy({}, { get: (_, property) => placeholder(String(property)) }) as never;
}

/** Text of an item of a Markdown list: one line, with nothing that would be taken for markup. */
function inline(text: unknown): string {
  return String(text)
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(/[\\`*<]/g, '\\$&');
}

/** docs/errors.md: the error catalogue, a line a code, in the catalogue's order. */
export function errorsPage(): string {
  const lines = Object.entries(catalogue).map(([code, { status, message, remedy }]) => {
    const told = inline(remedy(placeholders()));
    const words = told === '{remedy}' ? `${told}, which depends on the reason` : told;
    return `- \`${code}\` (${status}): ${inline(message(placeholders()))} **Remedy:** ${words}`;
  });
  return `# Errors

Every error that gtk reports: its code, the exit status that it ends with, the message, and what to do.
Words in braces stand for what was found. Made from \`src/errors.ts\` by \`scripts/write-docs.ts\`.

${lines.join('\n')}
`;
}

/** docs/commands.md: every command as its own help shows it. */
export async function commandsPage(): Promise<string> {
  const sections = await Promise.all(
    commandNames().map(async (name) => `## gtk ${name}\n\n\`\`\`text\n${await commandHelp(name)}\`\`\`\n`),
  );
  return `# Commands

What \`gtk --help\` and \`gtk COMMAND --help\` print. Made from the tables of the commands by
\`scripts/write-docs.ts\`.

\`\`\`text
${mainHelp()}\`\`\`

${sections.join('\n')}`;
}

/** The pages by their paths in the repository. */
export const pages: Record<string, () => string | Promise<string>> = {
  'docs/errors.md': errorsPage,
  'docs/commands.md': commandsPage,
};

const script = fileURLToPath(import.meta.url);
if (process.argv[1] === script) {
  const root = path.resolve(path.dirname(script), '..');
  for (const [file, page] of Object.entries(pages)) writeFileSync(path.join(root, file), await page());
}
