/**
 * `npm run api`: builds the packages, and writes the reports of their public API into `packages/<name>/api/`.
 * Exit codes: bootstrap/exit.mjs.
 */
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { EXIT, Stop } from './bootstrap/exit.mjs';
import { main } from './bootstrap/main.mjs';
import { ROOT } from './bootstrap/paths.mjs';
import { createProgress } from './bootstrap/progress.mjs';
import { build, readPackages } from './packing/build.mjs';

const HELP = `npm run api -- [options]

  --built   reads the types of the last build, and builds nothing
  --help    print this help`;

function readFlags() {
  try {
    return parseArgs({ options: { built: { type: 'boolean' }, help: { type: 'boolean' } } }).values;
  } catch (error) {
    throw new Stop(EXIT.usage, `${error.message}\n\n${HELP}`);
  }
}

await main(async () => {
  const flags = readFlags();
  if (flags.help) {
    console.log(HELP);
    return EXIT.ok;
  }
  const progress = createProgress();
  const env = await bootstrap({ progress });
  if (!flags.built) {
    const built = await build({ env });
    if (built !== EXIT.ok) return built;
  }
  // After the set-up, which installs api-extractor.
  const { REPORT_FOLDER, readApi, writeReports } = await import('./packing/apiReport.mjs');
  for (const { folder, manifest } of await readPackages()) {
    if (manifest.private === true) continue;
    const reports = await readApi({ folder, manifest });
    await writeReports(folder, reports);
    for (const { entry } of reports) progress.say(join(relative(ROOT, folder), REPORT_FOLDER, entry.file));
  }
  return EXIT.ok;
});
