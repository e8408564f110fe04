/**
 * Prints the path of a worker of mediasoup 2.6.19 and builds it first where there is none. Only tests use it.
 * Exit codes: bootstrap/exit.mjs.
 */
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { EXIT } from './bootstrap/exit.mjs';
import { main } from './bootstrap/main.mjs';
import { createProgress } from './bootstrap/progress.mjs';

await main(async () => {
  const progress = createProgress();
  const needs = { needsWorker: false, needsBrowsers: false, needsMediasoup2Worker: true };
  const { TUREEN_MEDIASOUP2_WORKER: path } = await bootstrap({ progress, ...needs });
  progress.say(path);
  return EXIT.ok;
});
