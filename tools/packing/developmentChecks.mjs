import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { ROOT } from '../bootstrap/paths.mjs';

const run = promisify(execFile);

/** Makes two mistakes on the built client, and prints what the client says of each. */
const program = `
import { Room, encodingsFor, mediasoupV3, ProtooTransport } from ${JSON.stringify(pathToFileURL(join(ROOT, 'packages/client/dist/index.js')).href)};
const said = [];
const ignore = () => {};
const logger = { debug: ignore, info: ignore, error: ignore, warn: (text) => said.push(text) };
const transport = new ProtooTransport({ url: 'wss://sfu.example' });
new Room({ roomId: 'r1', peerId: 'alice', dialect: mediasoupV3(), transport, logger }).on('newconsumer', ignore);
try {
  encodingsFor('h720', { simulcast: 'yes' });
} catch (error) {
  said.push(error.code + ' ' + error.argument);
}
console.log(JSON.stringify(said));
`;

const expected = {
  development: ["[tureen r1/alice] Room has no event 'newconsumer'; use 'newConsumer'", 'invalidArgument simulcast'],
  production: [],
};

/** Compares the checks of the built client with the condition `development`, and without it. Needs a build. */
export async function problemsOfDevelopmentChecks() {
  const problems = [];
  for (const [name, said] of Object.entries(expected)) {
    const conditions = name === 'development' ? ['--conditions=development'] : [];
    const { stdout } = await run(process.execPath, [...conditions, '--input-type=module', '--eval', program]);
    if (stdout.trim() !== JSON.stringify(said)) problems.push(`in ${name}, it says ${stdout.trim()}`);
  }
  return problems;
}
