import { readFileSync } from 'node:fs';

/** The folder of the package's own package.json, wherever bundling has put this code below it. */
export const packageRoot: URL = findRoot(new URL('.', import.meta.url));

function findRoot(folder: URL): URL {
  if (isRoot(folder)) return folder;
  const parent = new URL('..', folder);
  if (parent.href === folder.href) throw new Error(`no package.json of gtk above ${import.meta.url}`);
  return findRoot(parent);
}

function isRoot(folder: URL): boolean {
  try {
    return JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')).name === 'gtk';
  } catch {
    return false;
  }
}

/** The version of this package. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8')).version;
}
