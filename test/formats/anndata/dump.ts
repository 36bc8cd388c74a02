import { fileURLToPath } from 'node:url';
import { runPython } from '../hdf5/h5py.js';

/** What `dump.py` says of an AnnData file. */
export interface Dump {
  obs: DumpedFrame;
  var: DumpedFrame;
  rawVar: DumpedFrame | null;
  matrices: Record<string, DumpedMatrix>;
  organism: string | null;
}

export interface DumpedFrame {
  indexName: string;
  index: string[];
  columns: DumpedColumn[];
}

/** Integers and floats are text. */
export type DumpedColumn =
  | { name: string; type: 'categorical'; categories: string[]; codes: number[] }
  | { name: string; type: 'text' | 'boolean' | 'integer' | 'float'; values: (string | boolean | null)[] };

export interface DumpedMatrix {
  encoding: string;
  shape: [number, number];
  stored: number;
  valueType: string;
  sum: string;
  rowLengths: number[];
  /** CRC-32 of each row's columns as int32 and values as float64. */
  rowSums: number[];
}

/** What h5py reads of an AnnData file. */
export function dump(path: string): Dump {
  return JSON.parse(runPython(fileURLToPath(new URL('dump.py', import.meta.url)), path));
}
