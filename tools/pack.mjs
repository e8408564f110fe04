/**
 * `npm run pack`: builds the packages, writes them as tarballs into a folder, and prints how to install them.
 * Exit codes: bootstrap/exit.mjs.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { EXIT, Stop } from './bootstrap/exit.mjs';
import { main } from './bootstrap/main.mjs';
import { ROOT } from './bootstrap/paths.mjs';
import { createProgress } from './bootstrap/progress.mjs';
import { build, readPackages, runPnpm } from './packing/build.mjs';
import { installLines, tarballName } from './packing/installLines.mjs';

const HELP = `npm run pack -- [options]

  --out=FOLDER   folder for the tarballs; default packed/
  --help         print this help`;

function readFlags() {
  try {
    return parseArgs({ options: { out: { type: 'string', default: 'packed' }, help: { type: 'boolean' } } }).values;
  } catch (error) {
    throw new Stop(EXIT.usage, `${error.message}\n\n${HELP}`);
  }
}

async function publishedManifests() {
  const packages = await readPackages();
  return packages.map(({ manifest }) => manifest).filter((manifest) => manifest.private !== true);
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

  const manifests = await publishedManifests();
  await mkdir(out, { recursive: true });
  for (const manifest of manifests) {
    await rm(join(out, tarballName(manifest)), { force: true });
    const args = ['--filter', manifest.name, 'pack', '--pack-destination', out];
    const packed = await runPnpm(args, { env });
    if (packed !== EXIT.ok) return packed;
  }
  const written = await readdir(out);
  const missing = manifests.map(tarballName).filter((name) => !written.includes(name));
  if (missing.length > 0) throw new Stop(EXIT.failed, `pnpm pack did not write ${missing.join(', ')} into ${out}.`);

  progress.say(`\nPacked into ${out}. To install a package, run its command in your project:\n`);
  for (const { name, command } of installLines(manifests, out)) progress.say(`  # ${name}\n  ${command}\n`);
  return EXIT.ok;
});
