/** Small h5ad files that a test writes with h5py. */
import { fileURLToPath } from 'node:url';
import { runPython } from '../formats/hdf5/h5py.js';

export { hasH5py } from '../formats/hdf5/h5py.js';

const module = fileURLToPath(new URL('.', import.meta.url));

/**
 * Writes files into a folder with Python statements, all in one process; what `h5ad_files.py` defines is
 * theirs, above all `h5ad(name, ...)`, which gives an open file.
 */
export function writeH5ads(folder: string, statements: string): void {
  const start = `import os, sys; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1])
from h5ad_files import *
os.chdir(sys.argv[2])
`;
  runPython('-c', start + statements, module, folder);
}
