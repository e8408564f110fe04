import type { LaunchOptions } from '@playwright/test';
import { applyEnvironmentFile } from '../tools/bootstrap/environmentFile.mjs';

// Playwright's configuration imports this file before anything reads a variable.
applyEnvironmentFile();

/** Executable that the set-up found, or Playwright's own. */
const executable = (path: string | undefined) => (path === undefined || path === '' ? {} : { executablePath: path });

/** Arguments of every Chromium of the tests: fake devices, no prompts, no background network traffic. */
export const chromiumArgs = [
  // Chromium's second fake camera provides depth, which no codec encodes. The third provides pictures again.
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

/** Like a user's browser: no playback before a gesture. */
export const strictChromiumLaunch: LaunchOptions = {
  ...executable(process.env.TUREEN_CHROMIUM),
  args: [...chromiumArgs, '--autoplay-policy=user-gesture-required'],
};

/** Like a user's browser: a site may use only devices that the user allowed. */
export const permissionChromiumLaunch: LaunchOptions = {
  ...chromiumLaunch,
  args: [...chromiumArgs.filter((arg) => arg !== '--use-fake-ui-for-media-stream'), autoplay],
};

const firefoxPath = process.env.TUREEN_FIREFOX;

export const firefoxLaunch: LaunchOptions = {
  // A Firefox of the distribution is driven through BiDi, under a separate channel.
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
