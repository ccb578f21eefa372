/** The page's style sheet: one column, system fonts, light and dark by the reader's setting.
 *  Leaves out: anything from outside the page. */

export const STYLE = `
:root {
  --ground: #ffffff; --panel: #f4f6f8; --text: #14181d; --soft: #56616d; --rule: #d5dbe1;
  --empty: #e6eaee; --safe: #1c5f9e; --unsafe: #a3121a; --invalid: #6b5200; --mark: #14181d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161b; --panel: #1b2128; --text: #e8ecf0; --soft: #9eabb8; --rule: #333d47;
    --empty: #2a323b; --safe: #7fb8ee; --unsafe: #ff8a80; --invalid: #f3cf63; --mark: #ffffff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 28px 24px 60px; max-width: 1180px; background: var(--ground);
  color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif;
}
h1 { margin: 0; font-size: 60px; line-height: 1.05; letter-spacing: -0.02em; }
h2 { margin: 44px 0 10px; font-size: 21px; }
h3 { margin: 22px 0 6px; font-size: 16px; }
p { margin: 6px 0; }
code, pre, .mono { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.defs { position: absolute; width: 0; height: 0; }
.verdict { border-left: 12px solid; padding: 4px 0 4px 22px; }
.verdict.safe { border-color: var(--safe); } .verdict.safe h1 { color: var(--safe); }
.verdict.unsafe { border-color: var(--unsafe); } .verdict.unsafe h1 { color: var(--unsafe); }
.verdict.invalid { border-color: var(--invalid); } .verdict.invalid h1 { color: var(--invalid); }
.headline { margin: 10px 0 0; font-size: 21px; line-height: 1.35; }
.subject { color: var(--soft); }
.where { margin: 14px 0 0; padding: 0; list-style: none; }
.where li { padding: 5px 0; border-top: 1px solid var(--rule); }
.where .why { color: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: 10px; margin: 24px 0 0; padding: 0; }
.facts div { flex: 1 1 120px; padding: 10px 14px; background: var(--panel); border-radius: 8px; }
.facts dt { color: var(--soft); font-size: 13px; }
.facts dd { margin: 0; font-size: 23px; font-weight: 600; }
.facts .bad dd { color: var(--unsafe); }
.chart { overflow-x: auto; }
.chart svg { display: block; width: 100%; min-width: 860px; height: auto; }
svg text { fill: var(--text); font: 11px system-ui, sans-serif; }
svg .soft { fill: var(--soft); } svg .small { font-size: 9px; }
svg .empty { fill: var(--empty); } svg .line { stroke: var(--rule); stroke-width: 1; }
svg .cut { stroke: var(--ground); stroke-width: 1; } svg .sector { stroke: var(--mark); stroke-width: 1; opacity: 0.6; }
svg .mark { fill: var(--mark); } svg .tick { stroke: var(--soft); stroke-width: 1; }
svg .failed { fill: none; stroke: var(--mark); stroke-width: 1.6; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 10px 0; padding: 0; list-style: none; }
.legend li { font-size: 13px; }
.swatch { width: 18px; height: 12px; margin-right: 6px; vertical-align: -1px; }
.swatch.none { display: inline-block; background: var(--empty); }
.swatch.outline { display: inline-block; border: 2px solid var(--mark); }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 5px 14px 5px 0; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: middle; }
th { color: var(--soft); font-size: 13px; font-weight: 600; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.bad { color: var(--unsafe); font-weight: 600; }
.bar { display: block; height: 10px; }
.hash { overflow-wrap: anywhere; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 0 40px; align-items: start; }
details { margin: 8px 0; border: 1px solid var(--rule); border-radius: 8px; }
summary { padding: 8px 14px; cursor: pointer; }
details > :not(summary) { margin-left: 14px; margin-right: 14px; }
.run { padding: 8px 0; border-top: 1px solid var(--rule); }
.run ul { margin: 2px 0 6px; padding-left: 20px; color: var(--soft); }
pre.replay {
  margin: 6px 0 4px; padding: 8px 12px; background: var(--panel); border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere; user-select: all;
}
.scroll { max-height: 420px; overflow: auto; margin-bottom: 12px; }
footer { margin-top: 50px; color: var(--soft); font-size: 13px; }
@media (max-width: 620px) { h1 { font-size: 42px; } .columns { grid-template-columns: 1fr; } }
@media print { details > * { display: block; } .scroll { max-height: none; } }
`;
