/** Accessions of the nucleotide archives (INSDC), which ENA, NCBI and DDBJ give out alike. */

/** What an accession names, by its form. */
const forms = {
  run: /^[SED]RR\d{5,}$/,
  experiment: /^[SED]RX\d{5,}$/,
  sample: /^([SED]RS\d{5,}|SAM(N|D|EA|EG)\d+)$/,
  study: /^[SED]RP\d{5,}$/,
  project: /^PRJ[A-Z]{1,2}\d+$/,
  /** Of the Gene Expression Omnibus, which is no part of the archives. */
  geo: /^GS[EM]\d+$/,
};

export type AccessionKind = keyof typeof forms;

/** What it names; undefined if it is no accession. */
export function accessionKind(text: string): AccessionKind | undefined {
  return (Object.keys(forms) as AccessionKind[]).find((kind) => forms[kind].test(text));
}

/** Accessions as they are given: separated by blanks, commas or line ends, `#` begins a comment; each once. */
export function accessionsOf(texts: readonly string[]): string[] {
  const words = texts.flatMap((text) => text.replace(/#.*$/gm, '').split(/[\s,;]+/));
  return [...new Set(words.filter((word) => word !== '').map((word) => word.toUpperCase()))];
}
