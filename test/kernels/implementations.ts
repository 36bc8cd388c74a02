import { type Addon, chooseKernels } from '../../src/kernels/addon.js';
import { nativeCodons } from '../../src/kernels/codons/native.js';
import { referenceCodons } from '../../src/kernels/codons/reference.js';
import type { CodonKernel } from '../../src/kernels/codons/types.js';
import { nativeDeltaPacked } from '../../src/kernels/delta-packed/native.js';
import { referenceDeltaPacked } from '../../src/kernels/delta-packed/reference.js';
import type { DeltaPackedKernel } from '../../src/kernels/delta-packed/types.js';
import { nativeFastq } from '../../src/kernels/fastq/native.js';
import { referenceFastq } from '../../src/kernels/fastq/reference.js';
import type { FastqKernel } from '../../src/kernels/fastq/types.js';
import { nativeGunzip } from '../../src/kernels/gunzip/native.js';
import { referenceGunzip } from '../../src/kernels/gunzip/reference.js';
import type { GunzipKernel } from '../../src/kernels/gunzip/types.js';
import { nativeIndexTerms } from '../../src/kernels/index-terms/native.js';
import { referenceIndexTerms } from '../../src/kernels/index-terms/reference.js';
import type { IndexTermsKernel } from '../../src/kernels/index-terms/types.js';
import { nativeInflate } from '../../src/kernels/inflate/native.js';
import { referenceInflate } from '../../src/kernels/inflate/reference.js';
import type { InflateKernel } from '../../src/kernels/inflate/types.js';
import { nativePlainReads } from '../../src/kernels/plain-reads/native.js';
import { referencePlainReads } from '../../src/kernels/plain-reads/reference.js';
import type { PlainReadsKernel } from '../../src/kernels/plain-reads/types.js';
import { nativeRecords } from '../../src/kernels/records/native.js';
import { referenceRecords } from '../../src/kernels/records/reference.js';
import type { RecordKernel } from '../../src/kernels/records/types.js';
import { nativeRowText } from '../../src/kernels/row-text/native.js';
import { referenceRowText } from '../../src/kernels/row-text/reference.js';
import type { RowTextKernel } from '../../src/kernels/row-text/types.js';
import { nativeSentences } from '../../src/kernels/sentences/native.js';
import { referenceSentences } from '../../src/kernels/sentences/reference.js';
import type { SentenceKernel } from '../../src/kernels/sentences/types.js';
import { nativeTranspose } from '../../src/kernels/transpose/native.js';
import { referenceTranspose } from '../../src/kernels/transpose/reference.js';
import type { TransposeKernel } from '../../src/kernels/transpose/types.js';

const addon: Addon | undefined = chooseKernels({}).native?.addon;
const levels = addon?.levels() ?? [];

/** Every codon kernel that this machine can run; the first is the reference. */
export const codonKernels: CodonKernel[] = [
  referenceCodons,
  ...levels.map((level) => nativeCodons(addon!, level)),
];

/** Every record kernel that this machine can run; the first is the reference. */
export const recordKernels: RecordKernel[] = [
  referenceRecords,
  ...levels.map((level) => nativeRecords(addon!, level)),
];

/** Every row text kernel that this machine can run; the first is the reference. */
export const rowTextKernels: RowTextKernel[] = [referenceRowText, ...(addon ? [nativeRowText(addon)] : [])];

/** Every kernel of packed differences that this machine can run; the first is the reference. */
export const deltaPackedKernels: DeltaPackedKernel[] = [
  referenceDeltaPacked,
  ...(addon ? [nativeDeltaPacked(addon)] : []),
];

/** Every kernel of index terms that this machine can run; the first is the reference. */
export const indexTermsKernels: IndexTermsKernel[] = [
  referenceIndexTerms,
  ...(addon ? [nativeIndexTerms(addon)] : []),
];

/** Every inflating kernel that this machine can run; the first is the reference. */
export const inflateKernels: InflateKernel[] = [
  referenceInflate,
  ...levels.map((level) => nativeInflate(addon!, level)),
];

/** Every kernel that goes over plain reads. */
export const plainReadsKernels: PlainReadsKernel[] = [
  referencePlainReads,
  ...(addon ? [nativePlainReads(addon)] : []),
];

/** Every kernel that counts FASTQ on this machine; the first is the reference. */
export const fastqKernels: FastqKernel[] = [referenceFastq, ...(addon ? [nativeFastq(addon)] : [])];

/** Every kernel of gzip that this machine can run; the first is the reference. */
export const gunzipKernels: GunzipKernel[] = [
  referenceGunzip(),
  ...levels.map((level) => nativeGunzip(addon!, level)),
];

/** Every transposing kernel that this machine can run; the first is the reference. */
export const transposeKernels: TransposeKernel[] = [
  referenceTranspose,
  ...(addon ? [nativeTranspose(addon)] : []),
];

/** Every sentence kernel that this machine can run; the first is the reference. */
export const sentenceKernels: SentenceKernel[] = [
  referenceSentences,
  ...(addon ? [nativeSentences(addon)] : []),
];
