import { chromium, firefox } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';
import { chromiumArgs, chromiumLaunch, firefoxLaunch, permissionChromiumLaunch } from './launch.ts';
import type { ContractName } from './pages/contracts/main.ts';

const withoutDevices = chromiumArgs.map((arg) =>
  arg.startsWith('--use-fake-device') ? '--use-fake-device-for-media-stream=device-count=0' : arg,
);
const refusing = { 'permissions.default.camera': 2, 'permissions.default.microphone': 2 };
const prefs = firefoxLaunch.firefoxUserPrefs;

/** Browsers in which capture fails, and the contract for that failure. */
const cases: readonly [string, ContractName, () => ReturnType<typeof chromium.launch>][] = [
  ['Chromium without devices', 'noDevices', () => chromium.launch({ ...chromiumLaunch, args: withoutDevices })],
  ['Chromium that refuses capture', 'refusedCapture', () => chromium.launch(permissionChromiumLaunch)],
  [
    'Firefox without devices',
    'noDevices',
    () => firefox.launch({ ...firefoxLaunch, firefoxUserPrefs: { ...prefs, 'media.navigator.streams.fake': false } }),
  ],
  [
    'Firefox that refuses capture',
    'refusedCapture',
    () =>
      firefox.launch({
        ...firefoxLaunch,
        firefoxUserPrefs: { ...prefs, ...refusing, 'media.navigator.permission.disabled': false },
      }),
  ],
];

for (const [title, name, launch] of cases)
  test(`${title} keeps the contract ${name}`, async ({ world }) => {
    const browser = await launch();
    const { page } = await world.open('contract', { path: '/pages/contracts/', browser });
    const place = { url: world.serverUrl, roomId: world.roomId };
    const results = await page.evaluate(([which, where]) => window.runContract(which, where), [name, place] as const);
    expect(results).toEqual(results.map((result) => ({ ...result, failure: null })));
    expect(results.length).toBeGreaterThan(0);
    await browser.close();
  });
