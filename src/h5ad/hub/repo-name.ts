/** Names of repositories on a Hugging Face hub. */
import { gtkError } from '../../errors.js';

/**
 * Holds a name to the hub's rules: NAMESPACE/NAME, each of at most 96 ASCII letters, digits, `-`, `_` and `.`,
 * without `--` or `..`, with neither `-` nor `.` at an edge, and not ending in `.git`.
 *
 * @throws GTK_USAGE
 */
export function checkRepoName(repo: string): void {
  const problem = problemOf(repo);
  if (problem === undefined) return;
  throw gtkError('GTK_USAGE', {
    problem: `found ${JSON.stringify(repo)} as name of a dataset repository, expected ${problem}`,
    command: 'gtk h5ad',
  });
}

function problemOf(repo: string): string | undefined {
  const parts = repo.split('/');
  if (parts.length !== 2 || parts.includes('')) return 'NAMESPACE/NAME';
  for (const part of parts) {
    if (!/^[A-Za-z0-9_.-]+$/.test(part)) return 'only ASCII letters, digits, -, _ and .';
    if (part.length > 96) return 'at most 96 characters';
    if (/--|\.\./.test(part)) return 'neither -- nor ..';
    if (/^[-.]|[-.]$/.test(part)) return 'neither - nor . at the beginning or the end';
    if (part.endsWith('.git')) return 'a name that does not end in .git';
  }
  return undefined;
}
