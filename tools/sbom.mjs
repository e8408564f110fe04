/**
 * `npm run sbom`: writes a CycloneDX file of the components of each package that npm gets. Needs a build.
 * Exit codes: bootstrap/exit.mjs.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT, Stop } from './bootstrap/exit.mjs';
import { main } from './bootstrap/main.mjs';
import { ROOT } from './bootstrap/paths.mjs';
import { writeSboms } from './packing/sbom.mjs';

const HELP = `npm run sbom -- [options]

  --out=FOLDER   folder for the CycloneDX files; default packed/
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
  for (const name of await writeSboms({ env: process.env, out })) console.log(join(out, name));
  return EXIT.ok;
});
