import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plugin } from 'rolldown';

const standIn = (name: string) => fileURLToPath(new URL(`../stand-ins/${name}.ts`, import.meta.url));

/**
 * Packages that the bundled libraries import, with their stand-in modules. One list for all libraries of the client's bundle, so that they
 * share one emitter, and none includes `debug`.
 */
export const sharedAliases: Readonly<Record<string, string>> = {
  debug: standIn('debug'),
  events: standIn('NodeEmitter'),
  'events-alias': standIn('NodeEmitter'),
};

/** {@link sharedAliases} as a plugin. */
export const withSharedAliases: Plugin = {
  name: 'shared-aliases',
  resolveId: (id) => sharedAliases[id] ?? null,
};

const entry = createRequire(import.meta.url).resolve('mediasoup-client');
const manifest = JSON.parse(readFileSync(new URL('../package.json', pathToFileURL(entry)), 'utf8')) as {
  version: string;
};
/** Version of mediasoup-client in the build: the installed version, which the lockfile pins. */
export const bundledVersion = manifest.version;

/** Modules inside the packages, by the end of their paths. */
const modules: readonly (readonly [path: RegExp, code: string])[] = [
  // The index also exports `debug`, a handler for tests, and that handler's parameters.
  [
    /\/mediasoup-client\/lib\/index\.js$/,
    [
      "export { Device, detectDevice } from './Device';",
      "export * as ortc from './ortc';",
      `export const version = '${bundledVersion}';`,
    ].join('\n'),
  ],
  [/\/mediasoup-client\/lib\/handlers\/ReactNative106\.js$/, `export * from '${standIn('ReactNative106')}';`],
  [
    /\/(?:mediasoup-client|awaitqueue|h264-profile-level-id)\/lib\/Logger\.js$/,
    `export * from '${standIn('Logger')}';`,
  ],
];

/** Replaces modules of mediasoup-client and its dependencies that no page needs. */
export const withoutUnusedModules: Plugin = {
  name: 'mediasoup-client-modules',
  load: (id) => modules.find(([path]) => path.test(id))?.[1] ?? null,
};
