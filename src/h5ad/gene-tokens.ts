/** The gene token of each column of a matrix: the word that stands for the gene in a cell sentence. */

/** Columns of `var` that may hold Ensembl gene ids, in the order in which they are asked, after the index. */
export const idColumns: readonly string[] = ['gene_ids', 'ensembl_id', 'gene_id'];

/** Columns of `var` that may hold gene symbols, in the order in which they are asked. */
export const symbolColumns: readonly string[] = [
  'feature_name',
  'gene_symbols',
  'gene_symbol',
  'gene_short_name',
  'gene_name',
  'symbol',
];

/** A column of `var`; null where the value is missing. */
export interface VarColumn {
  name: string;
  values: (string | null)[];
}

/** How many columns of the matrix got their token from where; the four sources add up to the total. */
export interface GeneTokenCounts {
  total: number;
  /** By the HGNC approved symbol of an Ensembl id. */
  hgnc: number;
  /** By a symbol column of `var`. */
  symbol: number;
  /** By the index of `var`. */
  index: number;
  /** Without a usable token: in no sentence. */
  leftOut: number;
  /** Columns whose token an earlier column has already. */
  repeated: number;
}

export interface GeneTokenList {
  /** A token a column of the matrix; '' where the column is left out. */
  tokens: string[];
  counts: GeneTokenCounts;
}

/** An Ensembl stable id of an exon, gene, transcript or protein, of any species; the id without version first. */
const ensemblId = /^(ENS[A-Z]*[EGTP][0-9]{11})(?:\.[0-9]+)?(?:_PAR_Y)?$/;

/** White space as JavaScript or Python sees it: either would take a sentence apart there. */
const whiteSpace = /[\s\x1c-\x1f\x85]/;

/**
 * Chooses the token of each column: the HGNC approved symbol of the Ensembl id in the index of `var`, else in
 * the first of {@link idColumns} whose id HGNC has; else the first usable value of {@link symbolColumns}; else
 * the index. A token is usable unless it is empty, contains white space or is an Ensembl id (ENSA and
 * ENSAP1 to ENSAP3 are gene symbols).
 *
 * @param names the index of `var`
 * @param columns columns of `var`, as long as the index; others than the named ones are ignored
 * @param hgnc Ensembl gene id without version -> approved symbol
 */
export function geneTokens(
  names: string[],
  columns: VarColumn[],
  hgnc: ReadonlyMap<string, string> | undefined,
): GeneTokenList {
  const valuesOf = (wanted: readonly string[]) =>
    wanted.flatMap((name) => columns.filter((column) => column.name === name).map(({ values }) => values));
  const ids = [names, ...valuesOf(idColumns)];
  const symbols = valuesOf(symbolColumns);

  const choose = (name: string, column: number): [keyof GeneTokenCounts, token: string] => {
    const approved = hgnc && approvedSymbol(ids, column, hgnc);
    if (isUsable(approved)) return ['hgnc', approved];
    const symbol = symbols.map((values) => values[column]).find(isUsable);
    if (symbol !== undefined) return ['symbol', symbol];
    return isUsable(name) ? ['index', name] : ['leftOut', ''];
  };

  const counts = { total: names.length, hgnc: 0, symbol: 0, index: 0, leftOut: 0, repeated: 0 };
  const tokens = names.map((name, column) => {
    const [source, token] = choose(name, column);
    counts[source]++;
    return token;
  });
  const distinct = new Set(tokens);
  distinct.delete('');
  counts.repeated = counts.total - counts.leftOut - distinct.size;
  return { tokens, counts };
}

/** The approved symbol of the first id in that column of the matrix which HGNC has. */
function approvedSymbol(
  ids: (string | null)[][],
  column: number,
  hgnc: ReadonlyMap<string, string>,
): string | undefined {
  for (const values of ids) {
    const id = ensemblId.exec(values[column] ?? '')?.[1];
    const symbol = id && hgnc.get(id);
    if (symbol) return symbol;
  }
  return undefined;
}

function isUsable(token: string | null | undefined): token is string {
  return Boolean(token) && !ensemblId.test(token!) && !whiteSpace.test(token!);
}
