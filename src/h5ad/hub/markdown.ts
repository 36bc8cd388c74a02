/** Text of others within Markdown. */

/** A text on one line that Markdown shows as it is. */
export function plain(text: string): string {
  return oneLine(text).replace(/[\\`*_[\]<>|~$&#!]/g, '\\$&');
}

/** A text on one line in a code span (CommonMark, section 6.1). */
export function code(text: string): string {
  const line = oneLine(text);
  if (line === '') return '(empty)';
  const runs: string[] = line.match(/`+/g) ?? [];
  // The fence is a run of backticks of a length that the text does not have.
  let fence = '`';
  while (runs.includes(fence)) fence += '`';
  const room = /^`|`$/.test(line) ? ' ' : '';
  return `${fence}${room}${line}${room}${fence}`;
}

/** A table of finished cells. */
export function table(head: string[], rows: string[][]): string {
  // A bar ends a cell even within a code span (GitHub Flavored Markdown, section 4.10).
  const line = (cells: string[]) =>
    `| ${cells.map((cell) => cell.replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A value, or a list with commas, in which absolute paths are reduced to the names of the files. */
export function withoutFolders(value: string): string {
  return value
    .split(',')
    .map((item) => (/^\s*(~|file:\/)?\//.test(item) ? item.slice(item.lastIndexOf('/') + 1) : item))
    .join(',');
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}
