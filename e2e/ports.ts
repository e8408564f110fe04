/**
 * Every fixed port of the browser tests; servers of a worker take a free one and say which. The base goes by the process, so
 * that two checkouts can be tested at once; the workers, which are processes of their own, inherit it.
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
