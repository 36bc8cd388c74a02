// npm run demo: counts the codons of the yeast coding sequences that the repository carries, with a report.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { root, run, setup } from './setup.mjs';

const input = 'test/data/codon/yeast_cds.fa.gz';
const out = 'results/demo';

setup();
const status = run(process.execPath, [
  'dist/cli/main.js',
  'codon',
  input,
  '--rscu',
  '--report',
  '--out',
  out,
  ...process.argv.slice(2),
]);
if (status === 0) {
  const reports = readdirSync(path.join(root, out)).filter((name) => name.endsWith('.html'));
  console.error(`\nResults: ${path.join(root, out)}`);
  for (const name of reports) console.error(`Report:  ${path.join(root, out, name)} (open it in a browser)`);
}
process.exitCode = status;
