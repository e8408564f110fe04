import { readFile } from 'node:fs/promises';
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

/** Takes vendor modules from `dist`, with their source maps, so that the UMD file has what the modules have. */
export const inlineVendorModules: Plugin = {
  name: 'inline-vendor-modules',
  enforce: 'pre',
  resolveId: builtModule,
  async load(id) {
    if (![...byPath.values()].includes(id)) return null;
    const [code, map] = await Promise.all([readFile(id, 'utf8'), readFile(`${id}.map`, 'utf8')]);
    return { code: code.replace(/^\/\/# sourceMappingURL=.*$/m, ''), map };
  },
};
