/** Draws how long reads are, as a PDF of two pages a file: how many have a length, and how many at least that. */
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import PDFDocument from 'pdfkit';
import { gtkError } from '../../errors.js';
import { countScale, linearScale, type Scale } from '../../report/scale.js';
import type { ReadLengths } from '../steps/summaries.js';

/** 8 × 6 inches, in points. */
const PAGE: [number, number] = [576, 432];
/** The corners between the axes. */
const [LEFT, RIGHT, TOP, BOTTOM] = [72, 552, 48, 372];
const INK = '#222222';
const GRID = '#dddddd';
const DATA = '#2b6cb0';

/** @throws GTK_NOT_WRITABLE */
export async function drawReadLengths(file: string, all: readonly ReadLengths[]): Promise<void> {
  const document = new PDFDocument({ autoFirstPage: false, info: { Title: 'Read lengths' } });
  const written = pipeline(document, createWriteStream(file));
  const withReads = all.filter(({ lengths }) => lengths.length > 0);
  for (const lengths of withReads) {
    drawHistogram(document, lengths);
    drawFractions(document, lengths);
  }
  if (withReads.length === 0) title(document, 'No reads');
  document.end();
  try {
    await written;
  } catch (error) {
    throw gtkError('GTK_NOT_WRITABLE', { path: file, reason: (error as Error).message }, error);
  }
}

type Document = PDFKit.PDFDocument;

function drawHistogram(document: Document, { file, lengths }: ReadLengths): void {
  title(document, `${file} - Histogram`);
  const x = lengthScale(lengths);
  const y = countScale(Math.max(...lengths.map(({ count }) => count)), [BOTTOM, TOP]);
  drawAxes(document, x, y, 'Reads');
  for (const { length, count } of lengths) {
    const left = x(length - 0.5);
    // Of many lengths each has less than a point: none must vanish.
    document.rect(left, y(count), Math.max(x(length + 0.5) - left, 0.5), BOTTOM - y(count));
  }
  document.fill(DATA);
}

function drawFractions(document: Document, { file, lengths }: ReadLengths): void {
  title(document, `${file} - Fraction >= length`);
  const x = lengthScale(lengths);
  const y = linearScale([0, 1], [BOTTOM, TOP]);
  drawAxes(document, x, y, 'Fraction of reads');
  document.lineWidth(1.5);
  for (const [i, { length, cumulative_fraction }] of lengths.entries()) {
    if (i === 0) document.moveTo(x(length), y(cumulative_fraction));
    else document.lineTo(x(length), y(cumulative_fraction));
  }
  document.stroke(DATA);
  for (const { length, cumulative_fraction } of lengths)
    document.circle(x(length), y(cumulative_fraction), 1.5).fill(DATA);
}

function title(document: Document, text: string): void {
  document.addPage({ size: PAGE, margin: 0 });
  document.font('Helvetica-Bold').fontSize(14).fillColor(INK);
  document.text(text, 0, 20, { width: PAGE[0], align: 'center' });
}

function lengthScale(lengths: ReadLengths['lengths']): Scale {
  return linearScale([lengths[0]!.length - 1, lengths.at(-1)!.length + 1], [LEFT, RIGHT], 8);
}

function drawAxes(document: Document, x: Scale, y: Scale, label: string): void {
  document.font('Helvetica').fontSize(9).fillColor(INK).lineWidth(0.5);
  for (const tick of y.ticks) {
    document.moveTo(LEFT, y(tick)).lineTo(RIGHT, y(tick)).stroke(GRID);
    document.text(String(tick), 0, y(tick) - 4, { width: LEFT - 6, align: 'right' });
  }
  for (const tick of x.ticks.filter(Number.isInteger))
    document.text(String(tick), x(tick) - 30, BOTTOM + 6, { width: 60, align: 'center' });
  document.moveTo(LEFT, TOP).lineTo(LEFT, BOTTOM).lineTo(RIGHT, BOTTOM).stroke(INK);
  document
    .fontSize(11)
    .text('Read length (bases)', LEFT, BOTTOM + 26, { width: RIGHT - LEFT, align: 'center' });
  document.save().rotate(-90, { origin: [20, (TOP + BOTTOM) / 2] });
  document.text(label, -80, (TOP + BOTTOM) / 2 - 6, { width: 200, align: 'center' }).restore();
}
