import type { Hdf5Dataset } from './dataset.js';
import type { NumberArray } from './elements.js';

/** Values a call of the library: enough to make up for its opening the dataset anew each time. */
const sliceValues = 1 << 20;

/**
 * Values of which calls of the library should begin at multiples, so that no chunk is inflated twice: about
 * `target`, but at most eight times that, however large the chunks are.
 */
export function sliceLength(chunk: number | undefined, target = sliceValues): number {
  if (!chunk) return target;
  return Math.min(Math.max(1, Math.floor(target / chunk)) * chunk, 8 * target);
}

/**
 * Goes through the numbers `start` to `end` of a dataset of one dimension in slices of about a million.
 *
 * @param use gets a view that is valid only within it, and the position of its first value; it must not
 *   call the library
 * @throws GTK_HDF5_DAMAGED
 */
export function eachSlice(
  dataset: Hdf5Dataset,
  start: number,
  end: number,
  use: (values: NumberArray, at: number) => void,
): void {
  const step = sliceLength(dataset.chunks?.[0]);
  for (let at = start; at < end; ) {
    const next = Math.min(end, (Math.floor(at / step) + 1) * step);
    dataset.withNumbers([at], [next - at], (values) => use(values, at));
    at = next;
  }
}
