import { defineConfig } from '@playwright/test';
import config from './playwright.config.ts';

const [pages] = [config.webServer].flat();
const chromium = config.projects?.find(({ name }) => name === 'chromium');

/** What takes too long for `npm test`, or needs programs that take long to get. */
export default defineConfig({
  ...config,
  testMatch: '**/*.full.ts',
  timeout: 300_000,
  projects: [{ name: 'chromium', use: { ...chromium?.use } }],
  ...(pages === undefined ? {} : { webServer: pages }),
});
