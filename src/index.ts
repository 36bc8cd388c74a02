/** gtk as a library: the pure parts of its jobs, and the readers and writers under them. */
export { adaptationModel } from './codon/adaptation-model.js';
export {
  codonNames,
  codonNumber,
  type GeneticCode,
  geneticCode,
  geneticCodeIds,
} from './codon/genetic-code.js';
export { createIndexer, type IndexValues, indexColumns } from './codon/indices/index.js';
export { rscu } from './codon/rscu.js';
export { type UsageRow, usageRows } from './codon/usage.js';
export { type ErrorRecord, ExitStatus, GtkError } from './errors.js';
export { sniff } from './formats/fasta/sniff.js';
export { openText } from './formats/fasta/text.js';
export { codonKernel } from './kernels/codons/index.js';
export type { CodonBatch, CodonCounter, CodonKernel, CounterOptions } from './kernels/codons/types.js';
