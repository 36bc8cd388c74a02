/**
 * Numbers and text as reports print them. Written out rather than left to `Intl`, whose output
 * follows the ICU data of the Node at hand, while a report must be the same everywhere.
 */

/** Stands where a value is undefined. */
export const NOTHING = '–';

/** A whole number with thousands separated: `2,920,667`. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** A number with that many decimals and a true minus sign, or a dash if there is none. */
export function fixed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
  return value.toFixed(decimals).replace(/^-/, '−');
}

/** A share of 1 in per cent: `39.8 %`. */
export function percent(share: number | null | undefined, decimals = 1): string {
  const text = fixed(share === null || share === undefined ? null : share * 100, decimals);
  return text === NOTHING ? text : `${text} %`;
}

const SUFFIXES = ['', 'k', 'M', 'G', 'T', 'P'];

/** A count in three digits at most, for axes and headlines: `950`, `2.92M`, `47.1M`. */
export function compact(value: number): string {
  let scaled = value;
  let step = 0;
  while (scaled >= 999.5 && step < SUFFIXES.length - 1) {
    scaled /= 1000;
    step += 1;
  }
  const decimals = step === 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  const digits = scaled.toFixed(decimals);
  return `${digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits}${SUFFIXES[step]}`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** A size in decimal units: `3.1 MB`. */
export function byteSize(bytes: number): string {
  let scaled = bytes;
  let step = 0;
  while (scaled >= 999.95 && step < BYTE_UNITS.length - 1) {
    scaled /= 1000;
    step += 1;
  }
  return `${step === 0 ? scaled : scaled.toFixed(1)} ${BYTE_UNITS[step]}`;
}

/** The text itself, or its two ends with `…` between them if it is longer than `limit` characters. */
export function shorten(text: string, limit: number): string {
  const characters = Array.from(text);
  if (characters.length <= limit) return text;
  const tail = Math.floor((limit - 1) / 2);
  return `${characters.slice(0, limit - 1 - tail).join('')}…${characters.slice(-tail).join('')}`;
}

/** `1 sequence`, `2 sequences`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(value)} ${value === 1 ? noun : plural}`;
}
