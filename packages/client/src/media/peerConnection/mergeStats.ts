/** Merges the reports of several connections, with distinct ids and references. Null without reports. */
export function mergeStats(reports: readonly RTCStatsReport[]): RTCStatsReport | null {
  const [first] = reports;
  if (first === undefined || reports.length === 1) return first ?? null;
  const merged = new Map<string, object>();
  for (const [index, report] of reports.entries()) {
    const ids = new Set<unknown>(report.keys());
    const rename = (value: unknown) => (ids.has(value) ? `${index}:${value as string}` : value);
    report.forEach((stats: object, id: string) => {
      const entries = Object.entries(stats).map(([name, value]) => [name, rename(value)] as const);
      merged.set(`${index}:${id}`, Object.fromEntries(entries));
    });
  }
  return merged;
}
