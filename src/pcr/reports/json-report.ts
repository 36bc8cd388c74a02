/** Reads the JSON that a program reports in, and takes nothing for granted in it. */
import { readFileSync } from 'node:fs';
import type { GtkError } from '../../errors.js';

/** A report, or a part of one. */
export class JsonReport {
  private constructor(
    private readonly value: Record<string, unknown>,
    private readonly place: string,
    private readonly refuse: (reason: string) => GtkError,
  ) {}

  /** @param refuse makes the error of what is wrong */
  static read(file: string, refuse: (reason: string) => GtkError): JsonReport {
    let value: unknown;
    try {
      value = JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
      throw refuse(`its JSON report cannot be read: ${error instanceof SyntaxError ? 'no JSON' : 'missing'}`);
    }
    return new JsonReport(asObject(value), '', refuse);
  }

  part(key: string): JsonReport {
    return new JsonReport(asObject(this.value[key]), `${this.place}${key}.`, this.refuse);
  }

  number(key: string): number {
    const found = this.value[key];
    if (typeof found === 'number') return found;
    throw this.refuse(`its JSON report has no number ${this.place}${key}`);
  }

  /** Null where the report has none. */
  optionalNumber(key: string): number | null {
    const found = this.value[key];
    return typeof found === 'number' ? found : null;
  }

  text(key: string): string {
    const found = this.value[key];
    return typeof found === 'string' ? found : 'unknown';
  }

  /** All numbers in it. */
  numbers(): Record<string, number> {
    const entries = Object.entries(this.value).filter(([, found]) => typeof found === 'number');
    return Object.fromEntries(entries) as Record<string, number>;
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
