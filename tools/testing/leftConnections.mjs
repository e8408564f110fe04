/**
 * Finds connections that outlive their test file. Test files share a process. A room that a file leaves behind reconnects while
 * later files run, slows them, and may reach their servers, because the system gives released ports to other servers.
 */
export class LeftConnections {
  /** @type {Map<string, string>} File that first opened a URL. */
  #files = new Map();
  /** @type {Map<string, string>} File that left a URL, by URL. */
  #left = new Map();

  /**
   * Handles a connection that opens while that file runs.
   *
   * @param {string} url
   * @param {string} file
   */
  handleOpen(url, file) {
    const first = this.#files.get(url);
    if (first === undefined) this.#files.set(url, file);
    else if (first !== file) this.#left.set(url, first);
  }

  /** Throws if files before that one left connections. Reports each once. */
  assertNone() {
    const lines = [...this.#left].map(([url, file]) => `${file}: ${url}`);
    this.#left.clear();
    if (lines.length > 0) throw new Error(`these files left rooms that still connect:\n${lines.join('\n')}`);
  }
}
