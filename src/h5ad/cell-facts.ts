/** What `obs` says of each cell before any of the matrix is read: its donor and its age. */
import { columnTexts, type Frame } from '../formats/anndata/frame.js';
import { ageOfStage } from './age.js';
import { donorColumns } from './split.js';

export const STAGE_COLUMN = 'development_stage';
/** Cells read at once from columns of text. */
const SLAB = 1 << 18;

/** A column of text as codes; -1 is missing, as is empty text. */
export interface Labels {
  column: string;
  /** Distinct labels in the order of {@link codes}. */
  labels: string[];
  codes: Int32Array;
}

/** The labels of a column, categorical or of any other type. */
export function readLabels(frame: Frame, column: string): Labels {
  const codes = new Int32Array(frame.rows).fill(-1);
  const numbers = new Map<string, number>();
  const code = (label: string) => {
    if (label === '') return -1;
    let number = numbers.get(label);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(label, number);
    }
    return number;
  };
  for (let start = 0; start < frame.rows; start += SLAB) {
    const end = Math.min(frame.rows, start + SLAB);
    const found = frame.read(column, start, end);
    if (found.type === 'categorical') {
      const known = found.categories.map(code);
      for (let i = 0; i < end - start; i++) codes[start + i] = known[found.codes[i]!] ?? -1;
    } else codes.set(columnTexts(found).map(code), start);
  }
  return { column, labels: [...numbers.keys()], codes };
}

/** The column that tells the donors, if there is one. */
export function donorColumn(obs: Frame): string | undefined {
  return donorColumns.find((name) => obs.has(name));
}

/** Who gave each cell, if the file says so. */
export function readDonors(obs: Frame): Labels | undefined {
  const column = donorColumn(obs);
  return column === undefined ? undefined : readLabels(obs, column);
}

/** The age of each cell in years, NaN where there is none, and the labels it was read from. */
export function readAges(obs: Frame): { ages: Float64Array; stages: Labels | undefined } {
  const ages = new Float64Array(obs.rows).fill(Number.NaN);
  if (!obs.has(STAGE_COLUMN)) return { ages, stages: undefined };
  const stages = readLabels(obs, STAGE_COLUMN);
  const years = stages.labels.map(ageOfStage);
  for (let i = 0; i < ages.length; i++) ages[i] = years[stages.codes[i]!] ?? Number.NaN;
  return { ages, stages };
}
