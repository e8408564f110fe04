import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checkSettings } from './config/checkSettings.ts';
import { withCommandDefaults } from './config/commandDefaults.ts';
import { flagOf, SETTING_NAMES } from './config/settingsTable.ts';
import { StartError } from './StartError.ts';

const pages = ['troubleshooting', 'reconnect', 'join-and-leave'].map((name) =>
  readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8'),
);
const page = pages[0]?.replaceAll(/\s+/g, ' ') ?? '';
const defaults = checkSettings({});

it('the pages for apps name only flags that the server has', () => {
  const flags = new Set(SETTING_NAMES.map((name) => `--${flagOf(name)}`));
  // `npm start` passes these on, and browsers have flags of their own.
  const named = pages.flatMap((text) => [...text.matchAll(/`(--[a-z-]+)`/g)].map(([, flag = '']) => flag));

  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((flag) => !flags.has(flag))).toEqual([]);
});

it.each([
  ['the most peers of a room', `\`--max-peers-per-room\` peers (default ${defaults.maxPeersPerRoom})`],
  ['the most rooms', `\`--max-rooms\` rooms (default ${defaults.maxRooms})`],
  [
    'the first estimate of the downlink',
    `${defaults.initialAvailableOutgoingBitrate / 1_000_000} Mbit/s (\`--initial-available-outgoing-bitrate\`)`,
  ],
  ['the limit of incoming media', `per transport: ${defaults.maxIncomingBitrate / 1_000_000} Mbit/s, none`],
])('docs/troubleshooting.md states %s', (_what, text) => {
  expect(page).toContain(text);
});

it('docs/troubleshooting.md states the first media port of the command', () => {
  const { rtcPort } = checkSettings(withCommandDefaults({}));

  expect(page).toContain(`media ports in the firewall: ${rtcPort} and one more`);
});

it('docs/troubleshooting.md quotes the error of a missing media worker', () => {
  const { code, message } = StartError.fromWorkers(new Error('spawn /none ENOENT'));

  expect(page).toContain(`code \`${code}\`: \`${message.replace(/\(.*/, '(…)`')}`);
});
