import { join } from 'node:path';

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {Record<string, string>} [dependencies]
 */

/** The file that `npm pack` and `pnpm pack` make of a package. */
export function tarballName({ name, version }) {
  return `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
}

/**
 * Lists a package after the packages of the workspace that it needs.
 * @param {string} name
 * @param {readonly Manifest[]} manifests of all packages of the workspace
 * @returns {Manifest[]}
 */
export function requiredPackages(name, manifests) {
  const byName = new Map(manifests.map((manifest) => [manifest.name, manifest]));
  const inOrder = new Set();
  const add = (one) => {
    for (const needed of Object.keys(one.dependencies ?? {})) if (byName.has(needed)) add(byName.get(needed));
    inOrder.add(one);
  };
  add(byName.get(name));
  return [...inOrder];
}

/**
 * Returns a shell command for each package that no other package needs. The command names the tarballs of the dependencies
 * first: otherwise npm looks for them in the registry, which may not have them.
 * @param {readonly Manifest[]} manifests of all packages of the workspace
 * @param {string} folder where the tarballs are
 * @returns {{ name: string, command: string }[]}
 */
export function installLines(manifests, folder) {
  const needed = new Set(manifests.flatMap(({ dependencies = {} }) => Object.keys(dependencies)));
  return manifests
    .filter(({ name }) => !needed.has(name))
    .map(({ name }) => {
      const tarballs = requiredPackages(name, manifests).map((one) => quoted(join(folder, tarballName(one))));
      return { name, command: `npm install ${tarballs.join(' ')}` };
    });
}

/** A path as a shell reads it. */
function quoted(path) {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
