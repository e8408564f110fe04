import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Modules that are built on their own, with the libraries inside: the path in `src` and in `dist`, without extension. */
export const vendorModules = {
  eventEmitter3: 'shared/eventemitter3',
  mediasoupClient: 'media/device/mediasoupClient',
  protooClient: 'signaling/protooClient',
  sdpTransform: 'media/sdpTransform',
} as const;

const built = (path: string) => join(root, 'dist', `${path}.js`);

const byPath = new Map<string, string>(
  Object.values(vendorModules).map((path) => [join(root, 'src', `${path}.ts`), built(path)]),
);

/** The module of `dist` for an import of a vendor module's source, or of eventemitter3 in any module, or null. */
function builtModule(id: string, importer: string | undefined): string | null {
  if (id === 'eventemitter3') return built(vendorModules.eventEmitter3);
  if (importer === undefined || !id.startsWith('.')) return null;
  return byPath.get(join(dirname(importer), id)) ?? null;
}

/**
 * Names in the `imports` of package.json, by the file in `dist`. mediasoup-client has one because an app can choose the genuine
 * package with a condition; eventemitter3, because modules of several folders and libraries import it.
 */
const names = new Map([
  [built(vendorModules.mediasoupClient), '#mediasoup-client'],
  [built(vendorModules.eventEmitter3), '#eventemitter3'],
]);

/** Leaves the imports of vendor modules to the app's bundler. */
export const importVendorModules: Plugin = {
  name: 'import-vendor-modules',
  resolveId(id, importer) {
    const file = builtModule(id, importer);
    return file === null ? null : { id: names.get(file) ?? id.replace(/ts$/, 'js'), external: true };
  },
};

/** Reads a module of `dist` with its source map. A module that only exports from others has none. */
async function readBuilt(id: string) {
  const code = await readFile(id, 'utf8');
  const mapUrl = /^\/\/# sourceMappingURL=.*$/m;
  return mapUrl.test(code) ? { code: code.replace(mapUrl, ''), map: await readFile(`${id}.map`, 'utf8') } : null;
}

/** Takes vendor modules from `dist`, with their source maps, so that the UMD file has what the modules have. */
export const inlineVendorModules: Plugin = {
  name: 'inline-vendor-modules',
  enforce: 'pre',
  resolveId: builtModule,
  load: (id) => ([...byPath.values()].includes(id) ? readBuilt(id) : null),
};

/** Reads all modules with their source maps: those of the client, and those of the protocol. */
export const readBuiltModules: Plugin = {
  name: 'read-built-modules',
  load: (id) => (/\/dist\/.*\.js$/.test(id) && !id.includes('/node_modules/') ? readBuilt(id) : null),
};

/** The module whose types are built on their own, with those of libraries inside, without extension. */
export const foreignTypes = 'media/device/handlerFactory';

/** Leaves imports of the module of foreign types as they are. */
export const importForeignTypes: Plugin = {
  name: 'import-foreign-types',
  resolveId(id, importer) {
    const isForeign = importer !== undefined && join(dirname(importer), id) === join(root, 'src', `${foreignTypes}.ts`);
    return isForeign ? { id: id.replace(/ts$/, 'js'), external: true } : null;
  },
};

/** Finds the types of `events`, which mediasoup-client installs under another name. */
export const inlineTypesOfEvents: Plugin = {
  name: 'inline-types-of-events',
  resolveId: (id, importer) =>
    id === 'events-alias' && importer !== undefined
      ? createRequire(importer).resolve('@types/events-alias/index.d.ts')
      : null,
};
