/**
 * node probe.mjs [launch]
 *
 * Prints, as one line of JSON, which of Playwright's own browsers are installed; with `launch`, whether they start.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../../package.json', import.meta.url));
const playwright = require('@playwright/test');
const shouldLaunch = process.argv[2] === 'launch';

async function launches(type) {
  try {
    const browser = await type.launch({ timeout: 30_000 });
    await browser.close();
    return { isUsable: true };
  } catch (error) {
    return { isUsable: false, reason: error.message.split('\n')[0] };
  }
}

const found = {};
for (const name of ['chromium', 'firefox']) {
  const type = playwright[name];
  const isInstalled = existsSync(type.executablePath());
  found[name] = isInstalled && shouldLaunch ? await launches(type) : { isUsable: isInstalled };
}
console.log(JSON.stringify(found));
