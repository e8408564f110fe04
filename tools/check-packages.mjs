/**
 * Checks what npm would publish. Needs a build. Ends with code 1 where a check fails:
 * - entry points, types and formats of the tarballs, by publint and are-the-types-wrong
 * - links of the pages in the tarballs, and the CycloneDX files of their components
 * - the reports of the public API in `packages/<name>/api/`, which must be those of the built types
 * - an app that implements every port of the client, compiled and run on the built package
 * - the checks of the client for development, with the condition and without it
 * - a Vite app that installs the tarballs: its packages, its types, its build, and its page in Chromium
 * `--full` runs other checks in their place: an app with webpack, an app with Jest, and further versions of TypeScript.
 */
import { parseArgs } from 'node:util';
import { EXIT } from './bootstrap/exit.mjs';
import { main } from './bootstrap/main.mjs';
import { COMMAND, differingReports, readApi } from './packing/apiReport.mjs';
import { problemsOfJestApp, problemsOfMiddleTypes, problemsOfViteApp, problemsOfWebpackApp } from './packing/apps.mjs';
import { problemsOfDevelopmentChecks } from './packing/developmentChecks.mjs';
import { requiredPackages } from './packing/installLines.mjs';
import { lintTarball } from './packing/lintTarball.mjs';
import { problemsOfOwnPorts } from './packing/ownPorts.mjs';
import { problemsOfSboms } from './packing/sbom.mjs';
import {
  brokenLinksOfTarball,
  packAll,
  publishedPackages,
  temporaryFolder,
  unwantedContentsOfTarball,
} from './packing/tarballs.mjs';

const env = process.env;

/** Prints the problems of a check, and returns their number. */
async function check(name, problems) {
  const started = Date.now();
  const found = await problems();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${found.length === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  for (const one of found) console.error(`  ${one}`);
  return found.length;
}

async function problemsOfApi(packages) {
  const differing = [];
  const problems = [];
  for (const { folder, manifest } of packages) {
    const reports = await readApi({ folder, manifest });
    differing.push(...(await differingReports(folder, reports)));
    const ports = reports.find(({ entry }) => entry.name === '@tureen/client/ports');
    for (const name of ports?.unexported ?? [])
      problems.push(`No entry point of ${manifest.name} exports ${name}, which stands in a signature of a port.`);
  }
  if (differing.length > 0)
    problems.push(`The public API has changed. Run \`${COMMAND}\` and review: ${differing.join(', ')}`);
  return problems;
}

/** Tarballs that an app installs to use the client, and the packages that these bring. */
function contextOf(packed) {
  const manifests = requiredPackages(
    '@tureen/client',
    packed.map(({ manifest }) => manifest),
  );
  const ofClient = packed.filter(({ manifest }) => manifests.includes(manifest));
  return {
    env,
    tarballs: ofClient.map(({ path }) => path),
    expected: manifests.map(({ name, version }) => `${name}@${version}`).toSorted(),
  };
}

async function checkAll(packed) {
  // Waits for the registry most of the time.
  const viteApp = check('Vite app, TypeScript 5.4 and 7', () => problemsOfViteApp(contextOf(packed)));
  let failed = 0;
  for (const one of packed)
    failed += await check(`${one.manifest.name}: publint, are-the-types-wrong`, () => lintTarball(one));
  for (const { manifest, path } of packed)
    failed += await check(`${manifest.name}: links of the pages`, () => brokenLinksOfTarball(path, { env }));
  for (const { manifest, path } of packed)
    failed += await check(`${manifest.name}: files and source maps`, () => unwantedContentsOfTarball(path, { env }));
  failed += await check('CycloneDX files', () => problemsOfSboms({ env }));
  failed += await check('reports of the public API', async () => problemsOfApi(await publishedPackages()));
  failed += await check('an app with its own ports', () => problemsOfOwnPorts({ env }));
  failed += await check('checks for development', problemsOfDevelopmentChecks);
  return failed + (await viteApp);
}

async function checkFurtherApps(packed) {
  const context = contextOf(packed);
  let failed = await check('TypeScript 5.9 and 6', () => problemsOfMiddleTypes(context));
  failed += await check('webpack app', () => problemsOfWebpackApp(context));
  failed += await check('Jest app', () => problemsOfJestApp(context));
  return failed;
}

await main(async () => {
  const { values } = parseArgs({ options: { full: { type: 'boolean', default: false } } });
  const packed = await packAll({ env, out: await temporaryFolder('packed') });
  const failed = await (values.full ? checkFurtherApps : checkAll)(packed);
  return failed > 0 ? EXIT.failed : EXIT.ok;
});
