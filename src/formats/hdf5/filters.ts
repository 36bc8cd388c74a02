import { gtkError } from '../../errors.js';

/** Filters that the library has built in or as plugins, by their registered number. */
const readable = new Map([
  [1, 'gzip'],
  [2, 'shuffle'],
  [3, 'fletcher32'],
  [4, 'szip'],
  [5, 'nbit'],
  [6, 'scale-offset'],
  [307, 'bzip2'],
  [32000, 'LZF'],
  [32001, 'blosc'],
  [32004, 'LZ4'],
  [32008, 'bitshuffle'],
  [32013, 'ZFP'],
  [32015, 'zstd'],
  [32026, 'blosc2'],
]);

/** Others that files are met with, so that the message can name them. */
const others = new Map([
  [32017, 'SZ'],
  [32018, 'FCIDECOMP'],
  [32019, 'JPEG'],
  [32022, 'BitGroom'],
  [32023, 'Granular BitRound'],
  [32024, 'SZ3'],
  [32028, 'JPEG-XL'],
]);

/**
 * Refuses a dataset with a filter that cannot be undone.
 *
 * @throws GTK_HDF5_FILTER
 * @see https://github.com/HDFGroup/hdf5_plugins/blob/master/docs/RegisteredFilterPlugins.md
 */
export function checkFilters(
  filters: readonly { id: number; name: string }[],
  path: string,
  place: string,
): void {
  const unknown = filters.find(({ id }) => !readable.has(id));
  if (!unknown) return;
  const name = others.get(unknown.id) || /^[\x20-\x7e]+/.exec(unknown.name)?.[0].trim().slice(0, 40);
  throw gtkError('GTK_HDF5_FILTER', {
    path,
    place,
    filter: name ? `${name} (filter ${unknown.id})` : `filter ${unknown.id}`,
    readable: [...readable.values()].join(', '),
  });
}
