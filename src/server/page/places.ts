/** Addresses of the page's views. */

/** Where one is. */
export type Place =
  | { view: 'runs' }
  | { view: 'new' }
  | { view: 'system' }
  | { view: 'run'; id: string; section?: string }
  | { view: 'lost' };

/** Parts of a run's view that have an address of their own. */
export const runSections = ['steps', 'log', 'results', 'sites', 'configuration', 'files'] as const;

/** The place of an address's path. */
export function placeOf(pathname: string): Place {
  const [first, second, id, section, ...more] = pathname.split('/').filter(Boolean);
  if (first === undefined || (first === 'ui' && second === undefined)) return { view: 'runs' };
  if (first !== 'ui' || more.length > 0) return { view: 'lost' };
  if ((second === 'new' || second === 'system') && id === undefined) return { view: second };
  if (second !== 'runs' || id === undefined) return { view: 'lost' };
  if (section === undefined) return { view: 'run', id };
  return (runSections as readonly string[]).includes(section)
    ? { view: 'run', id, section }
    : { view: 'lost' };
}

/** The path of a run's view, or of a part of it. */
export function runPath(id: string, section?: string): string {
  return `/ui/runs/${encodeURIComponent(id)}${section === undefined ? '' : `/${section}`}`;
}

/** The path of a run in the API, which hides whatever the id may hold. */
export function runApi(id: string, ...rest: string[]): string {
  return ['/runs', id, ...rest].map((part, i) => (i === 0 ? part : encodeURIComponent(part))).join('/');
}
