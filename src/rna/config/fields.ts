/** Values of a configuration by their keys, each checked for what it should be. */
import os from 'node:os';
import path from 'node:path';
import { type GtkError, gtkError } from '../../errors.js';

const yes = ['true', 'yes', 'on', '1', 'y'];
const no = ['false', 'no', 'off', '0', 'n'];

/** A map of the file, or of a map within it. An empty value counts as not given. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;

  /** @throws GTK_RNA_CONFIG unless it is a map */
  constructor(
    private readonly file: string,
    /** Keys on the way to it. */
    private readonly place: readonly string[],
    value: unknown,
  ) {
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isMap && value !== undefined && value !== null) throw this.#fault([], value, 'keys with values');
    this.#values = isMap ? (value as Record<string, unknown>) : {};
  }

  get keys(): string[] {
    return Object.keys(this.#values);
  }

  get values(): Readonly<Record<string, unknown>> {
    return this.#values;
  }

  /** The map of that key, empty if there is none. @throws GTK_RNA_CONFIG */
  map(key: string): Fields {
    return new Fields(this.file, [...this.place, key], this.#values[key]);
  }

  /** @throws GTK_RNA_CONFIG */
  text(key: string): string | undefined {
    const value = this.#values[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string' && typeof value !== 'number') throw this.#fault([key], value, 'a text');
    return String(value).trim() || undefined;
  }

  /** A path, absolute from `root`. @throws GTK_RNA_CONFIG */
  path(key: string, root: string): string | undefined {
    const text = this.text(key);
    return text === undefined ? undefined : absolutePath(text, root);
  }

  /** A word that YAML 1.1 takes for true or false, as well as 1 and 0. @throws GTK_RNA_CONFIG */
  flag(key: string): boolean | undefined {
    const value = this.#values[key];
    if (value === undefined || value === null) return undefined;
    const word = String(value).trim().toLowerCase();
    if (yes.includes(word)) return true;
    if (no.includes(word)) return false;
    throw this.#fault([key], value, 'yes or no');
  }

  /** A whole number of at least 1. @throws GTK_RNA_CONFIG */
  count(key: string): number | undefined {
    const value = this.number(key);
    if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) return value;
    throw this.#fault([key], value, 'a whole number of at least 1');
  }

  /** A number of at least 0. @throws GTK_RNA_CONFIG */
  number(key: string): number | undefined {
    const value = this.#values[key];
    if (value === undefined || value === null) return undefined;
    const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
    if (
      typeof value === 'object' ||
      typeof value === 'boolean' ||
      !(number >= 0 && number < Number.POSITIVE_INFINITY)
    )
      throw this.#fault([key], value, 'a number of at least 0');
    return number;
  }

  /** Texts; a single one counts as a list of one. @throws GTK_RNA_CONFIG */
  list(key: string): string[] {
    const value = this.#values[key] ?? [];
    const items: unknown[] = Array.isArray(value) ? value : [value];
    const odd = items.find((item) => typeof item !== 'string' || item.trim() === '');
    if (odd !== undefined) throw this.#fault([key], odd, 'a list of texts');
    return (items as string[]).map((item) => item.trim());
  }

  /** The error for a value that must be given. */
  missing(key: string, expected: string): GtkError {
    return this.#fault([key], undefined, expected);
  }

  #fault(keys: string[], value: unknown, expected: string): GtkError {
    const place = [...this.place, ...keys].join('.') || 'the whole file';
    const found = value === undefined ? 'nothing' : (JSON.stringify(value)?.slice(0, 60) ?? 'nothing');
    return gtkError('GTK_RNA_CONFIG', { path: this.file, place, found, expected });
  }
}

/** A path as a configuration gives it, absolute: from `root`, or from the user's own folder after `~`. */
export function absolutePath(text: string, root: string): string {
  return path.resolve(
    root,
    text.replace(/^~(?=\/|$)/, () => os.homedir()),
  );
}
