import { EXIT, Stop } from '../exit.mjs';
import { findProgram, isExecutable } from '../paths.mjs';
import { ownBrowsers } from './ownBrowsers.mjs';
import { missingScreenPackages } from './screen.mjs';

/**
 * Browsers of the tests. `variable` names the program for Playwright's configuration. An empty value stands for Playwright's own.
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

/** Browser that the variable names, or undefined. */
function namedBrowser({ name, variable }) {
  const path = process.env[variable];
  if (!path) return undefined;
  if (isExecutable(path)) return path;
  throw new Stop(
    EXIT.browsers,
    `${variable} is ${path}, which does not start on this machine. The tests have no ${name}.`,
  );
}

/**
 * Finds the browsers of the tests: those the user names, Playwright's own, or the system's. Otherwise names what
 * apt has to install.
 * @returns {Promise<import('../bootstrap.mjs').Found>}
 */
export async function findBrowsers(context) {
  const { progress } = context;
  const paths = new Map();
  for (const browser of BROWSERS) {
    const path = namedBrowser(browser);
    if (path !== undefined) paths.set(browser.name, path);
  }
  const unnamed = BROWSERS.filter(({ name }) => !paths.has(name)).map(({ name }) => name);
  if (unnamed.length > 0) for (const name of await ownBrowsers(unnamed, context)) paths.set(name, '');

  const lookInSystem = () => {
    for (const { name, programs } of BROWSERS) {
      const path = paths.has(name) ? undefined : findProgram(programs);
      if (path !== undefined) paths.set(name, path);
    }
    return BROWSERS.filter(({ name }) => !paths.has(name));
  };
  const result = () => {
    const shown = BROWSERS.map(({ name }) => `${name}: ${paths.get(name) || "Playwright's own"}`);
    progress.say(`Browsers: ${shown.join(', ')}`);
    return Object.fromEntries(BROWSERS.map(({ name, variable }) => [variable, paths.get(name)]));
  };

  const packages = [...lookInSystem().flatMap((browser) => browser.packages), ...missingScreenPackages(findProgram)];
  if (packages.length === 0) return { env: result() };
  return {
    missing: { why: 'to test in browsers', packages: [...new Set(packages)] },
    make: async () => {
      const absent = lookInSystem();
      if (absent.length === 0) return result();
      const names = absent.map(({ name }) => name).join(' and ');
      throw new Stop(
        EXIT.browsers,
        `The tests have no ${names}, although apt installed the packages.\nTry: pnpm exec playwright install --with-deps ${names}`,
      );
    },
  };
}
