/** The measured figures as bars, in the order of the paper's Figures 9 to 11: single cases left, continuous right. */

const WIDTH = 520;
const HEIGHT = 190;
const LEFT = 8;
const BASE = 150;
const TOP = 40;
const COLORS = { deluge: '#9ca3af', r2: '#2f74b5', easilir: '#dd6a2a' };
const FIGURES = [
  ['External flash, bytes written', ({ node }) => node.externalBytesProgrammed],
  ['External flash, bytes read', ({ node }) => node.externalBytesRead],
  ['Program flash, bytes written', ({ node }) => node.flashBytesProgrammed],
  ['Program flash, bytes read', ({ node }) => node.flashBytesRead],
  ["Rebuilding, mJ, profile 'paper'", ({ energy }) => energy.paper.rebuilt],
  ["Communication, mJ, profile 'paper'", ({ energy }) => energy.paper.sent],
  ["Rebuilding, mJ, profile 'datasheet'", ({ energy }) => energy.datasheet.rebuilt],
  ["Communication, mJ, profile 'datasheet'", ({ energy }) => energy.datasheet.sent],
];

const short = (value) => {
  if (value >= 100_000) return `${Math.round(value / 1000)}k`;
  if (value >= 10_000) return `${(value / 1000).toFixed(1)}k`;
  return value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1);
};

function panel(title, results, figure) {
  const most = Math.max(...results.flatMap(({ schemes }) => schemes.map(figure)), 1e-9);
  const slot = (WIDTH - 2 * LEFT) / results.length;
  const width = slot / 3.4;
  const bars = results.flatMap((result, i) => {
    const x0 = LEFT + i * slot + slot * 0.06;
    const name = `<text x="${x0 + 1.5 * width}" y="${BASE + 16}" text-anchor="middle">${result.case}</text>`;
    const each = result.schemes.map((run, j) => {
      const value = figure(run);
      const height = ((BASE - TOP) * value) / most;
      const x = x0 + j * width;
      return `<rect x="${x.toFixed(1)}" y="${(BASE - height).toFixed(1)}" width="${(width - 2).toFixed(1)}" height="${height.toFixed(1)}" fill="${COLORS[run.scheme.split('-')[0]]}"/><text x="${(x + width / 2 - 1).toFixed(1)}" y="${(BASE - height - 3).toFixed(1)}" text-anchor="middle" font-size="8.5">${short(value)}</text>`;
    });
    return [name, ...each];
  });
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}"><text x="${LEFT}" y="16" font-size="13" font-weight="600">${title}</text><path d="M${LEFT} ${BASE}H${WIDTH - LEFT}" stroke="#374151"/>${bars.join('')}</svg>`;
}

export function casesPage(results) {
  const groups = [
    ['cases 1 to 5', results.filter(({ case: name }) => /\d/.test(name))],
    ['cases A to E', results.filter(({ case: name }) => !/\d/.test(name))],
  ];
  const rows = FIGURES.map(
    ([title, figure]) =>
      `<div>${groups.map(([which, some]) => panel(`${title}, ${which}`, some, figure)).join('')}</div>`,
  );
  const legend = Object.entries(COLORS)
    .map(([name, color]) => `<span style="color:${color}">&#9632;</span> ${name}`)
    .join(' &nbsp; ');
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Ten cases on the sensor node</title>
<style>body{font:13px system-ui,sans-serif;color:#374151;background:#fff;margin:16px;width:1080px}svg{font:11px system-ui,sans-serif;fill:#374151;margin:4px 8px}</style></head>
<body><h1>Ten updates of the sensor node, measured on its chip</h1><p>${legend}</p>
${rows.join('\n')}
</body></html>
`;
}
