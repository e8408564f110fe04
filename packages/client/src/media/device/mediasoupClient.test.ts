import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import * as lean from '@tureen/mediasoup-client-lean';
import {
  bundledVersion,
  leanMediasoupClient,
  leanTreeshake,
  reservedMembers,
  unusedHandlerMethods,
  unusedMethods,
} from '@tureen/mediasoup-client-lean/build';
import { rolldown, type RolldownOutput } from 'rolldown';
import { beforeAll, describe, expect, it } from 'vitest';

import { licensesBeside } from '../../../build/licenses.ts';

function sourcesIn(folder: URL): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(new URL(file, folder), 'utf8'));
}

describe('sources of the engines', () => {
  it('call no method that the build removes from mediasoup-client', () => {
    // The emitter, handler factories and the engine's own classes have methods with these names.
    const { 'mediasoup-client/lib/enhancedEvents.js': _ofEmitter, ...methods } = unusedMethods;
    const names = [...Object.values(methods).flat(), ...unusedHandlerMethods].filter(
      (name) => !['pause', 'resume', 'remove', 'factory'].includes(name),
    );
    const sources = sourcesIn(new URL('.', import.meta.url));

    expect(sources.length).toBeGreaterThan(10);
    for (const source of sources)
      expect(source).not.toMatch(new RegExp(`\\.(?:${names.join('|')}|addListener|removeListener)\\(`));
  });

  it('read only private members of mediasoup-client whose names the build keeps', () => {
    // Excludes a first parameter, which an underscore marks as unused.
    const members = sourcesIn(new URL('../', import.meta.url)).flatMap(
      (source) => source.match(/(?<![\w$#(])_[a-z]\w*/g) ?? [],
    );

    expect([...new Set(members)].sort()).toEqual([...reservedMembers].sort());
  });
});

describe('license notices of the lean bundle', () => {
  let output: RolldownOutput['output'];

  beforeAll(async () => {
    const bundle = await rolldown({
      input: fileURLToPath(new URL('mediasoupClient.ts', import.meta.url)),
      platform: 'browser',
      external: ['eventemitter3', 'sdp-transform'],
      treeshake: leanTreeshake,
      plugins: [leanMediasoupClient, licensesBeside],
    });
    ({ output } = await bundle.generate({ format: 'esm' }));
  });

  it('stand beside the bundle, each with the version that is in the bundle', () => {
    const notices = output.find(({ fileName }) => fileName === 'mediasoupClient.js.LICENSE.txt');
    const source = notices?.type === 'asset' ? String(notices.source) : '';

    expect(source.match(/^[\w@/-]+ \d+\.\d+\.\d+$/gm)).toEqual([
      expect.stringMatching(/^awaitqueue /),
      expect.stringMatching(/^h264-profile-level-id /),
      `mediasoup-client ${bundledVersion}`,
    ]);
    expect(source).toContain('Iñaki Baz Castillo');
    expect(output[0].code).toContain(`"${bundledVersion}"`);
    expect(lean.version).toBe(bundledVersion);
  });
});
