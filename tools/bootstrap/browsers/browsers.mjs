import { EXIT, Stop } from '../exit.mjs';
import { findProgram, isExecutable } from '../paths.mjs';
import { ownBrowsers } from './ownBrowsers.mjs';
import { missingScreenPackages } from './screen.mjs';

/**
 * The browsers of the tests. `variable` tells playwright.config.ts which program to run; empty means Playwright's own.
 */
const BROWSERS = [
  {
    name: 'chromium',
    variable: 'TUREEN_CHROMIUM',
    programs: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
    packages: ['chromium', 'fonts-liberation'],
  },
  {
    name: 'firefox',
    variable: 'TUREEN_FIREFOX',
    programs: ['firefox-esr', 'firefox'],
    packages: ['firefox-esr', 'fonts-liberation'],
  },
];

function omitUndefined({ name, variable }) {
  const path = process.env[variable];
  if (!path) return undefined;
  if (isExecutable(path)) return path;
  throw new Stop(
    EXIT.browsers,
    `${variable} is ${path}, which is no program that can be run: no ${name} to test with.`,
  );
}

/**
 * Finds the browsers of the tests: those the user names, Playwright's own, or the system's. Failing those, it says what
 * apt would have to install.
 * @returns {Promise<{ env: Record<string, string>, needs?: undefined } | { needs: { why: string, packages: string[] }, look: () => Record<string, string> }>}
 */
export async function findBrowsers(context) {
  const { progress } = context;
  const paths = new Map();
  for (const browser of BROWSERS) {
    const path = omitUndefined(browser);
    if (path !== undefined) paths.set(browser.name, path);
  }
  const notGiven = BROWSERS.filter(({ name }) => !paths.has(name)).map(({ name }) => name);
  if (notGiven.length > 0) for (const name of await ownBrowsers(notGiven, context)) paths.set(name, '');

  const lookInSystem = () => {
    for (const { name, programs } of BROWSERS) {
      const path = paths.has(name) ? undefined : findProgram(programs);
      if (path !== undefined) paths.set(name, path);
    }
    return BROWSERS.filter(({ name }) => !paths.has(name));
  };
  const result = () => {
    const said = BROWSERS.map(({ name }) => `${name}: ${paths.get(name) || "Playwright's own"}`);
    progress.say(`Browsers: ${said.join(', ')}`);
    return Object.fromEntries(BROWSERS.map(({ name, variable }) => [variable, paths.get(name)]));
  };

  const packages = [...lookInSystem().flatMap((browser) => browser.packages), ...missingScreenPackages(findProgram)];
  if (packages.length === 0) return { env: result() };
  return {
    needs: { why: 'to test in browsers', packages: [...new Set(packages)] },
    look: () => {
      const missing = lookInSystem();
      if (missing.length === 0) return result();
      const names = missing.map(({ name }) => name).join(' and ');
      throw new Stop(
        EXIT.browsers,
        `No ${names} to test with: apt installed its packages, and there is still no program.\nTry: pnpm exec playwright install --with-deps ${names}`,
      );
    },
  };
}
