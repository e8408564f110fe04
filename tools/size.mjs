/**
 * `node tools/size.mjs`: compares the download sizes of the client with their limits, and requires a reason for each module.
 * `--why` prints the share of each part and its reason instead. Other flags go to size-limit. Requires a build.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import limits from '../.size-limit.mjs';
import { main } from './bootstrap/main.mjs';
import { ROOT } from './bootstrap/paths.mjs';
import { EXIT } from './bootstrap/exit.mjs';
import { passThrough } from './running/passThrough.mjs';
import { bundleSources } from './sizes/bundleSources.mjs';
import { REASONS } from './sizes/reasons.mjs';
import { problemsOf, sharesOf } from './sizes/shares.mjs';

const run = promisify(execFile);

/** Gzipped bytes of each entry, in the order of `.size-limit.mjs`. */
async function gzippedSizes() {
  // The exit code says whether a size exceeds its limit. The table is worth reading then too.
  const { stdout } = await run('size-limit', ['--json'], { cwd: ROOT }).catch((error) => error);
  return JSON.parse(stdout).map(({ size }) => size);
}

const kB = (bytes) => `${(bytes / 1000).toFixed(2)} kB`.padStart(9);

function print(bundles) {
  console.log(
    "A part's share is the gzipped size of the bundle, divided in proportion to minified bytes by source maps. kB are 1000 bytes.",
  );
  for (const { name, total, rows } of bundles) {
    console.log(`\n${name}\n${kB(total)}  in total`);
    for (const { path, share, reason } of rows) console.log(`${kB(share)}  ${path.padEnd(48)}  ${reason}`);
  }
}

await main(async () => {
  const flags = process.argv.slice(2);
  const isAskedWhy = flags.includes('--why');
  // Problems need no sizes.
  const totals = isAskedWhy ? await gzippedSizes() : limits.map(() => 0);
  const bundles = await Promise.all(
    limits.map(async (entry, index) => {
      const sources = await bundleSources(entry, ROOT);
      return {
        name: entry.name,
        total: totals[index],
        ...sharesOf({ total: totals[index], sources, reasons: REASONS }),
      };
    }),
  );
  if (isAskedWhy) print(bundles);
  const problems = problemsOf({ bundles, reasons: REASONS });
  for (const problem of problems) console.error(`tools/sizes/reasons.mjs: ${problem}`);
  if (problems.length > 0) return EXIT.failed;
  return isAskedWhy ? EXIT.ok : passThrough('size-limit', flags, { cwd: ROOT, env: process.env });
});
