/** Inflating gzip (RFC 1952). */
export interface GunzipKernel {
  readonly name: string;
  /**
   * The text of any number of gzip members one after another, then, as gzip allows, zero bytes as padding. CRC and
   * length of every member are checked. A chunk of text is valid until the next one is asked for.
   *
   * @throws a {@link GunzipError}, or what the source throws
   */
  gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
}

/** What {@link GunzipKernel.gunzip} throws; the message says what was found. */
export interface GunzipError extends Error {
  /** True if the stream ends before its end mark. */
  isTruncated: boolean;
  /** In the compressed stream: `byte 12`, `bytes 0 to 262144`. */
  place: string;
}
