import type { GunzipError } from './types.js';

/** The error for a damaged gzip stream. */
export function gunzipError(
  message: string,
  place: string,
  isTruncated = false,
  cause?: unknown,
): GunzipError {
  return Object.assign(new Error(message, { cause }), { isTruncated, place });
}

export const TRAILING = 'bytes that belong to no gzip member, expected the end of the file';
export const CUT_SHORT = 'the stream ends before its end mark';
