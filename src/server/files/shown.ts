/** Which files of a run are for clients. */

/** Not what is half written, and not how a step's process tells the server that it ended. */
export function isShown(parts: readonly string[]): boolean {
  return (
    parts[0] !== 'tmp' && !parts.some((part) => part.startsWith('.')) && !parts.at(-1)!.endsWith('.exit')
  );
}
