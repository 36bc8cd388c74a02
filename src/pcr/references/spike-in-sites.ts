/**
 * Integration sites of the control cells that the published qsLAM PCR protocol spikes in: contig, 0-based start,
 * strand, gene. Each is one base long. They are positions of GRCh37: on GRCh38 other bases stand there.
 */
export const spikeInSites: readonly (readonly [string, number, '+' | '-', string])[] = [
  ['chr1', 235493351, '-', 'GGPS1'],
  ['chr11', 32625912, '+', 'CCDC73'],
  ['chr11', 32625914, '-', 'CCDC73'],
  ['chr11', 67038558, '+', 'ADRBK1'],
  ['chr12', 97306745, '-', 'NEDD1'],
  ['chr15', 59406224, '-', 'CCNB2'],
  ['chr16', 782573, '+', 'NARFL'],
  ['chr16', 782578, '-', 'NARFL'],
  ['chr16', 53516509, '+', 'RBL2'],
  ['chr16', 53516513, '-', 'RBL2'],
  ['chr17', 15921190, '+', 'TTC19'],
  ['chr19', 10845882, '-', 'DNM2'],
  ['chr2', 61687566, '+', 'USP34'],
  ['chr21', 33264262, '+', 'HUNK'],
  ['chr3', 15118931, '-', 'RBSN'],
  ['chr4', 32635315, '+', 'PCDH7'],
  ['chr4', 32635320, '-', 'PCDH7'],
  ['chr4', 133875587, '+', 'PCDH10'],
  ['chr5', 109041905, '-', 'MAN2A1'],
  ['chrX', 123484311, '+', 'SH2D1A'],
];

/** The assembly that they are positions of. */
export const SPIKE_IN_GENOME = 'GRCh37';
