/**
 * `npm run build`: sets up, then builds every package and the playground.
 * Exit codes: bootstrap/exit.mjs.
 */
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { main } from './bootstrap/main.mjs';
import { createProgress } from './bootstrap/progress.mjs';
import { build } from './packing/build.mjs';

await main(async () => {
  const env = await bootstrap({ progress: createProgress() });
  return build({ env });
});
