import type { LaunchOptions } from '@playwright/test';
import { applyEnvironmentFile } from '../tools/bootstrap/environmentFile.mjs';

// The configuration of Playwright imports this file before anything reads a variable.
applyEnvironmentFile();

/** An executable that the set-up found, or Playwright's own. */
const executable = (path: string | undefined) => (path === undefined || path === '' ? {} : { executablePath: path });

/** What every Chromium of the tests is started with: fake devices, no prompts, and no calls home. */
export const chromiumArgs = [
  // The second of Chromium's fake cameras gives depth, which nothing encodes; the third gives pictures again.
  '--use-fake-device-for-media-stream=fps=20,device-count=3',
  '--use-fake-ui-for-media-stream',
  '--allow-loopback-in-peer-connection',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

const autoplay = '--autoplay-policy=no-user-gesture-required';

export const chromiumLaunch: LaunchOptions = {
  ...executable(process.env.TUREEN_CHROMIUM),
  args: [...chromiumArgs, autoplay],
};

/** As a person's browser: nothing plays before a gesture. */
export const strictChromiumLaunch: LaunchOptions = {
  ...executable(process.env.TUREEN_CHROMIUM),
  args: [...chromiumArgs, '--autoplay-policy=user-gesture-required'],
};

/** As a person's browser: a site may use the devices that it was granted, and no longer. */
export const permissionChromiumLaunch: LaunchOptions = {
  ...chromiumLaunch,
  args: [...chromiumArgs.filter((arg) => arg !== '--use-fake-ui-for-media-stream'), autoplay],
};

const firefoxPath = process.env.TUREEN_FIREFOX;

export const firefoxLaunch: LaunchOptions = {
  // A Firefox of the distribution is driven by BiDi, under a channel of its own.
  ...(firefoxPath === undefined || firefoxPath === '' ? {} : { channel: 'moz-firefox', executablePath: firefoxPath }),
  firefoxUserPrefs: {
    'media.navigator.streams.fake': true,
    'media.navigator.permission.disabled': true,
    'media.peerconnection.ice.loopback': true,
    'media.peerconnection.ice.obfuscate_host_addresses': false,
    'media.autoplay.default': 0,
    'media.autoplay.blocking_policy': 0,
    'media.autoplay.block-webaudio': false,
    'fission.bfcacheInParent': false,
  },
};
