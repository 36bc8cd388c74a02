/** What workers do for `gtk rna`: it has no tasks of a run folder, only pieces. */
import { countReads } from './reads/count-reads.js';

export const pieces = { countReads };
