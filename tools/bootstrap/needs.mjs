/**
 * Needs of a command beyond Node, pnpm and the dependencies, with the variables for what the set-up found. For a browser, the empty
 * string is a valid value: Playwright's own.
 */
export const NEEDS = Object.freeze({
  worker: ['MEDIASOUP_WORKER_BIN'],
  browsers: ['TUREEN_CHROMIUM', 'TUREEN_FIREFOX'],
  'mediasoup2-worker': ['TUREEN_MEDIASOUP2_WORKER'],
  /** The previous release, installed as an app installs it. */
  'previous-release': ['TUREEN_PREVIOUS_RELEASE'],
  /** An earlier server, to compare with. */
  baseline: ['TUREEN_BASELINE'],
  /** A display for headed browsers: the user's own, or a virtual one. */
  screen: [],
  /** The built packages: `dist/` in each. */
  build: [],
});

/** Variables that only tools and tests read. The server would warn about each. */
export const TOOL_VARIABLES = new Set([
  ...NEEDS.browsers,
  ...NEEDS['mediasoup2-worker'],
  ...NEEDS['previous-release'],
  ...NEEDS.baseline,
]);

/** Splits `worker,browsers`. Throws a RangeError for a name that is not in `NEEDS`. */
export function parseNeeds(text) {
  const names = text.split(',').filter((name) => name !== '');
  const unknown = names.filter((name) => !Object.hasOwn(NEEDS, name));
  if (unknown.length === 0) return names;
  throw new RangeError(`Unknown need: ${unknown.join(', ')}. Choose from: ${Object.keys(NEEDS).join(', ')}.`);
}

/** Needs in the flag `--needs=` of a script in package.json. */
export const needsOfScript = (script) => parseNeeds(/\s--needs=(\S*)/.exec(script)?.[1] ?? '');
