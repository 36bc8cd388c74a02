import { gtkError } from '../../errors.js';
import { referenceGunzip } from '../../kernels/gunzip/reference.js';
import type { GunzipError, GunzipKernel } from '../../kernels/gunzip/types.js';

/**
 * The text of a gzip stream (RFC 1952): any number of members one after another, then, as gzip allows,
 * zero bytes as padding. CRC and length of every member are checked. Memory: the chunk under way and
 * up to 2 MiB of text.
 *
 * @param path for messages
 * @param kernel unless another is given, one that inflates beside the calling thread and gives every chunk of
 *   text memory of its own
 * @throws GTK_TRUNCATED, GTK_CORRUPT with the place in the compressed stream
 */
export async function* gunzip(
  source: AsyncIterable<Uint8Array>,
  path: string,
  kernel: GunzipKernel = referenceGunzip(),
): AsyncGenerator<Uint8Array> {
  try {
    yield* kernel.gunzip(source);
  } catch (thrown) {
    const { isTruncated, place, message } = thrown as GunzipError;
    if (isTruncated === undefined) throw thrown;
    const where = { path, format: 'gzip', place };
    throw isTruncated
      ? gtkError('GTK_TRUNCATED', where, thrown)
      : gtkError('GTK_CORRUPT', { ...where, found: message }, thrown);
  }
}
