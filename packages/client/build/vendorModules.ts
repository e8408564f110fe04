import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Modules that are built on their own, with the libraries inside: the path in `src` and in `dist`, without extension. */
export const vendorModules = {
  mediasoupClient: 'media/device/mediasoupClient',
  protooClient: 'signaling/protooClient',
  sdpTransform: 'media/sdpTransform',
} as const;

const byPath = new Map<string, string>(
  Object.values(vendorModules).map((path) => [join(root, 'src', `${path}.ts`), join(root, 'dist', `${path}.js`)]),
);

/** The module of `dist` for an import of a vendor module's source, or null. */
function builtModule(id: string, importer: string | undefined): string | null {
  if (importer === undefined || !id.startsWith('.')) return null;
  return byPath.get(join(dirname(importer), id)) ?? null;
}

/**
 * Leaves the imports of vendor modules to the app's bundler. mediasoup-client is imported by a name of the package's `imports`,
 * where an app can choose the genuine package with a condition.
 */
export const importVendorModules: Plugin = {
  name: 'import-vendor-modules',
  resolveId(id, importer) {
    const built = builtModule(id, importer);
    if (built === null) return null;
    const isReplaceable = built.endsWith(`${vendorModules.mediasoupClient}.js`);
    return { id: isReplaceable ? '#mediasoup-client' : id.replace(/ts$/, 'js'), external: true };
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
