import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { run } from '../bootstrap/children.mjs';
import { removeAtExit } from '../bootstrap/cleanup.mjs';
import { childEnvironment } from '../bootstrap/environment.mjs';
import { EXIT, Stop } from '../bootstrap/exit.mjs';
import { npmCommand } from '../bootstrap/toolchain.mjs';
import { readPackages } from './build.mjs';
import { removeForeignMaps, unwantedContents } from './contents.mjs';
import { tarballName } from './installLines.mjs';
import { brokenLinksIn, writePages } from './pages.mjs';
import { packedManifest, readPublication, relativeLinks, withAbsoluteLinks } from './publication.mjs';

/** Makes a folder that is removed when the command ends. */
export async function temporaryFolder(name) {
  return removeAtExit(await mkdtemp(join(tmpdir(), `tureen-${name}-`)));
}

/** Runs a program. Throws a Stop with its output where it fails. */
async function mustRun(command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code !== 0) throw new Stop(EXIT.failed, `\`${command} ${args.join(' ')}\` failed.`, { output });
  return output;
}

/** Runs npm in `cwd`. Throws a Stop with its output where it fails. */
export function runNpm(args, { cwd, env }) {
  const [command, first] = npmCommand(env);
  return mustRun(command, [...first, ...args], { cwd, env: childEnvironment({ base: env }) });
}

/** Packages that npm gets, in the order of their dependencies. */
export async function publishedPackages() {
  const packages = (await readPackages()).filter(({ manifest }) => manifest.private !== true);
  const names = new Set(packages.map(({ manifest }) => manifest.name));
  const depth = ({ manifest: { dependencies = {} } }) =>
    Object.keys(dependencies).filter((name) => names.has(name)).length;
  return packages.toSorted((a, b) => depth(a) - depth(b));
}

async function rewrite(file, change) {
  await writeFile(file, change(await readFile(file, 'utf8')));
}

/** Packs one built package. pnpm chooses the files and replaces `workspace:` by versions; the rest is written here. */
async function packOne({ folder, manifest }, { env, out, publication }) {
  const work = await temporaryFolder('pack');
  const file = tarballName(manifest);
  // The script `prepack` refuses every other way to pack.
  const args = ['--config.ignore-scripts=true', '--filter', manifest.name, 'pack', '--pack-destination', work];
  await mustRun('pnpm', args, { cwd: folder, env });
  await mustRun('tar', ['-xzf', join(work, file), '-C', work], { cwd: work, env });

  const cwd = join(work, 'package');
  const context = { publication, directory: `packages/${basename(folder)}` };
  await rewrite(join(cwd, 'package.json'), (text) => {
    const packed = packedManifest(JSON.parse(text), context);
    return `${JSON.stringify(packed, null, 2)}\n`;
  });
  await rewrite(join(cwd, 'README.md'), (text) => {
    const packed = withAbsoluteLinks(text, context);
    const links = relativeLinks(packed);
    if (links.length === 0) return packed;
    throw new Stop(EXIT.failed, `README.md of ${manifest.name} has relative links: ${links.join(', ')}.`);
  });
  await writePages(cwd, manifest.name, { publication });
  await removeForeignMaps(cwd);
  await rm(join(out, file), { force: true });
  await runNpm(['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', out], { cwd, env });
  await rm(work, { recursive: true });
  return { manifest, path: join(out, file) };
}

/**
 * Packs every package that npm gets, as npm gets them. Needs a build.
 * @param {{ env: NodeJS.ProcessEnv, out: string }} options `out`: folder for the tarballs
 * @returns {Promise<{ manifest: Record<string, any>, path: string }[]>} in the order of their dependencies
 */
export async function packAll({ env, out }) {
  await mkdir(out, { recursive: true });
  const publication = await readPublication();
  const packages = await publishedPackages();
  return Promise.all(packages.map((one) => packOne(one, { env, out, publication })));
}

/** Runs a check on the folder of an unpacked tarball. */
async function checkUnpacked(path, check, { env }) {
  const folder = await temporaryFolder('unpacked');
  await mustRun('tar', ['-xzf', path, '-C', folder], { cwd: folder, env });
  const found = await check(join(folder, 'package'));
  await rm(folder, { recursive: true });
  return found;
}

/**
 * Lists links of the pages in a tarball that lead to no file of the tarball.
 * @param {string} path of the tarball
 * @returns {Promise<string[]>}
 */
export const brokenLinksOfTarball = (path, options) => checkUnpacked(path, brokenLinksIn, options);

/**
 * Lists files that a tarball should not contain, and source maps that lead to no file.
 * @param {string} path of the tarball
 * @returns {Promise<string[]>}
 */
export const unwantedContentsOfTarball = (path, options) => checkUnpacked(path, unwantedContents, options);
