// A small line chart in SVG, readable on a light page and on a dark one.

const WIDTH = 760;
const HEIGHT = 400;
const PLOT = { left: 56, right: 500, top: 72, bottom: 340 };
/** The styles of lines. Each has its own dash, so that readers can distinguish the lines without their colours. */
const STYLES = [
  { colour: '#2f81f7', dash: '' },
  { colour: '#2da44e', dash: '8 3' },
  { colour: '#d29922', dash: '2 3' },
  { colour: '#db61a2', dash: '10 3 2 3' },
];

const escape = (text) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
const short = (value) => (value >= 1e6 ? `${value / 1e6} million` : value.toLocaleString('en'));

/**
 * Draws a line chart. The x axis is logarithmic, the y axis begins at 0.
 *
 * @param chart `lines` of `{ label, points: [x, y][] }`; all lines have the same x values
 * @returns the text of an SVG file
 */
export function lineChart({ title, subtitle, xTitle, lines }) {
  const xs = lines[0].points.map(([x]) => x);
  const [low, high] = [Math.log(xs[0]), Math.log(xs.at(-1))];
  const top = Math.ceil(Math.max(2, ...lines.flatMap(({ points }) => points.map(([, y]) => y))));
  const step = Math.max(0.5, Math.ceil(top / 6));
  const px = (x) => PLOT.left + ((Math.log(x) - low) / (high - low)) * (PLOT.right - PLOT.left);
  const py = (y) => PLOT.bottom - (y / top) * (PLOT.bottom - PLOT.top);
  const at = (value) => value.toFixed(1);

  const grid = Array.from({ length: Math.floor(top / step) + 1 }, (_, index) => index * step).map(
    (y) =>
      `<path class="grid" d="M${PLOT.left} ${at(py(y))}H${PLOT.right}"/>` +
      `<text x="${PLOT.left - 8}" y="${at(py(y) + 4)}" text-anchor="end">${y}×</text>`,
  );
  const ticks = xs.map((x) => `<text x="${at(px(x))}" y="${PLOT.bottom + 20}" text-anchor="middle">${short(x)}</text>`);

  // A label is beside the end of its line. Labels that would overlap are moved apart.
  let above = -Infinity;
  const labels = lines
    .map((line, index) => ({ ...line, ...STYLES[index % STYLES.length], y: py(line.points.at(-1)[1]) }))
    .sort((a, b) => a.y - b.y)
    .map((line) => ({ ...line, labelY: (above = Math.max(line.y, above + 18)) }));
  const drawn = labels.map(
    ({ label, points, colour, dash, labelY }) =>
      `<path d="M${points.map(([x, y]) => `${at(px(x))} ${at(py(y))}`).join('L')}" fill="none" stroke="${colour}" stroke-width="2.5"${dash && ` stroke-dasharray="${dash}"`}/>` +
      points.map(([x, y]) => `<circle cx="${at(px(x))}" cy="${at(py(y))}" r="3" fill="${colour}"/>`).join('') +
      `<text x="${PLOT.right + 12}" y="${at(labelY + 4)}" style="fill:${colour}">${points.at(-1)[1].toFixed(2)}× ${escape(label)}</text>`,
  );
  const described = lines.map(
    ({ label, points }) => `${label}: ${points.map(([x, y]) => `${y.toFixed(2)} at ${short(x)}`).join(', ')}`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="t d">
<title id="t">${escape(title)}</title>
<desc id="d">${escape(`${subtitle}. ${described.join('; ')}.`)}</desc>
<style>
text{font:13px system-ui,sans-serif;fill:#57606a}.title{font-size:17px;font-weight:600;fill:#1f2328}.grid{stroke:#8c959f;stroke-opacity:.35}
@media(prefers-color-scheme:dark){text{fill:#9198a1}.title{fill:#f0f6fc}}
</style>
<text class="title" x="${PLOT.left}" y="28">${escape(title)}</text>
<text x="${PLOT.left}" y="50">${escape(subtitle)}</text>
${[...grid, ...ticks].join('\n')}
<text x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 44}" text-anchor="middle">${escape(xTitle)}</text>
${drawn.join('\n')}
</svg>
`;
}

/**
 * Draws groups of horizontal bars, one bar for each series. A value below zero has a number and no bar.
 *
 * @param chart `groups` of names; `series` of `{ label, values }`, a share for each group
 * @returns the text of an SVG file
 */
export function barChart({ title, subtitle, groups, series }) {
  const bar = 14;
  const step = series.length * (bar + 3) + 18;
  const height = PLOT.top + groups.length * step + 28;
  const left = 150;
  const most = Math.max(0.1, ...series.flatMap(({ values }) => values));
  const width = (value) => Math.max(0, (value / most) * (WIDTH - left - 90));
  const percent = (value) => `${value < 0 ? '−' : '+'}${Math.abs(value * 100).toFixed(0)} %`;
  const legend = series.map(({ label }, index) => {
    const x = left + index * 150;
    return `<rect x="${x}" y="62" width="14" height="10" rx="2" fill="${STYLES[index].colour}"/><text x="${x + 20}" y="72">${escape(label)}</text>`;
  });
  const bars = groups.flatMap((group, row) => {
    const top = PLOT.top + 20 + row * step;
    return [
      `<text x="${left - 10}" y="${top + step / 2 - 8}" text-anchor="end">${escape(group)}</text>`,
      ...series.map(({ values }, index) => {
        const y = top + index * (bar + 3);
        const long = width(values[row]);
        return `<rect x="${left}" y="${y}" width="${long.toFixed(1)}" height="${bar}" rx="2" fill="${STYLES[index].colour}"/><text x="${(left + long + 6).toFixed(1)}" y="${y + 12}">${percent(values[row])}</text>`;
      }),
    ];
  });
  const described = series.map(
    ({ label, values }) => `${label}: ${values.map((value, row) => `${percent(value)} ${groups[row]}`).join(', ')}`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="t d">
<title id="t">${escape(title)}</title>
<desc id="d">${escape(`${subtitle}. ${described.join('; ')}.`)}</desc>
<style>
text{font:13px system-ui,sans-serif;fill:#57606a}.title{font-size:17px;font-weight:600;fill:#1f2328}
@media(prefers-color-scheme:dark){text{fill:#9198a1}.title{fill:#f0f6fc}}
</style>
<text class="title" x="${PLOT.left}" y="28">${escape(title)}</text>
<text x="${PLOT.left}" y="50">${escape(subtitle)}</text>
${[...legend, ...bars].join('\n')}
</svg>
`;
}
