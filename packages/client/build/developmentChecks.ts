import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const folder = fileURLToPath(new URL('../src/shared/checks/', import.meta.url));

/** Both modules, of which an app gets one by its conditions. */
export const checksModules = ['src/shared/checks/development.ts', 'src/shared/checks/production.ts'];

const isDevelopment = (id: string, importer: string | undefined) =>
  importer !== undefined && id.startsWith('.') && join(dirname(importer), id) === join(folder, 'development.ts');

/** Leaves the choice to the app's bundler, by the name in the `imports` of package.json. */
export const chooseChecks: Plugin = {
  name: 'choose-checks',
  resolveId: (id, importer) => (isDevelopment(id, importer) ? { id: '#checks', external: true } : null),
};

/** Takes the checks of production. */
export const productionChecks: Plugin = {
  name: 'production-checks',
  enforce: 'pre',
  resolveId: (id, importer) => (isDevelopment(id, importer) ? join(folder, 'production.ts') : null),
};
