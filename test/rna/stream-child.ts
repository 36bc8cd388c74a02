/** Streams one run in a process of its own, which a test may kill or limit: `stream-child.ts GIVEN`, as JSON. */
import type { Sample } from '../../src/rna/sample.js';
import { stream, streamShop } from './stream-setup.js';

/** What it is told. */
export interface Given {
  /** Origins of the archives. */
  values: Record<string, string>;
  sample: Sample;
  folder: string;
  index: string;
}

const { values, sample, folder, index } = JSON.parse(process.argv[2]!) as Given;
const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
const shop = streamShop(
  { values },
  {
    tell: say,
    received: (bytes) => say({ type: 'received', bytes }),
  },
);
say({ type: 'result', ...(await stream(sample, folder, index, shop)) });
