import { defineConfig } from '@playwright/test';
import config from './playwright.config.ts';

const [pages] = [config.webServer].flat();
const chromium = config.projects?.find(({ name }) => name === 'chromium');

/** What is measured in a browser, by commands of its own. */
export default defineConfig({
  ...config,
  testMatch: '**/*.bench.ts',
  // A trace takes time from what is measured.
  use: { trace: 'off', screenshot: 'off' },
  projects: [{ name: 'chromium', use: { ...chromium?.use } }],
  ...(pages === undefined ? {} : { webServer: pages }),
});
