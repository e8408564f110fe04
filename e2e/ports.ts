/**
 * Fixed ports of the browser tests. Servers of a Playwright worker use free ports instead. The base depends on the process, so that two
 * checkouts can run tests at the same time. Playwright's worker processes inherit it.
 */
process.env.TUREEN_E2E_PORT ??= String(20_000 + (process.pid % 2_000) * 10);
const base = Number(process.env.TUREEN_E2E_PORT);

export const ports = {
  /** `pages/`, bundled from source. */
  pages: base,
  /** Vite, serving the playground. */
  playground: base + 1,
} as const;

export const pagesUrl = `http://127.0.0.1:${ports.pages}`;
export const playgroundUrl = `http://127.0.0.1:${ports.playground}`;
