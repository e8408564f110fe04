/**
 * `node tools/setup.mjs --needs=worker,browsers`: gets what scripts need, and writes the locations into `.toolchain/environment.json`.
 * `npm start` and `npm test` do the same for their own needs. `tools/run.mjs` starts this command if the file lacks something.
 * Exit codes: bootstrap/exit.mjs.
 */
import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { EXIT, Stop } from './bootstrap/exit.mjs';
import { main } from './bootstrap/main.mjs';
import { NEEDS, parseNeeds } from './bootstrap/needs.mjs';
import { createProgress } from './bootstrap/progress.mjs';
import { build, isBuilt } from './packing/build.mjs';

const HELP = `node tools/setup.mjs [options]

  --needs=NAME,...   needs beyond Node, pnpm and the dependencies: ${Object.keys(NEEDS).join(', ')}
  --help             print this help`;

function readFlags() {
  try {
    const options = { needs: { type: 'string', default: '' }, help: { type: 'boolean' } };
    const { needs, help } = parseArgs({ options }).values;
    return { needs: parseNeeds(needs), help };
  } catch (error) {
    throw new Stop(EXIT.usage, `${error.message}\n\n${HELP}`);
  }
}

await main(async () => {
  const { needs, help } = readFlags();
  if (help) {
    console.log(HELP);
    return EXIT.ok;
  }
  const env = await bootstrap({ progress: createProgress(), needs });
  return needs.includes('build') && !(await isBuilt()) ? build({ env }) : EXIT.ok;
});
