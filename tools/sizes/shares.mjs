/** Row of the part of a bundle that comes from no source. */
const GLUE = { path: '(bundler)', reason: 'code that the bundler adds, and license lines' };

const contains = (path, source) => source === path || source.startsWith(`${path}/`);

/**
 * Divides the gzipped `total` of a bundle among the rows of `reasons`, in proportion to the minified bytes of their sources.
 * @param {{ total: number, sources: Map<string | null, number>, reasons: { path: string, reason: string }[] }} options
 * @returns {{ rows: { path: string, reason: string, share: number }[], unexplained: string[] }}
 */
export function sharesOf({ total, sources, reasons }) {
  const longestFirst = reasons.toSorted((one, other) => other.path.length - one.path.length);
  const minifiedOf = new Map();
  const unexplained = [];
  let all = 0;
  for (const [source, minified] of sources) {
    all += minified;
    const row = source === null ? GLUE : longestFirst.find(({ path }) => contains(path, source));
    if (row === undefined) unexplained.push(source);
    else minifiedOf.set(row, (minifiedOf.get(row) ?? 0) + minified);
  }
  const rows = [...minifiedOf].map(([row, minified]) => ({ ...row, share: (total * minified) / all }));
  return { rows: rows.sort((one, other) => other.share - one.share), unexplained };
}

/** Lists what does not fit: sources without a row in a bundle, and rows without a source in any bundle. */
export function problemsOf({ bundles, reasons }) {
  const used = new Set(bundles.flatMap(({ rows }) => rows.map(({ path }) => path)));
  return [
    ...new Set(bundles.flatMap(({ unexplained }) => unexplained.map((source) => `no row explains ${source}`))),
    ...reasons.filter(({ path }) => !used.has(path)).map(({ path }) => `the row ${path} explains no module`),
  ];
}
