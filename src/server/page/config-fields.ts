/** Form fields for the settings of a run, made from the table of its columns. */
import { type Column, columns, type RunConfig } from '../../pcr/config/columns.js';
import { readValue } from '../../pcr/config/values.js';
import type { Genome } from './answers.js';
import type { FieldFault } from './api.js';
import { h } from './dom.js';
import { field } from './field.js';
import { choiceWords, labelOf } from './labels.js';

type Value = string | number | boolean | null;
type Control = HTMLInputElement | HTMLSelectElement;

/** A field for each column that is asked for, and what stands in them. */
export class ConfigFields {
  readonly #controls = new Map<string, Control>();
  readonly #genomes: readonly Genome[];

  /** @param genomes what can be chosen */
  constructor(genomes: readonly Genome[]) {
    this.#genomes = genomes;
  }

  /** The field of a column with its label and help. */
  element(name: keyof RunConfig, help?: string): HTMLElement {
    const column = columns.find((one) => one.name === name)!;
    const control = this.#control(column);
    this.#controls.set(name, control);
    return field(labelOf(column), control, help ?? column.summary);
  }

  #control(column: Column): Control {
    const { name, kind } = column;
    if (kind === 'boolean') return h('input', { type: 'checkbox', name });
    if (kind === 'genome') return genomeSelect(name, this.#genomes);
    if (kind === 'choice') {
      const none = column.default === null ? [''] : [];
      return select(name, [...none, ...column.choices!], { ...choiceWords, '': 'none' });
    }
    if (kind === 'integer' || kind === 'number') {
      const step = kind === 'integer' ? 1 : 'any';
      return h('input', { type: 'number', name, step, min: column.min, max: column.max, required: true });
    }
    const isCode = kind === 'bases' || kind === 'umi';
    return h('input', {
      type: 'text',
      name,
      class: isCode && 'code',
      autocomplete: 'off',
      spellcheck: 'false',
      autocapitalize: isCode && 'characters',
    });
  }

  /** Puts values into their fields. */
  set(values: Readonly<Partial<Record<keyof RunConfig, Value>>>): void {
    for (const [name, value] of Object.entries(values)) {
      const control = this.#controls.get(name);
      if (!control) continue;
      if (isCheckBox(control)) control.checked = value === true;
      else {
        const text = value === null || value === undefined ? '' : String(value);
        if (control instanceof HTMLSelectElement) offer(control, text);
        control.value = text;
      }
    }
  }

  /** What stands in the fields, as it was typed; boxes are `true` or `false`. */
  texts(): Record<string, string> {
    const entries = [...this.#controls].map(([name, control]) => [
      name,
      isCheckBox(control) ? String(control.checked) : control.value.trim(),
    ]);
    return Object.fromEntries(entries);
  }

  /** The values of the fields, and what is wrong with those that have none. */
  read(): { values: Record<string, Value>; faults: FieldFault[] } {
    const values: Record<string, Value> = {};
    const faults: FieldFault[] = [];
    for (const [name, text] of Object.entries(this.texts())) {
      const read = readValue(columns.find((column) => column.name === name)!, text);
      if ('message' in read) faults.push({ field: name, message: read.message });
      else values[name] = read.value;
    }
    return { values, faults };
  }
}

function isCheckBox(control: Control): control is HTMLInputElement {
  return control instanceof HTMLInputElement && control.type === 'checkbox';
}

function select(name: string, values: readonly string[], words: Record<string, string>): HTMLSelectElement {
  return h(
    'select',
    { name },
    values.map((value) => h('option', { value }, words[value] ?? value)),
  );
}

/** Registered genomes first; the others can only be fetched or added. */
function genomeSelect(name: string, genomes: readonly Genome[]): HTMLSelectElement {
  const options = (isRegistered: boolean) =>
    genomes
      .filter(({ registered }) => registered === isRegistered)
      .map((genome) => h('option', {}, genome.name));
  const others = options(false);
  return h(
    'select',
    { name },
    h('option', { value: '' }, 'Choose a genome'),
    options(true),
    others.length > 0 && h('optgroup', { label: 'Known, but not registered here' }, others),
  );
}

/** A genome that is gone, or is yet to be fetched, can still be a run's. */
function offer(control: HTMLSelectElement, value: string): void {
  const isThere = [...control.options].some((option) => option.value === value);
  if (!isThere) control.append(h('option', { value }, `${value} (not registered)`));
}
