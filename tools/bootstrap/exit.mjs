/**
 * Exit codes of the commands. A test compares the table of tools/README.md with them.
 */
export const EXIT = Object.freeze({
  /** Success. */
  ok: 0,
  /** A step of `npm test` failed, or the tools themselves failed. */
  failed: 1,
  /** Unknown flag, step or need. */
  usage: 2,
  /** System packages are missing and cannot be installed by the command, which prints the apt command. */
  packages: 3,
  /** Node or pnpm cannot be downloaded, or does not run. */
  toolchain: 4,
  /** The dependencies cannot be installed. */
  dependencies: 5,
  /** No worker: neither downloaded nor built, or it failed its self-check. */
  worker: 6,
  /** No browser to test with. */
  browsers: 7,
  /** `npm start`: the server or the playground did not start, or exited unexpectedly. */
  service: 8,
});

/** Ends the command with a message for the user and an exit code, without a stack. */
export class Stop extends Error {
  /**
   * @param {number} exitCode one of EXIT
   * @param {string} message what failed, and what to do
   * @param {{ output?: string }} [details] output of the program that failed
   */
  constructor(exitCode, message, { output } = {}) {
    super(message);
    this.name = 'Stop';
    this.exitCode = exitCode;
    this.output = output;
  }
}
