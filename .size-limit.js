// The code that an import of each entry loads at once, minified, without packages: they are peers that the app has anyway, and
// the list of public suffixes, which is loaded when a pattern is checked. For an entry beside `.` it is what it adds to `.`.
// Bytes, not times, because they are the same on every machine. A limit is about 5 % above what was measured.
// `npm run check:size` compares.
const limits = {
  index: '288 kB',
  testing: '30.2 kB',
  devtools: '76 kB',
  typeorm: '32.7 kB',
  postgres: '4.5 kB',
  redis: '3.6 kB',
  websockets: '4.6 kB',
};

/** What `.` loads. */
const shared = ['./common.cjs', './shared.js', '../common.cjs'];

export default Object.entries(limits).map(([name, limit]) => ({
  name,
  limit,
  path: `dist/esm/${name}.js`,
  brotli: false,
  modifyEsbuildConfig: (config) => ({
    ...config,
    external: [...config.external, 'tldts', ...(name === 'index' ? [] : shared)],
    platform: 'node',
    format: 'esm',
    target: 'node20',
  }),
}));
