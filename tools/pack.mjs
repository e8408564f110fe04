/**
 * `npm run pack`: builds the packages, writes them as tarballs into a folder, each with a CycloneDX file of its components, and
 * prints how to install them.
 * Exit codes: bootstrap/exit.mjs.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { EXIT, Stop } from './bootstrap/exit.mjs';
import { main } from './bootstrap/main.mjs';
import { ROOT } from './bootstrap/paths.mjs';
import { createProgress } from './bootstrap/progress.mjs';
import { build } from './packing/build.mjs';
import { installLines } from './packing/installLines.mjs';
import { writeSboms } from './packing/sbom.mjs';
import { packAll } from './packing/tarballs.mjs';

const HELP = `npm run pack -- [options]

  --out=FOLDER   folder for the tarballs and the CycloneDX files; default packed/
  --help         print this help`;

function readFlags() {
  try {
    return parseArgs({ options: { out: { type: 'string', default: 'packed' }, help: { type: 'boolean' } } }).values;
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
  const out = resolve(ROOT, flags.out);
  const progress = createProgress();
  const env = await bootstrap({ progress });
  const built = await build({ env });
  if (built !== EXIT.ok) return built;

  const manifests = (await packAll({ env, out })).map(({ manifest }) => manifest);
  const sboms = await writeSboms({ env, out });
  progress.say(`\nWrote the components of each package (CycloneDX): ${sboms.join(', ')}`);
  progress.say(`\nPacked into ${out}. To install a package, run its command in your project:\n`);
  for (const { name, command } of installLines(manifests, out)) progress.say(`  # ${name}\n  ${command}\n`);
  return EXIT.ok;
});
