/** Gathering CDS lines into coding sequences. */
import type { CdsSegment, CodingTranscript } from './annotation.js';

/** A segment with what its line says about its place among the others. */
export interface CdsPart {
  segment: CdsSegment;
  /** The line's own ID; GFF3 only. */
  id: string | undefined;
  /** GFF3 `part`: the segment's rank in the order of transcription, where that is not the order on the contig. */
  part: number | undefined;
  /** GFF3 `exception=trans-splicing`: the pieces come from separate transcripts, in the order of the file. */
  transSpliced: boolean;
}

/** All CDS lines that name the same parent on the same contig. */
export interface CdsGroup {
  name: string;
  gene: string;
  contig: string;
  parts: CdsPart[];
}

/** The coding sequences of a group: one, unless its lines carry the IDs of several. */
export function codingTranscripts(group: CdsGroup): CodingTranscript[] {
  const first = group.parts[0]!.id;
  if (group.parts.every((part) => part.id === first)) return [transcript(group, group.name, group.parts)];
  const byId = new Map<string | undefined, CdsPart[]>();
  for (const part of group.parts) {
    const lines = byId.get(part.id);
    if (lines) lines.push(part);
    else byId.set(part.id, [part]);
  }
  if (idsAreSequences(group.parts, byId)) {
    return [...byId].map(([id, parts]) => transcript(group, id ?? group.name, parts));
  }
  return [transcript(group, group.name, group.parts)];
}

/**
 * Whether the IDs under one parent name coding sequences rather than lines. By the GFF3 specification they do
 * (an mRNA with two start codons has two CDS, each of several lines with one ID; so has a viral gene with a
 * ribosomal frameshift), but some gene finders number each line: then no ID occurs twice and no two lines overlap.
 */
function idsAreSequences(parts: CdsPart[], byId: Map<string | undefined, CdsPart[]>): boolean {
  for (const [id, lines] of byId) if (id !== undefined && lines.length > 1) return true;
  const sorted = parts.map((part) => part.segment).sort((a, b) => a.start - b.start);
  return sorted.some((segment, i) => i > 0 && segment.start <= sorted[i - 1]!.end);
}

function transcript(group: CdsGroup, name: string, parts: CdsPart[]): CodingTranscript {
  return { name, gene: group.gene, contig: group.contig, segments: inTranscriptionOrder(parts) };
}

function inTranscriptionOrder(parts: CdsPart[]): CdsSegment[] {
  const segments = parts.map((part) => part.segment);
  if (parts.length === 1) return segments;
  const ranks = new Set(parts.map((part) => part.part));
  if (ranks.size === parts.length && !ranks.has(undefined)) {
    return parts.toSorted((a, b) => a.part! - b.part!).map((part) => part.segment);
  }
  const strand = segments[0]!.strand;
  if (parts.some((part) => part.transSpliced || part.segment.strand !== strand)) return segments;
  return strand === '+'
    ? segments.sort((a, b) => a.start - b.start || a.end - b.end)
    : segments.sort((a, b) => b.end - a.end || b.start - a.start);
}
