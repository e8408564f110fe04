/** Every fixed port of the browser tests. Servers of a worker take a free one and say which. */
export const ports = {
  /** Vite, serving `pages/` from source. */
  pages: 5199,
  /** Vite, serving the playground. */
  playground: 5198,
} as const;

export const pagesUrl = `http://127.0.0.1:${ports.pages}`;
