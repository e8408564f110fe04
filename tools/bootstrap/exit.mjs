/**
 * How `npm start` and `npm test` end. The table of tools/README.md says the same, and a test compares the two.
 */
export const EXIT = Object.freeze({
  /** Everything asked for was done. */
  ok: 0,
  /** A step of `npm test` failed, or the scripts themselves did. */
  failed: 1,
  /** Flags that do not exist. */
  usage: 2,
  /** System packages are missing and cannot be installed from here; the one apt command was printed. */
  packages: 3,
  /** Node or pnpm cannot be had. */
  toolchain: 4,
  /** The dependencies cannot be installed. */
  dependencies: 5,
  /** No worker: neither downloaded nor built, or it failed its self-check. */
  worker: 6,
  /** No browser to test with. */
  browsers: 7,
  /** `npm start`: the server or the playground did not start, or ended by itself. */
  service: 8,
});

/** Ends the command with a message for a person and an exit code, without a stack. */
export class Stop extends Error {
  /**
   * @param {number} exitCode one of EXIT
   * @param {string} message what could not be had, and what to do
   * @param {{ output?: string }} [details] output of the program that failed
   */
  constructor(exitCode, message, { output } = {}) {
    super(message);
    this.name = 'Stop';
    this.exitCode = exitCode;
    this.output = output;
  }
}
