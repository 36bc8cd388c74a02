/** The error for a file that ends at byte `found`, before byte `expected`; shaped like those of node:fs. */
export function endOfFileError(found: number, expected: number): NodeJS.ErrnoException {
  const error = new Error(`EOF: the file ends at byte ${found}, before byte ${expected}, read`);
  return Object.assign(error, { code: 'EOF', errno: -4095, syscall: 'read' });
}
