/** The places that runs can be had from, in the order in which they are tried. */

export const sourceNames = ['ena', 'aws', 'ncbi', 'ddbj', 'prefetch', 'gcp'] as const;

export type SourceName = (typeof sourceNames)[number];
