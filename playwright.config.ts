import { defineConfig } from '@playwright/test';
import { chromiumLaunch, firefoxLaunch } from './e2e/launch.ts';
import { ports } from './e2e/ports.ts';

/** Specs that need something of one browser only, or both browsers at once; all others run in each. */
const chromiumOnly = ['**/*-chromium.spec.ts'];
const firefoxOnly = ['**/*-firefox.spec.ts'];
const mixed = ['**/*-mixed.spec.ts'];

const server = { reuseExistingServer: false, gracefulShutdown: { signal: 'SIGTERM', timeout: 5000 } } as const;

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  // Two cores carry two pages with media well, and four badly.
  workers: 1,
  fullyParallel: false,
  forbidOnly: process.env.CI !== undefined,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  use: {
    // Without the film: it takes the processors of every page, which are there to carry media.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: true, sources: true },
    screenshot: 'only-on-failure',
  },
  projects: [
    {
      name: 'chromium',
      testIgnore: [...firefoxOnly, ...mixed],
      use: { browserName: 'chromium', launchOptions: chromiumLaunch },
    },
    {
      name: 'firefox',
      testIgnore: [...chromiumOnly, ...firefoxOnly, ...mixed],
      use: { browserName: 'firefox', launchOptions: firefoxLaunch },
    },
    {
      name: 'chromium + firefox',
      testMatch: mixed,
      use: { browserName: 'chromium', launchOptions: chromiumLaunch },
    },
    {
      // getDisplayMedia exists in a headed Firefox only; the set-up brings a virtual screen.
      name: 'firefox, headed',
      testMatch: firefoxOnly,
      use: { browserName: 'firefox', headless: false, launchOptions: firefoxLaunch },
    },
  ],
  webServer: [
    {
      command: `node e2e/pages/serve.ts ${ports.pages}`,
      port: ports.pages,
      ...server,
    },
    {
      command: 'pnpm --filter @tureen/playground dev',
      port: ports.playground,
      env: { TUREEN_PLAYGROUND_HOST: '127.0.0.1', TUREEN_PLAYGROUND_PORT: String(ports.playground) },
      ...server,
    },
  ],
});
