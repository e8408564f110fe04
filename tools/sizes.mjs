/**
 * `node tools/sizes.mjs [TRANSPORT]`: prints the bytes, gzipped and minified, that each module adds to an app with `Room`, a transport
 * (default: `ProtooTransport`) and `mediasoupV3`. `--json` prints JSON, to compare two commits. Requires a build.
 */
import { join } from 'node:path';
import { main } from './bootstrap/main.mjs';
import { ROOT } from './bootstrap/paths.mjs';
import { EXIT } from './bootstrap/exit.mjs';
import { moduleSizes } from './sizes/moduleSizes.mjs';

await main(async () => {
  const [transport = 'ProtooTransport'] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  const { total, modules } = await moduleSizes({
    entry: join(ROOT, 'packages/client/dist/index.js'),
    imports: `Room, ${transport}, mediasoupV3`,
    root: ROOT,
  });
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ total, modules }, null, 2));
    return EXIT.ok;
  }
  console.log(`${String(total).padStart(6)}         total, gzipped`);
  for (const { path, minified, gzipped } of modules)
    console.log(`${String(gzipped).padStart(6)} ${String(minified).padStart(7)}  ${path}`);
  return EXIT.ok;
});
