/** `/docs`: the OpenAPI document as a page to read. */

interface Operation {
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string; description?: string }[];
  responses?: Record<string, unknown>;
}

interface ApiDocument {
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, Operation>>;
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => escapes[character]!);

/** One section for each tag, one row for each operation. */
export function documentationPage({ info, paths }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? 'other'))];
  const sections = tags.map((tag) => {
    const rows = operations.filter(({ operation }) => (operation.tags?.[0] ?? 'other') === tag).map(row);
    return (
      `<h2>${escaped(tag)}</h2>\n<table>\n<thead><tr><th>Request</th><th>What it does</th>` +
      `<th>Parameters</th><th>Answers</th></tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody></table>`
    );
  });
  const title = `${escaped(info.title)} ${escaped(info.version)}`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<link rel="stylesheet" href="/ui/assets/page.css"></head>
<body><main>
<h1>${title}</h1>
<p>${escaped(info.description ?? '')} As a document: <a href="/openapi.json">openapi.json</a>.</p>
${sections.join('\n')}
</main></body>
</html>
`;
}

function row({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in !== 'header');
  return (
    `<tr><td><code>${method.toUpperCase()} ${escaped(path)}</code></td><td>${escaped(operation.summary ?? '')}</td>` +
    `<td>${parameters.map(({ name }) => escaped(name)).join(', ')}</td>` +
    `<td>${Object.keys(operation.responses ?? {}).join(', ')}</td></tr>`
  );
}
