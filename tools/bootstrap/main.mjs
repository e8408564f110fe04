import { killAll, stopAll } from './children.mjs';
import { removeTemporary } from './cleanup.mjs';
import { EXIT, Stop } from './exit.mjs';
import { tail } from './output.mjs';

const PARENT_CHECK_MS = 500;
const NUMBER_OF = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
function explain(error) {
  if (error instanceof Stop) {
    if (error.output?.trim()) console.error(`\n${tail(error.output)}`);
    console.error(`\n${error.message}`);
    return error.exitCode;
  }
  if (error?.code === 'EACCES' || error?.code === 'EROFS' || error?.code === 'EPERM') {
    console.error(
      `\n${error.message}\nThe project writes into its own folder and your cache folder (XDG_CACHE_HOME). Run it in your own clone.`,
    );
  } else {
    console.error(error);
  }
  return EXIT.failed;
}

/**
 * Notices that npm was killed, which the system does not report to a child. (npm passes on other signals, because the scripts in
 * package.json start with `exec`. A shell in between would keep the signals.)
 */
function watchNpm(handleLoss) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const look = () => {
    if (process.ppid === parent) setTimeout(look, PARENT_CHECK_MS).unref();
    else handleLoss();
  };
  look();
}

/**
 * Runs a command and exits with its code. On Ctrl-C, SIGTERM or a closed terminal, first stops everything that the command started.
 * A second Ctrl-C does not wait.
 * @param {() => Promise<number>} command
 * @param {{ stopGently?: () => Promise<void> }} [options] `stopGently` stops programs that need an order
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
  // The reader of the output may exit first (a closed terminal, `| head`). The command must still clean up.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

  let exitCode;
  try {
    exitCode = await command();
  } catch (error) {
    if (isStopping) return; // the stop caused the failure
    exitCode = explain(error);
  }
  if (isStopping) return;
  await stopGently();
  await stopAll();
  process.exit(exitCode);
}
