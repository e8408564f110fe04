import { copyFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const inDist = (name: string) => fileURLToPath(new URL(`../dist/${name}`, import.meta.url));

/** As an ES module, the file has no exports and sets the global. */
const moduleTypes = `import type * as client from './index.js';
import type * as ports from './ports.js';

declare global {
  /** Every export of \`@tureen/client\` and \`@tureen/client/ports\`. Import types from these. */
  const Tureen: typeof client & typeof ports;
}
`;

const requireTypes = `export * from './cjs/index.cjs';
export * from './cjs/ports.cjs';
`;

/** Copies the UMD file to a name that `require` takes for CommonJS in a package of ES modules, and writes the types of both. */
export const copyForRequire: Plugin = {
  name: 'copy-for-require',
  async writeBundle() {
    await copyFile(inDist('tureen.umd.js'), inDist('tureen.umd.cjs'));
    await writeFile(inDist('tureen.umd.d.ts'), moduleTypes);
    await writeFile(inDist('tureen.umd.d.cts'), requireTypes);
  },
};
