/**
 * Checks what npm would publish of each package. Needs a build. Ends with code 1 where a check fails:
 * - entry points, types and formats, by publint, on the files that `pnpm pack` packs; suggestions are printed only
 * - the reports of the public API in `packages/<name>/api/`, which must be those of the built types
 * - an app that implements every port of the client, compiled and run on the built package
 * - the checks of the client for development, with the condition and without it
 */
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { EXIT } from './bootstrap/exit.mjs';
import { main } from './bootstrap/main.mjs';
import { COMMAND, differingReports, readApi } from './packing/apiReport.mjs';
import { readPackages } from './packing/build.mjs';
import { problemsOfDevelopmentChecks } from './packing/developmentChecks.mjs';
import { problemsOfOwnPorts } from './packing/ownPorts.mjs';

async function checkPackedFiles({ folder, manifest }) {
  const { messages, pkg } = await publint({ pkgDir: folder, pack: 'pnpm' });
  console.log(`${manifest.name}: ${messages.length === 0 ? 'no findings' : ''}`);
  for (const message of messages) console.log(`  ${message.type}: ${formatMessage(message, pkg, { color: false })}`);
  return messages.filter(({ type }) => type !== 'suggestion').length;
}

async function checkApi(packages) {
  const differing = [];
  let unexported = 0;
  for (const { folder, manifest } of packages) {
    const reports = await readApi({ folder, manifest });
    differing.push(...(await differingReports(folder, reports)));
    const ports = reports.find(({ entry }) => entry.name === '@tureen/client/ports');
    for (const name of ports?.unexported ?? []) {
      unexported += 1;
      console.error(`No entry point of ${manifest.name} exports ${name}, which stands in a signature of a port.`);
    }
  }
  if (differing.length > 0)
    console.error(`The public API has changed. Run \`${COMMAND}\` and review: ${differing.join(', ')}`);
  return differing.length + unexported;
}

async function checkOwnPorts() {
  const problems = await problemsOfOwnPorts({ env: process.env });
  for (const problem of problems) console.error(`e2e/ownPorts on the built client: ${problem}`);
  return problems.length;
}

async function checkDevelopmentChecks() {
  const problems = await problemsOfDevelopmentChecks();
  for (const problem of problems) console.error(`Checks of the built client: ${problem}`);
  return problems.length;
}

await main(async () => {
  const packages = (await readPackages()).filter(({ manifest }) => manifest.private !== true);
  let failed = 0;
  for (const one of packages) failed += await checkPackedFiles(one);
  failed += await checkApi(packages);
  failed += await checkOwnPorts();
  failed += await checkDevelopmentChecks();
  return failed > 0 ? EXIT.failed : EXIT.ok;
});
