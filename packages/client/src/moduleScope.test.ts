import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

/** Excludes modules imported for their effect on the browser, and those of tests. */
const isLeftOut = (path: string) =>
  /webrtc-adapter\.ts|umd\.ts|\.test(-d)?\.ts|Fixture\.ts|test-support|\.d\.ts/.test(path);

const browserGlobals = [
  'window',
  'document',
  'navigator',
  'localStorage',
  'RTCPeerConnection',
  'MediaStream',
  'MediaStreamTrack',
  'HTMLMediaElement',
];

/** Imports each module in a process where access to a browser global is an error. */
const script = (modules: string[]) => `
  for (const name of ${JSON.stringify(browserGlobals)})
    Object.defineProperty(globalThis, name, { configurable: true, get() { throw new Error(name + ' was touched'); } });
  for (const module of ${JSON.stringify(modules)}) {
    try {
      await import(module);
    } catch (error) {
      console.log(module + ': ' + error.message);
    }
  }
`;

describe('each module of the client', () => {
  test('touches no browser global on import, so that each module loads in Node and under SSR', async () => {
    const modules = globSync('**/*.ts', { cwd: import.meta.dirname })
      .filter((path) => !isLeftOut(path))
      .map((path) => new URL(path, import.meta.url).href);
    expect(modules.length).toBeGreaterThan(30);

    const { stdout } = await promisify(execFile)(process.execPath, [
      '--conditions=tureen-source',
      '--input-type=module',
      '--eval',
      script(modules),
    ]);

    expect(stdout).toBe('');
  });
});
