/** The genetic code as the table that every textbook has, coloured by how each codon is preferred. */

import { fixed, grouped, NOTHING } from '../report/format.js';
import { html, type Markup } from '../report/markup.js';
import type { UsageRow } from './usage.js';

/** Order of bases in printed genetic codes. */
export const BASES = ['T', 'C', 'A', 'G'] as const;

/** Three-letter names by one-letter names; `*` is stop. */
export const AMINO_ACIDS: Readonly<Record<string, string>> = {
  A: 'Ala',
  C: 'Cys',
  D: 'Asp',
  E: 'Glu',
  F: 'Phe',
  G: 'Gly',
  H: 'His',
  I: 'Ile',
  K: 'Lys',
  L: 'Leu',
  M: 'Met',
  N: 'Asn',
  P: 'Pro',
  Q: 'Gln',
  R: 'Arg',
  S: 'Ser',
  T: 'Thr',
  V: 'Val',
  W: 'Trp',
  Y: 'Tyr',
  '*': 'Stop',
};

/** The three-letter name, or the letter itself if it is none of the twenty or stop. */
export function aminoAcidName(letter: string): string {
  return AMINO_ACIDS[letter] ?? letter;
}

/** Upper limits of the nine steps of colour; the fifth stands for no preference. */
const LIMITS = [0.25, 0.5, 0.75, 0.95, 1.05, 1.3, 1.7, 2.3] as const;

/** The colour step of an RSCU: `d0` avoided … `d4` neutral … `d8` strongly preferred. */
export function rscuStep(rscu: number): string {
  const step = LIMITS.findIndex((limit) => (limit <= 1 ? rscu < limit : rscu <= limit));
  return `d${step < 0 ? LIMITS.length : step}`;
}

/** 16 rows (first and third base) by 4 columns (second base). */
export function codonTable(usage: readonly UsageRow[]): Markup {
  const byCodon = new Map(usage.map((row) => [row.codon, row]));
  const groups = BASES.map((first) => {
    const rows = BASES.map((third, i) => {
      const cells = BASES.map((second) => drawCell(byCodon.get(first + second + third)));
      const heading = i === 0 && html`<th scope="rowgroup" rowspan="4">${first}</th>`;
      return html`<tr>${heading}${cells}<th scope="row">${third}</th></tr>\n`;
    });
    return html`<tbody>${rows}</tbody>\n`;
  });
  const seconds = BASES.map((base) => html`<th scope="col">${base}</th>`);
  return html`<table class="genetic-code"><caption>Codons by first base (rows), second base (columns) and third base (right), with amino acid, RSCU and count</caption>
<thead><tr><th scope="col"><abbr title="First base">1st</abbr></th>${seconds}<th scope="col"><abbr title="Third base">3rd</abbr></th></tr></thead>
${groups}</table>
${legend()}`;
}

function drawCell(row: UsageRow | undefined): Markup {
  if (!row) return html`<td></td>`;
  const step = row.rscu === null ? 'none' : rscuStep(row.rscu);
  return html`<td class="${step}"><span class="codon"><span class="code">${row.codon}</span> <b>${aminoAcidName(row.aminoAcid)}</b></span><span class="numbers"><span class="rscu">${fixed(row.rscu, 2)}</span> <span class="count">${grouped(row.count)}</span></span></td>`;
}

function legend(): Markup {
  const steps = Array.from({ length: LIMITS.length + 1 }, (_, i) => {
    const text = i === 0 ? `< ${LIMITS[0]}` : i === LIMITS.length ? `> ${LIMITS[i - 1]}` : legendText(i);
    return html`<span class="d${i}">${text}</span>`;
  });
  return html`<p class="legend"><span class="end">RSCU&ensp;avoided</span>${steps}<span class="end">preferred</span><span class="end">${NOTHING} not seen</span></p>`;
}

function legendText(step: number): string {
  return step === 4 ? '1' : `${LIMITS[step - 1]}${NOTHING}${LIMITS[step]}`;
}

/** The style of the table and its key. */
export const CODON_TABLE_STYLE = `
.genetic-code{width:100%;table-layout:fixed;border-collapse:separate;border-spacing:3px 2px;margin:12px 0 0}
.genetic-code th{color:var(--muted);font-weight:650;font-size:14px;text-align:center;padding:0}
.genetic-code thead th{color:var(--text);font-size:16px;padding-bottom:2px}
.genetic-code thead th:first-child,.genetic-code thead th:last-child{width:34px;font-size:11px;font-weight:400;color:var(--muted)}
.genetic-code th[scope=rowgroup]{color:var(--text);font-size:16px}
.genetic-code abbr{text-decoration:none}
.genetic-code tbody+tbody::before{content:"";display:block;height:7px}
.genetic-code td{color:var(--cell-text);border-radius:5px;padding:4px 10px 5px;line-height:1.3}
.genetic-code .none{background:var(--sunken)}
.codon,.numbers{display:flex;justify-content:space-between;gap:6px}
.codon .code{font-size:14px}
.codon b{font-weight:650;font-size:13px}
.numbers{font-size:12.5px;color:var(--cell-muted)}
.numbers .rscu{font-weight:650;color:var(--cell-text)}
.legend{display:flex;flex-wrap:wrap;gap:3px;align-items:center;font-size:12px;margin:12px 0 0;font-variant-numeric:tabular-nums}
.legend span{padding:2px 8px;border-radius:4px;color:var(--cell-text)}
.legend .end{color:var(--muted);padding:2px 6px}
@media (max-width:560px){
.genetic-code{border-spacing:2px}
.genetic-code thead th:first-child,.genetic-code thead th:last-child{width:20px}
.genetic-code td{padding:3px 5px 4px}
.codon,.numbers{gap:2px}
.codon .code{font-size:12.5px}
.codon b{font-size:11.5px}
.numbers{font-size:10.5px}
}
@media (max-width:420px){.numbers{flex-direction:column;gap:0}}
`;
