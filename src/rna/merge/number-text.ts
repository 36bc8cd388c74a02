/**
 * Numbers as pandas reads and writes them, so that tables are those of amalgkit: the shortest decimal that
 * reads back as the same double, in the form of Python's `repr`.
 */

/** The most bytes that one number takes. */
export const longestNumber = 26;

/** Powers of ten that are exact as doubles. */
const powers = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** Of decimals with so many digits no two read as the same double. */
const DISTINCT = 1e15;

/** What {@link parseNumber} read. */
export interface Parsed {
  /** NaN where the text is no number, or not finite. */
  value: number;
  /** It stands there without point and exponent: pandas takes a column of such numbers for integers. */
  whole: boolean;
}

/** Reads a decimal of ASCII characters between two places, into `into`: no object a number. */
export function parseNumber(bytes: Uint8Array, start: number, end: number, into: Parsed): void {
  let digits = 0;
  let mantissa = 0;
  let exponent = 0;
  let at = start;
  let byte = bytes[at]!;
  for (; byte >= 48 && byte <= 57 && at < end; byte = bytes[++at]!) {
    mantissa = 10 * mantissa + byte - 48;
    digits += 1;
  }
  into.whole = at === end;
  if (byte === 46 && at < end) {
    for (byte = bytes[++at]!; byte >= 48 && byte <= 57 && at < end; byte = bytes[++at]!) {
      mantissa = 10 * mantissa + byte - 48;
      digits += 1;
      exponent -= 1;
    }
  }
  // Both the digits and the power of ten are exact doubles then, so that one operation rounds correctly.
  if (at === end && digits > 0 && mantissa < DISTINCT && exponent >= -22) {
    into.value = exponent === 0 ? mantissa : mantissa / powers[-exponent]!;
    return;
  }
  const text = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 64)));
  const isNumber = end - start <= 64 && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  const value = isNumber ? Number(text) : Number.NaN;
  into.value = Number.isFinite(value) ? value : Number.NaN;
}

/**
 * Writes a finite number at `at`, without looking at the buffer's length.
 *
 * @param whole whether the column holds integers alone; in others, whole numbers end in `.0`
 * @returns where it stopped
 */
export function putNumber(bytes: Uint8Array, at: number, value: number, whole: boolean): number {
  if (value >= 0 && value < DISTINCT) {
    if (value === Math.floor(value)) {
      const end = putInteger(bytes, at, value, 1);
      return whole ? end : putPoint(bytes, end, 0, 1);
    }
    if (value >= 1e-4) {
      for (let decimals = 1; decimals < 20; decimals++) {
        const scaled = Math.round(value * powers[decimals]!);
        if (scaled >= DISTINCT) break;
        if (scaled / powers[decimals]! !== value) continue;
        const integer = Math.floor(value);
        const end = putInteger(bytes, at, integer, 1);
        return putPoint(bytes, end, scaled - integer * powers[decimals]!, decimals);
      }
    }
  }
  const text = pythonText(value, whole);
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}

/** A finite number as Python's `repr` writes a float, or an int where `whole`. */
export function pythonText(value: number, whole = false): string {
  if (whole) return BigInt(value).toString();
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits, exponent] = value.toExponential().split('e') as [string, string];
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function putPoint(bytes: Uint8Array, at: number, fraction: number, decimals: number): number {
  bytes[at] = 46;
  return putInteger(bytes, at + 1, fraction, decimals);
}

/** An integer below 10^15, filled up with zeros to so many digits. */
function putInteger(bytes: Uint8Array, at: number, value: number, least: number): number {
  let digits = least;
  while (digits < 16 && value >= powers[digits]!) digits += 1;
  let rest = value;
  let i = at + digits;
  for (; rest >= 2 ** 31; i--) {
    const tenth = Math.floor(rest / 10);
    bytes[i - 1] = 48 + rest - tenth * 10;
    rest = tenth;
  }
  for (let small = rest | 0; i > at; i--) {
    const tenth = (small / 10) | 0;
    bytes[i - 1] = 48 + small - tenth * 10;
    small = tenth;
  }
  return at + digits;
}
