/** The style sheet of every report. */

/** Layout and type; the colours are those of the theme. */
export const STYLE = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif}
code,.code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
code{font-size:.92em;overflow-wrap:anywhere;unicode-bidi:isolate}
main,.top,footer{max-width:1120px;margin:0 auto;padding:0 24px}
.top{padding-top:34px}
.brand{display:flex;justify-content:space-between;align-items:center;gap:16px;color:var(--muted);font-size:13px}
.brand strong{color:var(--accent);font-size:15px;letter-spacing:.02em}
h1{font-size:32px;line-height:1.15;letter-spacing:-.015em;margin:14px 0 4px;font-weight:680;overflow-wrap:anywhere}
.subtitle{color:var(--muted);font-size:16px;margin:0 0 18px;overflow-wrap:anywhere}
.lead{max-width:74ch;font-size:16px;margin:18px 0 0}
nav{margin:20px 0 0;font-size:13.5px;display:flex;flex-wrap:wrap;gap:4px 18px}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:3px}
nav a{text-decoration:none}
nav a:hover,nav a:focus-visible{text-decoration:underline}
button{font:inherit;color:var(--muted);background:var(--surface);border:1px solid var(--line);border-radius:7px;padding:3px 11px;cursor:pointer}
button:hover{color:var(--text);border-color:var(--muted)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0}
.tile{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:12px 16px 11px;margin:0;display:flex;flex-direction:column}
.tile dt{color:var(--muted);font-size:13px}
.tile dd{margin:0}
.tile .figure{font-size:25px;font-weight:640;letter-spacing:-.015em;line-height:1.3;font-variant-numeric:tabular-nums}
.tile .note{color:var(--muted);font-size:12.5px}
section{background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:20px 24px 22px;margin:18px 0;scroll-margin-top:12px}
.two{display:grid;grid-template-columns:1fr 1fr;gap:18px;margin:18px 0}
.two>section{margin:0;min-width:0}
h2{font-size:19px;line-height:1.3;margin:0 0 4px;letter-spacing:-.01em;font-weight:650}
h3{font-size:15px;margin:20px 0 6px;font-weight:650}
p{margin:6px 0 12px}
.intro,.after{color:var(--muted);max-width:82ch;font-size:14px}
.after{margin:10px 0 0}
.plot{display:block;width:100%;height:auto;overflow:visible}
.plot text{font-size:12px;fill:var(--muted);font-variant-numeric:tabular-nums}
.plot .label{fill:var(--text)}
.plot .strong{fill:var(--text);font-weight:600}
.plot .halo{paint-order:stroke;stroke:var(--surface);stroke-width:4px;stroke-linejoin:round}
.axis{stroke:var(--muted);fill:none;stroke-width:1}
.grid{stroke:var(--line);fill:none;stroke-width:1}
.mark{stroke:var(--text);fill:none;stroke-width:1.2;stroke-dasharray:4 3}
.bars rect{fill:var(--bar)}
.bars rect:hover{fill:var(--accent)}
.curve{fill:none;stroke:var(--curve);stroke-width:2.2}
.curve-name{fill:var(--curve)!important;font-weight:600}
.point{fill:var(--text);stroke:var(--surface);stroke-width:2.5;paint-order:stroke}
.with-aside{display:grid;grid-template-columns:minmax(0,2.1fr) minmax(0,1fr);gap:8px 32px;align-items:center}
.with-aside .pairs{grid-template-columns:1fr;margin:0}
.key{margin:0 0 16px;font-size:13px;color:var(--muted)}
.key ol{display:flex;list-style:none;margin:5px 0 0;padding:0;font-variant-numeric:tabular-nums}
.key li{flex:1;font-size:12.5px}
.key i{display:block;height:11px;margin-bottom:2px}
.density{shape-rendering:crispEdges}
.panels{display:flex;flex-wrap:wrap;gap:18px 10px;margin:6px 0 0}
.panel{margin:0;flex:none}
.panel figcaption{font-size:13px;margin:0 -8px;text-align:center;white-space:nowrap;line-height:1.3}
.panel .value{font-size:9px;fill:var(--text)}
.panel .halo{stroke-width:3px}
.panel .code{font-size:10.5px;fill:var(--muted)}
.over{fill:var(--over)}.under{fill:var(--under)}.even{fill:var(--even)}
.even-line{stroke:var(--text);stroke-width:1;stroke-dasharray:2 3;fill:none;opacity:.55}
${Array.from({ length: 8 }, (_, i) => `.w${i + 1}{width:${(i + 1) * 24 + 6}px}`).join('')}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.data{width:100%;font-size:14px}
.data th,.data td{padding:5px 14px 5px 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;font-weight:400}
.data thead th{color:var(--muted);font-size:13px;font-weight:600;vertical-align:bottom;white-space:nowrap}
.data tbody th{font-weight:600}
.data .number{text-align:right}
.data td.number{white-space:nowrap}
.data tr>:last-child{padding-right:0}
.data tbody tr:hover{background:var(--sunken)}
th button{all:unset;cursor:pointer;font-weight:600}
th button:hover{color:var(--text)}
th button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
th[aria-sort] button{color:var(--text)}
th[aria-sort=ascending] button::after{content:" \\2191"}
th[aria-sort=descending] button::after{content:" \\2193"}
.pairs{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:0 28px;margin:8px 0 0}
.pairs div{display:flex;justify-content:space-between;gap:14px;border-bottom:1px solid var(--line);padding:5px 0}
.pairs dt{color:var(--muted)}
.pairs dd{margin:0;text-align:right;font-variant-numeric:tabular-nums;overflow-wrap:anywhere;min-width:0}
.command{display:block;background:var(--sunken);border-radius:8px;padding:10px 14px;margin:10px 0;white-space:pre-wrap}
.meter{display:block;width:100%;min-width:90px;height:9px;margin-top:6px}
.meter rect{fill:var(--bar)}
.muted{color:var(--muted)}
.references{padding-left:20px;margin:6px 0 0;font-size:14px;color:var(--muted)}
.references li{margin:3px 0}
footer{color:var(--muted);font-size:13px;padding-bottom:40px}
@media (max-width:860px){.tiles{grid-template-columns:repeat(3,1fr)}.two,.with-aside{grid-template-columns:1fr}}
@media (max-width:560px){
body{font-size:14.5px}
main,.top,footer{padding-left:12px;padding-right:12px}
.top{padding-top:18px}
h1{font-size:26px}
section{padding:16px 14px 18px;border-radius:10px}
.tiles{grid-template-columns:1fr 1fr;gap:8px}
.tile{padding:10px 12px}
.tile .figure{font-size:21px}
.plot:not(.panel .plot) text{font-size:15.5px}
.data{font-size:13px}
.data th,.data td{padding-right:6px}
.data thead th{white-space:normal;font-size:12px}
.data .picture{display:none}
}
@media print{
body{font-size:11px;background:none}
nav,button{display:none}
section,.tile{border-color:#ccc;break-inside:avoid}
section.long{break-inside:auto}
th button{display:inline}
main,.top,footer{max-width:none;padding:0}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
`;
