/**
 * The page of a report: one HTML file that needs nothing else, neither network nor server.
 *
 * A content security policy lets run only the very style sheet and script that are in it, so even text
 * that slipped through unescaped could load nothing and do nothing.
 */

import { createHash } from 'node:crypto';
import { type Content, html, Markup } from './markup.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';
import { themeRules } from './theme.js';

/** One part of a page, in a box with a heading. */
export interface Section {
  /** For links; letters, digits and hyphens, unique in the page. */
  id: string;
  heading: string;
  /** A sentence or two on how to read it. */
  intro?: Content;
  body: Content;
  /** May be split over pages when printed. */
  isLong?: boolean;
}

/** A headline figure. */
export interface Tile {
  label: string;
  figure: string;
  note?: string;
}

/** What a page holds. */
export interface Page {
  title: string;
  subtitle: Content;
  /** The result in a few sentences. */
  lead?: Content;
  tiles: readonly Tile[];
  /** Sections from top to bottom; two in a list stand side by side where there is room. */
  sections: readonly (Section | readonly [Section, Section])[];
  /** Command and version: `gtk codon 0.1.0`. */
  producer: string;
  /** Style rules of this report alone. */
  style?: string;
}

/** The HTML document; the same text for the same page. */
export function page(content: Page): string {
  const style = [themeRules(), STYLE, content.style ?? ''].join('\n');
  const policy = `default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src ${hashOf(style)}; script-src ${hashOf(SCRIPT)}`;
  const links = content.sections
    .flat()
    .map((section) => html`<a href="#${section.id}">${section.heading}</a>`);
  const document = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${content.producer}">
<link rel="icon" href="data:,">
<title>${content.title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header class="top">
<div class="brand"><span><strong>gtk</strong> report</span><button id="theme" type="button" aria-label="Switch between light and dark" hidden>Dark</button></div>
<h1>${content.title}</h1>
<p class="subtitle">${content.subtitle}</p>
<dl class="tiles">${content.tiles.map(drawTile)}</dl>
${content.lead && html`<p class="lead">${content.lead}</p>`}
<nav aria-label="Sections">${links}</nav>
</header>
<main>
${content.sections.map((entry) => ('id' in entry ? drawSection(entry) : html`<div class="two">${entry.map(drawSection)}</div>`))}
</main>
<footer>Made by ${content.producer}. This file is complete: it loads nothing from elsewhere.</footer>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`;
  return document.text;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function drawTile(tile: Tile): Markup {
  return html`<div class="tile"><dt>${tile.label}</dt><dd class="figure">${tile.figure}</dd>${tile.note && html`<dd class="note">${tile.note}</dd>`}</div>`;
}

function drawSection(section: Section): Markup {
  const { id } = section;
  return html`<section id="${id}" class="${section.isLong ? 'long' : ''}" aria-labelledby="${id}-h">
<h2 id="${id}-h">${section.heading}</h2>
${section.intro && html`<p class="intro">${section.intro}</p>`}
${section.body}
</section>
`;
}
