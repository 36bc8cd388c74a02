// Stands in for cliui and string-width in the bundle: gtk prints help of its own, so yargs never asks for a layout.
export default function noLayout() {
  throw new Error('yargs was asked for help, which gtk prints itself');
}
