import { join } from 'node:path';
import { readStamp } from './stamp.mjs';

/** Name of the file in a prepared baseline: its commit and the recipe. */
export const BASELINE_FILE = 'baseline.json';

/** Server with which `npm run bench:throughput` compares: the last commit before the work on its CPU time. */
export const BASELINE_COMMIT = 'f46d7bca2992b2589bac70ddb725c235f0636be3';

/** Raise this number when the preparation changes, so that a baseline prepared by the old steps is prepared again. */
export const BASELINE_RECIPE = 1;

/** Whether a folder contains the baseline that this clone names. */
export async function isBaseline(folder) {
  const prepared = await readStamp(join(folder, BASELINE_FILE));
  return prepared?.commit === BASELINE_COMMIT && prepared.recipe === BASELINE_RECIPE;
}
