/** Throws a TypeError unless the value is a whole number from 0 to 2^53 - 1. */
export function requireInteger(value: unknown, name: string): void {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new TypeError(`${name} must be a whole number`);
}

/** Throws a TypeError unless the value is such a number or Infinity. */
export function requireLimit(value: unknown): void {
  if (value !== Number.POSITIVE_INFINITY) requireInteger(value, 'limit');
}
