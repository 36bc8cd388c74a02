/** Registered genomes that take seconds to index, made once for all test files and processes. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { GtkError } from '../../src/errors.js';
import { type AddRequest, addReference } from '../../src/pcr/references/add.js';
import { openReference } from '../../src/pcr/references/find.js';
import { testData } from '../run-gtk.js';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** The genomes, with what they are made from. */
const genomes = {
  yeast: { fasta: testData('pcr/yeast_R64-1-1.fa.zst'), genes: testData('pcr/yeast_R64-1-1.genes.gtf.gz') },
  lambda: { fasta: testData('pcr/lambda_virus.fa.gz') },
};

/** What makes them is part of the name, so that a change of it makes them anew. */
function key(): string {
  const hash = createHash('sha256');
  const sources = path.join(project, 'src/pcr/references');
  const files = readdirSync(sources).map((name) => path.join(sources, name));
  for (const file of [...Object.values(genomes).flatMap((made) => Object.values(made)), ...files.sort()])
    hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

/** The folder of genomes that holds `yeast`, with genes, and `lambda`, without. Nothing may be written there. */
export async function yeastReference(): Promise<string> {
  const root = path.join(project, 'results/test-genomes', key());
  for (const [name, made] of Object.entries(genomes)) {
    const { signal } = new AbortController();
    if (!openReference(root, name)) await addUnlessKnown({ ...made, root, name, signal, log: () => {} });
  }
  return root;
}

/** Another process may be as far as that between a look and the call. */
async function addUnlessKnown(request: AddRequest): Promise<void> {
  await addReference(request).catch((error: unknown) => {
    if (!(error instanceof GtkError) || error.code !== 'GTK_GENOME_EXISTS') throw error;
  });
}

/** The yeast genome as plain FASTA. */
export async function unpackedYeast(): Promise<string> {
  return path.join(await yeastReference(), 'yeast/yeast.fa');
}
