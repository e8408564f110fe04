import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { ROOT } from '../bootstrap/paths.mjs';

const run = promisify(execFile);

const client = JSON.stringify(pathToFileURL(join(ROOT, 'packages/client/dist/index.js')).href);

/** Makes mistakes on the built client, and prints the error or warning for each. */
const program = `
import * as tureen from ${client};
const { CallbackTransport, ProtooTransport, Room, SocketIoTransport, WebSocketTransport, encodingsFor } = tureen;
const said = [];
const attempt = (call) => {
  try {
    call();
    said.push('nothing');
  } catch (error) {
    said.push(error.code + ' ' + error.argument);
  }
};
const ignore = () => {};
const logger = { debug: ignore, info: ignore, error: ignore, warn: (text) => said.push(text) };
const transport = new ProtooTransport({ url: 'wss://sfu.example' });
const room = { roomId: 'r1', peerId: 'alice', dialect: tureen.mediasoupV3(), transport, logger };
attempt(() => new Room());
attempt(() => new Room({ ...room, consume: 'some' }));
attempt(() => new ProtooTransport('wss://sfu.example'));
attempt(() => new WebSocketTransport({}));
attempt(() => new CallbackTransport({ request: ignore }));
attempt(() => new SocketIoTransport({ socket: 'https://sfu.example' }));
attempt(() => encodingsFor({ width: 640 }));
attempt(() => encodingsFor('h720', { simulcast: 'yes' }));
new Room(room).on('newconsumer', ignore);
console.log(JSON.stringify(said));
`;

const always = ['options', 'consume', 'url', 'url', 'notify', 'socket', 'preset.layers'].map(
  (argument) => `invalidArgument ${argument}`,
);

const expected = {
  development: [
    ...always,
    'invalidArgument simulcast',
    "[tureen r1/alice] Room has no event 'newconsumer'; use 'newConsumer'",
  ],
  production: [...always, 'nothing'],
};

/** Compares the checks of the built client with the condition `development`, and without it. Needs a build. */
export async function problemsOfDevelopmentChecks() {
  const problems = [];
  for (const [name, said] of Object.entries(expected)) {
    const conditions = name === 'development' ? ['--conditions=development'] : [];
    const { stdout } = await run(process.execPath, [...conditions, '--input-type=module', '--eval', program]);
    if (stdout.trim() !== JSON.stringify(said))
      problems.push(`Checks for development, ${name}: the client printed ${stdout.trim()}`);
  }
  return problems;
}
