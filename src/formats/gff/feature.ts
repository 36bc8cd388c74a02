/** One line of GFF3 or GTF: nine columns separated by tabs. */
import { gtkError } from '../../errors.js';
import type { CdsSegment, Strand } from './annotation.js';

/** A line cut into the columns that coding sequences need. */
export interface FeatureLine {
  /** Column 1, still percent-encoded in GFF3. */
  seqid: string;
  /** Column 3. */
  type: string;
  start: string;
  end: string;
  strand: string;
  phase: string;
  /** Column 9. */
  attributes: string;
}

/** Where a line stands, for messages. */
export interface Place {
  path: string;
  line: number;
}

/**
 * Column 3 alone, after a check that all nine are there: most lines of an annotation are of no interest.
 *
 * @throws GTK_NOT_GFF
 */
export function featureType(line: Buffer, place: Place): string {
  let columns = 1;
  let typeStart = 0;
  let typeEnd = 0;
  for (let tab = line.indexOf(9); tab !== -1 && columns < 9; tab = line.indexOf(9, tab + 1)) {
    if (columns === 2) typeStart = tab + 1;
    if (columns === 3) typeEnd = tab;
    columns += 1;
  }
  if (columns < 9) {
    const start = JSON.stringify(line.toString('utf8', 0, 40));
    throw gtkError('GTK_NOT_GFF', {
      ...place,
      found: `${columns} column${columns === 1 ? '' : 's'} (${start}${line.length > 40 ? ' …' : ''})`,
    });
  }
  return line.toString('latin1', typeStart, typeEnd);
}

/** All columns of a line that {@link featureType} has passed. */
export function parseFeature(line: Buffer): FeatureLine {
  const columns = line.toString('utf8').split('\t');
  return {
    seqid: columns[0]!,
    type: columns[2]!,
    start: columns[3]!,
    end: columns[4]!,
    strand: columns[6]!,
    phase: columns[7]!,
    attributes: columns[8]!,
  };
}

/**
 * The stretch that a CDS line names.
 *
 * @throws GTK_GFF_VALUE for coordinates, a strand or a phase that a CDS cannot have
 */
export function cdsSegment(feature: FeatureLine, place: Place): CdsSegment {
  const start = coordinate('start', feature.start, place);
  const end = coordinate('end', feature.end, place);
  if (start > end) {
    throw gtkError('GTK_GFF_VALUE', {
      ...place,
      found: `start ${start} after end ${end}`,
      expected: 'start at or before end on either strand',
    });
  }
  const { strand, phase } = feature;
  if (strand !== '+' && strand !== '-') {
    const found = `strand ${JSON.stringify(strand)} on a CDS`;
    throw gtkError('GTK_GFF_VALUE', { ...place, found, expected: "'+' or '-'" });
  }
  if (!/^[012.]$/.test(phase)) {
    const found = `phase ${JSON.stringify(phase)}`;
    throw gtkError('GTK_GFF_VALUE', { ...place, found, expected: "0, 1, 2 or '.'" });
  }
  return {
    start,
    end,
    strand: strand satisfies Strand,
    phase: phase === '.' ? undefined : (Number(phase) as 0 | 1 | 2),
    line: place.line,
  };
}

function coordinate(name: string, text: string, place: Place): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value >= 1 && Number.isSafeInteger(value)) return value;
  throw gtkError('GTK_GFF_VALUE', {
    ...place,
    found: `${name} ${JSON.stringify(text)}`,
    expected: 'a whole number of at least 1',
  });
}
