/**
 * `npm start`: sets up, runs the reference server and the playground, prints their addresses, and ends both on Ctrl-C.
 * Exit codes: bootstrap/exit.mjs.
 */
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { stop } from './bootstrap/children.mjs';
import { EXIT } from './bootstrap/exit.mjs';
import { main } from './bootstrap/main.mjs';
import { ROOT } from './bootstrap/paths.mjs';
import { createProgress } from './bootstrap/progress.mjs';
import { checkResponds } from './starting/checkResponds.mjs';
import { HELP, playgroundEnvironment, readFlags } from './starting/flags.mjs';
import { serverLog } from './starting/serverLog.mjs';
import { firstExit, startPlayground, startServer } from './starting/services.mjs';

const services = [];

/** Stops the server first, because its last messages to each peer pass through the playground's proxy. */
async function stopInOrder() {
  for (const { child } of services) await stop(child);
}

async function startBoth({ flags, env, progress }) {
  const onLine = await serverLog();
  const server = await startServer({ root: ROOT, env, args: flags.server, onLine });
  services.push(server);
  const playground = await startPlayground({
    root: ROOT,
    env: { ...env, ...playgroundEnvironment(flags, server.url) },
  });
  services.push(playground);
  await Promise.all([checkResponds(`${server.url}/health`), checkResponds(playground.urls[0])]);

  progress.say();
  for (const url of playground.urls) progress.say(`  Playground  ${url}`);
  progress.say(`  Server      ${server.url}`);
  progress.say('\n  Ctrl-C ends both.\n');
  throw await firstExit(services);
}

await main(
  async () => {
    const flags = readFlags(process.argv.slice(2));
    if (flags.isHelp) {
      console.log(HELP);
      return EXIT.ok;
    }
    const progress = createProgress();
    const env = await bootstrap({ progress, needs: ['worker'] });
    return startBoth({ flags, env, progress });
  },
  { stopGently: stopInOrder },
);
