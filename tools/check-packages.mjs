/**
 * Checks what npm would publish of each package: entry points, types and formats, by publint, on the files that `pnpm pack`
 * packs. Needs a build. Ends with code 1 where publint finds an error or a warning; prints suggestions.
 */
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { EXIT } from './bootstrap/exit.mjs';
import { main } from './bootstrap/main.mjs';
import { readPackages } from './packing/build.mjs';

await main(async () => {
  const packages = await readPackages();
  let failed = 0;
  for (const { folder, manifest } of packages.filter((one) => one.manifest.private !== true)) {
    const { messages, pkg } = await publint({ pkgDir: folder, pack: 'pnpm' });
    console.log(`${manifest.name}: ${messages.length === 0 ? 'no findings' : ''}`);
    for (const message of messages) console.log(`  ${message.type}: ${formatMessage(message, pkg, { color: false })}`);
    failed += messages.filter(({ type }) => type !== 'suggestion').length;
  }
  return failed > 0 ? EXIT.failed : EXIT.ok;
});
