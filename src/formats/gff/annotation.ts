/** What an annotation says about coding sequences, whichever dialect it came in. */

export type Strand = '+' | '-';

/** One CDS line: a stretch of a contig. */
export interface CdsSegment {
  /** First base, counted from 1. */
  start: number;
  /** Last base, inclusive; beyond the contig's length where the segment crosses the origin of a circular one. */
  end: number;
  strand: Strand;
  /** Bases before the segment's first whole codon (column 8); undefined where the file has `.`. */
  phase: 0 | 1 | 2 | undefined;
  /** Line of the annotation, counted from 1. */
  line: number;
}

/** One coding sequence: the segments that are spliced together. */
export interface CodingTranscript {
  name: string;
  gene: string;
  contig: string;
  /** In the order of transcription, at least one. */
  segments: CdsSegment[];
}

/** The coding sequences of a GFF3 or GTF file. Plain data: it can be sent to another thread. */
export interface Annotation {
  path: string;
  /** By contig, in the order in which contigs and, within them, coding sequences first appear in the file. */
  transcripts: Map<string, CodingTranscript[]>;
  /** Lengths of the contigs that the file declares circular (`Is_circular=true`), in bases. */
  circular: Map<string, number>;
}

/** Counts for the summary of a run. */
export interface AnnotationSummary {
  contigs: number;
  genes: number;
  transcripts: number;
  /** CDS lines, once for each coding sequence that they belong to. */
  cds_segments: number;
  /** Segments after the first whose phase is not the one that splicing gives: frameshifts and faults of the file. */
  phase_disagreements: number;
}

export function annotationSummary(annotation: Annotation): AnnotationSummary {
  const summary = {
    contigs: annotation.transcripts.size,
    genes: 0,
    transcripts: 0,
    cds_segments: 0,
    phase_disagreements: 0,
  };
  for (const transcripts of annotation.transcripts.values()) {
    summary.genes += new Set(transcripts.map((transcript) => transcript.gene)).size;
    summary.transcripts += transcripts.length;
    for (const { segments } of transcripts) {
      summary.cds_segments += segments.length;
      summary.phase_disagreements += phaseDisagreements(segments);
    }
  }
  return summary;
}

function phaseDisagreements(segments: CdsSegment[]): number {
  let disagreements = 0;
  let bases = -(segments[0]!.phase ?? 0);
  for (const segment of segments) {
    // Bases still missing from the codon that the segments so far left open; none is open before the first.
    const expected = bases < 0 ? -bases : (3 - (bases % 3)) % 3;
    if (segment.phase !== undefined && segment.phase !== expected) disagreements += 1;
    bases += segment.end - segment.start + 1;
  }
  return disagreements;
}
