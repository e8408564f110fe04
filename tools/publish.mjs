/**
 * `npm run publish`: builds the packages, packs them, and publishes the tarballs to the registry that npm is configured for.
 * Exit codes: bootstrap/exit.mjs.
 */
import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { EXIT, Stop } from './bootstrap/exit.mjs';
import { main } from './bootstrap/main.mjs';
import { createProgress } from './bootstrap/progress.mjs';
import { build } from './packing/build.mjs';
import { PLACEHOLDER, PUBLICATION_FILE, invalidValues, readPublication, unfilledKeys } from './packing/publication.mjs';
import { publishTarball } from './packing/publishing.mjs';
import { packAll, publishedPackages, temporaryFolder } from './packing/tarballs.mjs';

const HELP = `npm run publish -- [options]

  --dry-run   build, pack and list the files, but publish nothing
  --help      print this help

npm cannot ask for a one-time password here: publish with an access token that needs none.`;

const UNCHECKED_NAMES =
  'The names @tureen/client, @tureen/protocol and @tureen/server were not checked on npm: they may be taken.\n' +
  'Make sure that the scope @tureen belongs to you before you publish.';

function readFlags() {
  try {
    const options = { 'dry-run': { type: 'boolean' }, help: { type: 'boolean' } };
    return parseArgs({ options }).values;
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
  const isDryRun = flags['dry-run'] === true;
  const progress = createProgress();
  progress.say(UNCHECKED_NAMES);

  const publication = await readPublication();
  const names = (await publishedPackages()).map(({ manifest }) => manifest.name);
  const invalid = invalidValues(publication, names);
  if (invalid.length > 0) {
    throw new Stop(EXIT.failed, `${PUBLICATION_FILE} has values that cannot be published:\n  ${invalid.join('\n  ')}`);
  }
  const unfilled = unfilledKeys(publication);
  if (unfilled.length > 0) {
    const problem = `${PUBLICATION_FILE} still contains the placeholder ${PLACEHOLDER} in: ${unfilled.join(', ')}.`;
    if (!isDryRun) throw new Stop(EXIT.failed, `${problem}\nReplace it, then run the command again.`);
    progress.say(`${problem} Without --dry-run, this command refuses to publish.`);
  }

  const env = await bootstrap({ progress });
  const built = await build({ env });
  if (built !== EXIT.ok) return built;
  const out = await temporaryFolder('publish');
  for (const packed of await packAll({ env, out })) progress.say(await publishTarball(packed, { env, isDryRun }));
  progress.say(isDryRun ? 'Published nothing: this was a dry run.' : 'Published.');
  return EXIT.ok;
});
