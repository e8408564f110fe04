import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../bootstrap/children.mjs';
import { EXIT, Stop } from '../bootstrap/exit.mjs';
import { publishedPackages, temporaryFolder } from './tarballs.mjs';

/** CycloneDX's own name for a package whose code is inside another one. */
const BUNDLED = { name: 'cdx:npm:package:bundled', value: 'true' };

/** Separator of the license notices that the build of the client writes. */
const NOTICE_SEPARATOR = '\n\n---\n\n';

/** Name of the file that lists the components of a package. */
export const sbomName = ({ name, version }) => `${name.replace('@', '').replace('/', '-')}-${version}.cdx.json`;

/**
 * Lists the packages in the files of a build, from the license notices beside those files.
 * @param {string} folder of the package
 * @returns {Promise<string[]>} name and version, sorted
 */
export async function bundledPackages(folder) {
  const dist = join(folder, 'dist');
  if (!existsSync(dist)) throw new Stop(EXIT.failed, `${dist} does not exist. Run \`npm run build\` first.`);
  const files = (await readdir(dist, { recursive: true })).filter((file) => file.endsWith('.LICENSE.txt'));
  const texts = await Promise.all(files.map((file) => readFile(join(dist, file), 'utf8')));
  const notices = texts.flatMap((text) => text.split(NOTICE_SEPARATOR));
  return [...new Set(notices.map((notice) => notice.split('\n', 1)[0].replace(/ (?=\S+$)/, '@')))].sort();
}

/** Reads what pnpm lists for a package. `flags` choose the dependencies. */
async function readPnpmSbom({ folder, manifest }, flags, { env }) {
  const file = join(await temporaryFolder('sbom'), 'pnpm.json');
  const args = ['sbom', '--sbom-format=cyclonedx', `--out=${file}`, `--filter=${manifest.name}`, ...flags];
  const { code, output } = await run('pnpm', args, { cwd: folder, env });
  if (code !== 0) throw new Stop(EXIT.failed, `\`pnpm ${args.join(' ')}\` failed.`, { output });
  return JSON.parse(await readFile(file, 'utf8'));
}

/** Name with its scope, and version. */
export const componentId = ({ group, name, version }) => `${group ? `${group}/` : ''}${name}@${version}`;

const byRef = (a, b) => (a < b ? -1 : Number(a > b));

/**
 * Adds bundled packages to the list of installed ones. Leaves out what changes in each run: the serial number and the time.
 * @param {object} installed what pnpm lists for production
 * @param {object} all what pnpm lists, with the packages of the build
 * @param {readonly string[]} bundled name and version
 */
export function mergeSboms(installed, all, bundled) {
  const unknown = bundled.filter((id) => !all.components.some((one) => componentId(one) === id));
  if (unknown.length > 0) throw new Stop(EXIT.failed, `The lockfile lacks bundled packages: ${unknown.join(', ')}.`);
  const refs = new Set(installed.components.map((one) => one['bom-ref']));
  const added = all.components
    .filter((one) => bundled.includes(componentId(one)) && !refs.has(one['bom-ref']))
    .map((one) => ({ ...one, properties: [...(one.properties ?? []), BUNDLED] }));
  const metadata = { ...installed.metadata, timestamp: undefined };
  const root = metadata.component['bom-ref'];
  const addedRefs = added.map((one) => one['bom-ref']);
  const dependencies = installed.dependencies.map(({ ref, dependsOn = [] }) => ({
    ref,
    dependsOn: [...dependsOn, ...(ref === root ? addedRefs : [])].sort(byRef),
  }));
  return {
    ...installed,
    serialNumber: undefined,
    metadata,
    components: [...installed.components, ...added].sort((a, b) => byRef(a['bom-ref'], b['bom-ref'])),
    dependencies: [...dependencies, ...addedRefs.map((ref) => ({ ref, dependsOn: [] }))].sort((a, b) =>
      byRef(a.ref, b.ref),
    ),
  };
}

/**
 * Makes the CycloneDX list of a package: the packages that an install brings, and those inside its files.
 * @param {{ folder: string, manifest: Record<string, any> }} published
 * @param {{ env: NodeJS.ProcessEnv, bundled: readonly string[] }} options `bundled`: name and version
 */
export async function makeSbom(published, { env, bundled }) {
  const installed = await readPnpmSbom(published, ['--prod', '--exclude-peers'], { env });
  const all = bundled.length === 0 ? installed : await readPnpmSbom(published, [], { env });
  return mergeSboms(installed, all, bundled);
}

/**
 * Writes a CycloneDX file for each package that npm gets. Needs a build.
 * @param {{ env: NodeJS.ProcessEnv, out: string }} options `out`: folder for the files
 * @returns {Promise<string[]>} names of the files
 */
export async function writeSboms({ env, out }) {
  await mkdir(out, { recursive: true });
  const names = [];
  for (const published of await publishedPackages()) {
    const name = sbomName(published.manifest);
    const sbom = await makeSbom(published, { env, bundled: await bundledPackages(published.folder) });
    await writeFile(join(out, name), `${JSON.stringify(sbom, null, 2)}\n`);
    names.push(name);
  }
  return names;
}

/**
 * Checks that the CycloneDX files of built packages can be made, and that they list what the client bundles.
 * @returns {Promise<string[]>} problems
 */
export async function problemsOfSboms({ env }) {
  const problems = [];
  for (const published of await publishedPackages()) {
    const bundled = await bundledPackages(published.folder);
    const ids = (await makeSbom(published, { env, bundled })).components.map(componentId);
    const isClient = published.manifest.name === '@tureen/client';
    for (const name of isClient ? ['protoo-client', 'mediasoup-client', 'eventemitter3'] : [])
      if (!ids.some((id) => id.startsWith(`${name}@`))) problems.push(`${published.manifest.name} lists no ${name}`);
  }
  return problems;
}
