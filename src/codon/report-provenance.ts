/** Where a codon report comes from: totals, command, options, inputs, definitions. */

import { byteSize, counted, grouped, shorten } from '../report/format.js';
import { html, type Markup } from '../report/markup.js';
import { pairs, table } from '../report/table.js';
import type { CodonReportData } from './report.js';
import { REFERENCES } from './report-notes.js';

/** More files than this are not listed, so that the report stays small. */
const LISTED_INPUTS = 100;

/** What was counted and what was left out. */
export function totals(data: CodonReportData): Markup {
  const { totals: sum } = data;
  return pairs([
    ['Sequences', grouped(sum.sequences)],
    ['Bases', grouped(sum.bases)],
    ['Codons counted', grouped(sum.codons)],
    ['Ambiguous codons', grouped(sum.ambiguous)],
    ['Sequences with 1 or 2 bases over', grouped(sum.partial)],
    ['Input files', grouped(data.inputs.length)],
  ]);
}

/** By what command, version and options, from which files. */
export function provenance(data: CodonReportData): Markup {
  const listed = data.inputs.slice(0, LISTED_INPUTS);
  const rest = data.inputs.length - listed.length;
  return html`<code class="command">${shorten(data.command, 2000)}</code>
${pairs([
  ['Version', `gtk ${data.version}`],
  ['Genetic code', `${data.geneticCode.id}, ${data.geneticCode.name}`],
  ['Reading frame', data.frame],
  ...data.options.map(({ name, value }) => [html`<code>${name}</code>`, shorten(value, 200)] as const),
])}
<h3>Inputs</h3>
${table(
  listed,
  [
    { heading: 'File', cell: (input) => html`<code>${shorten(input.path, 240)}</code>`, isRowHeading: true },
    { heading: 'Size', cell: (input) => byteSize(input.bytes), number: (input) => input.bytes },
    { heading: 'Sequences', cell: (input) => grouped(input.sequences), number: (input) => input.sequences },
  ],
  { caption: 'Input files', sortable: listed.length > 1 },
)}
${rest > 0 && html`<p class="after">${counted(rest, 'further file')}; <code>summary.json</code> lists all.</p>`}`;
}

/** How the figures are defined, and by whom. */
export function definitions(): Markup {
  return html`<p><b>RSCU</b> of a codon: its count × the number of codons of its amino acid ÷ the count of them all, seen or not; stops form a family of their own (Sharp &amp; Li 1987). It is undefined where an amino acid was never seen.</p>
<p><b>Wright’s curve</b>: Nc = 2 + s + 29 ÷ (s² + (1 − s)²) with s = GC3s, the Nc to expect if only base composition acts (Wright 1990, eq. 4).</p>
<p><b>Frequency</b> is a codon’s share of all counted codons. <b>Ambiguous</b> codons have a letter other than A, C, G, T or U; they and incomplete codons at the end of a record take no part in any index.</p>
<ol class="references">${REFERENCES.map((reference) => html`<li>${reference}</li>`)}</ol>`;
}
