import { killAll, stopAll } from './children.mjs';
import { removeTemporary } from './cleanup.mjs';
import { EXIT, Stop } from './exit.mjs';
import { tail } from './output.mjs';

const PARENT_LOOK_MS = 500;
const NUMBER_OF = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
function explain(error) {
  if (error instanceof Stop) {
    if (error.output?.trim()) console.error(`\n${tail(error.output)}`);
    console.error(`\n${error.message}`);
    return error.exitCode;
  }
  if (error?.code === 'EACCES' || error?.code === 'EROFS' || error?.code === 'EPERM') {
    console.error(
      `\n${error.message}\nThe project writes into its own folder and your cache folder (XDG_CACHE_HOME): work in a clone of your own.`,
    );
  } else {
    console.error(error);
  }
  return EXIT.failed;
}

/**
 * npm may be killed, and the system does not report the loss of a parent, so it is looked for. (What npm can pass on
 * reaches us because the scripts in package.json say `exec`: otherwise there is a shell between, which keeps it.)
 */
function watchNpm(handleLoss) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const look = () => {
    if (process.ppid === parent) setTimeout(look, PARENT_LOOK_MS).unref();
    else handleLoss();
  };
  look();
}

/**
 * Runs one of the commands: ends with its exit code, and on Ctrl-C, SIGTERM or a closed terminal ends everything it
 * started first. A second Ctrl-C does not wait.
 * @param {() => Promise<number>} command
 * @param {{ stopGently?: () => Promise<void> }} [options] `stopGently` ends what has an order to be ended in
 */
export async function main(command, { stopGently = async () => undefined } = {}) {
  let isStopping = false;
  const handleSignal = async (signal) => {
    if (isStopping) {
      killAll();
      removeTemporary();
      process.exit(128 + NUMBER_OF[signal]);
    }
    isStopping = true;
    console.log('\nStopping.');
    await stopGently();
    await stopAll();
    process.exit(128 + NUMBER_OF[signal]);
  };
  for (const signal of Object.keys(NUMBER_OF)) process.on(signal, (name) => void handleSignal(name));
  watchNpm(() => void handleSignal('SIGTERM'));
  // Whoever read our output may be gone before us (a closed terminal, `| head`): no reason to die untidily.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

  let exitCode;
  try {
    exitCode = await command();
  } catch (error) {
    if (isStopping) return; // what fails now fails because it was ended
    exitCode = explain(error);
  }
  if (isStopping) return;
  await stopGently();
  await stopAll();
  process.exit(exitCode);
}
