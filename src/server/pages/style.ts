/** The look of the pages: the reader's own fonts and colours, light or dark, down to the width of a telephone. */
export const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d0d7de, #3d444d); --dim: light-dark(#59636e, #9198a1);
  --soft: light-dark(#f6f8fa, #151b23); --link: light-dark(#0550ae, #79b8ff); --mark: light-dark(#b35900, #f0b060); --add: light-dark(#116329, #7ee2a0);
  --del: light-dark(#a40e26, #ff9a94); }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; background: light-dark(#fff, #0d1117); color: light-dark(#1f2328, #e6edf3); }
header, main { max-width: 62rem; margin: 0 auto; padding: .75rem 1rem; }
header a { font-weight: 700; text-decoration: none; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, pre:focus-visible, .wide:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; background: light-dark(#fff, #0d1117); padding: .25rem .5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; overflow-wrap: anywhere; }
p, li, dd { overflow-wrap: anywhere; }
.dim, dt, figcaption, th { color: var(--dim); }
.state { border: 1px solid currentColor; border-radius: 1rem; padding: 0 .6rem; font-size: .9rem; white-space: nowrap; }
.critical, .high, .failed, .needs_approval { color: var(--mark); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .75rem 0; }
dd { margin: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 400; }
td time, td:first-child { white-space: nowrap; }
code, pre { font: .85rem/1.45 ui-monospace, monospace; }
code { overflow-wrap: anywhere; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: .4rem; padding: .75rem; overflow-x: auto; }
.add { color: var(--add); } .del { color: var(--del); }
figure { margin: 1rem 0; }
svg { width: 100%; height: auto; display: block; background: var(--soft); border: 1px solid var(--line); border-radius: .4rem; }
svg polyline { fill: none; stroke: var(--link); stroke-width: 2; vector-effect: non-scaling-stroke; }
svg circle { fill: var(--link); }
svg line { stroke: var(--mark); stroke-width: 2; stroke-dasharray: 4 4; vector-effect: non-scaling-stroke; }
@media (max-width: 40rem) {
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; }
  .stack thead { display: none; } .stack tr, .stack td { display: block; border: 0; padding: 0; white-space: normal; }
  .stack tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
}
@media print { header, .skip { display: none; } body { background: #fff; color: #000; } }
`;
