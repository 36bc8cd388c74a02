/** Names of datasets: the folders that hold what becomes of each file. */

import path from 'node:path';

/** Names that stand for another folder, or for that of the run itself. */
const taken = ['', '.', '..', '.gtk'];

/**
 * The name of the dataset that a file gives, which is safe as the name of a folder: each character but
 * letters and digits of any script, `_`, `-` and `.` becomes `_`; runs of `_` become one, and go at both
 * ends. What is left of nothing, or would name another folder, is `dataset`. Accents are first joined with
 * their letters (Unicode NFC), since some file systems store them apart.
 *
 * @param fileStem name of the file without `.h5ad`
 */
export function datasetName(fileStem: string): string {
  const name = fileStem
    .normalize('NFC')
    .replace(/[^\p{L}\p{Nd}_.-]/gu, '_')
    .replace(/_+/g, '_')
    .replace(/^_|_$/g, '');
  return taken.includes(name) ? 'dataset' : name;
}

/** The name of a file without its folder and `.h5ad`. */
export function fileStem(file: string): string {
  // path.basename(file, '.h5ad') would leave '.h5ad' as it is.
  return path.basename(file).replace(/\.h5ad$/, '');
}

/**
 * A name for each file that no file before it has: where {@link datasetName} gives one again, `_2`, `_3` …
 * follow it.
 *
 * @returns names in the order of the files, and a sentence for each that was changed
 */
export function datasetNames(files: readonly string[]): { names: string[]; warnings: string[] } {
  const used = new Set<string>();
  const warnings: string[] = [];
  const names = files.map((file) => {
    const wanted = datasetName(fileStem(file));
    let name = wanted;
    for (let number = 2; used.has(name); number++) name = `${wanted}_${number}`;
    used.add(name);
    if (name !== wanted) warnings.push(`${file} becomes ${name}: an earlier file becomes ${wanted}`);
    return name;
  });
  return { names, warnings };
}
