/** Style of the page: one file, no font or image from elsewhere, light and dark by the reader's own setting. */
export const pageStyle = `
:root { color-scheme: light dark; --paper: #f6f7f9; --card: #ffffff; --line: #d5dbe2; --ink: #1b2027; --dim: #56606c;
  --app: #0a5cb0; --on-app: #ffffff; --mesh: #7743b8; --pause: #aab4c0; --good: #157a48; --bad: #b03d08; --fault: #b03d0818; }
@media (prefers-color-scheme: dark) { :root { --paper: #0e1115; --card: #161a20; --line: #2f363f; --ink: #e5e9ee; --dim: #9aa5b2;
  --app: #66acff; --on-app: #0b1016; --mesh: #c4a3f8; --pause: #56616e; --good: #4fc588; --bad: #ff9b63; --fault: #ff9b6322; } }
*, *::before { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 84rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 2rem 0 1rem; font-size: 1.2rem; overflow-wrap: anywhere; } h2 small { display: block; font-weight: 400; }
h3 { margin: 2rem 0 .6rem; font-size: 1.02rem; } h4 { margin: 0 0 .5rem; font-size: .95rem; }
small, .note, .key, figcaption, .axis-labels, dt { color: var(--dim); font-size: .82rem; }
.note { max-width: 46rem; margin: .5rem 0; } nav a { margin-right: 1rem; } a { color: var(--app); }
.layout { display: grid; grid-template-columns: 17.5rem minmax(0, 1fr); gap: 1.5rem; align-items: start; }
.panel { position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow-y: auto; background: var(--card);
  border: 1px solid var(--line); border-radius: 8px; padding: .25rem 1rem .75rem; }
.panel details + details { border-top: 1px solid var(--line); }
summary { cursor: pointer; padding: .6rem 0; font-weight: 600; font-size: .88rem; overflow-wrap: anywhere; }
.setting { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 .75rem; padding-bottom: .7rem; font-size: .86rem; }
.setting output { font-variant-numeric: tabular-nums; font-weight: 600; } .setting.changed output { color: var(--bad); }
.setting input, .setting small { grid-column: 1 / -1; } .setting small { font-size: .74rem; overflow-wrap: anywhere; }
input[type=range] { width: 100%; height: 1.5rem; margin: 0; accent-color: var(--app); }
select, input[type=number], button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: 6px; padding: .25rem .5rem; max-width: 100%; } input[type=number] { width: 6rem; } button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--app); outline-offset: 2px; }
.inline { display: inline-flex; flex-wrap: wrap; gap: .3rem .5rem; align-items: center; max-width: calc(100% - 1rem); margin: 0 1rem .5rem 0; }
.inline[hidden] { display: none; } .choices { margin: 0 0 .25rem; }
.results > :first-child h3, .results > h3:first-of-type { margin-top: 1.5rem; }
.stats { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: .75rem; margin: 0; }
.stats div, .run, .changes { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .75rem .9rem; }
dd { margin: 0; } .stats dd { font-size: 1.45rem; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
.stats dd small { font-weight: 400; white-space: nowrap; }
.changes { margin-bottom: .75rem; border-left: 3px solid var(--bad); } .changes p { margin: 0; font-weight: 600; font-size: .9rem; }
.changes ul { margin: .35rem 0 .6rem; padding-left: 1.1rem; font-size: .88rem; overflow-wrap: anywhere; }
svg { display: block; } svg text { font: 12px system-ui, sans-serif; fill: var(--ink); } svg .lane, svg .mark { fill: var(--dim); font-size: 11px; }
.timeline { background: var(--card); border: 1px solid var(--line); border-radius: 8px; } .timeline .on-try { fill: var(--on-app); font-weight: 600; }
.try { fill: var(--app); background: var(--app); } .mesh-try { fill: var(--mesh); background: var(--mesh); } .pause { fill: var(--pause); background: var(--pause); }
.edge, .deadline { stroke-width: 2; } .edge.mesh { stroke: var(--mesh); } .edge.given-up { stroke: var(--bad); } .edge.answer { stroke: none; }
.deadline { stroke: var(--dim); stroke-dasharray: 4 3; } .empty { padding: 1.5rem; margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.swatch { display: inline-block; width: .8rem; height: .8rem; border-radius: 2px; margin: 0 .35rem -.1rem .6rem; } .swatch:first-child { margin-left: 0; }
.swatch.cut { width: 2px; background: var(--mesh); } .swatch.given-up { width: 2px; background: var(--bad); }
.swatch.offered { height: 0; border-top: 2px dashed var(--dim); margin-bottom: .25rem; border-radius: 0; } .swatch.failing { background: var(--fault); border: 1px solid var(--line); }
.runs { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .75rem; } .runs.stale { opacity: .45; }
.run dl { margin: 0 0 .5rem; } .run dl div { display: flex; justify-content: space-between; gap: .5rem; }
.run dd { font-variant-numeric: tabular-nums; font-weight: 600; text-align: right; } .run dl div:first-child dd { font-size: 1.1rem; }
figure { margin: .6rem 0 0; } figcaption { font-size: .76rem; } .chart { overflow: hidden; } .axis { stroke: var(--line); } .fault { fill: var(--fault); }
.area { opacity: .75; } .line { fill: none; stroke-width: 1.5; vector-effect: non-scaling-stroke; } .dashed { stroke-dasharray: 3 3; }
.area.good { fill: var(--good); } .area.requests { fill: var(--app); } .area.open { fill: var(--bad); } .area.ejected { fill: var(--mesh); } .line.offered { stroke: var(--dim); }
.axis-labels { display: flex; justify-content: space-between; margin: .2rem 0 0; font-size: .74rem; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .1rem .9rem; }
table { border-collapse: collapse; width: 100%; font-size: .87rem; } th, td { padding: .4rem .9rem .4rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; } tbody tr:last-child > * { border-bottom: 0; } tbody th { font-weight: 500; white-space: nowrap; } thead th { color: var(--dim); font-weight: 600; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.queries { margin: 0; } .queries div { margin-bottom: .6rem; } code { display: block; padding: .35rem .6rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 6px; font: 12.5px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; user-select: all; }
@media (max-width: 60rem) { .layout { grid-template-columns: minmax(0, 1fr); } .panel { position: static; max-height: none; } .stats { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (max-width: 48rem) { .runs { grid-template-columns: minmax(0, 1fr); } body { padding: 1rem .9rem 3rem; } }
@media print { .panel, .inline { display: none; } .layout { display: block; } body { background: none; } }
`;
