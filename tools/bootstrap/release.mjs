import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, Stop } from './exit.mjs';
import { readStamp } from './stamp.mjs';

/** Name of the file in a prepared release: the content of `tools/previous-release.json`, and the path of the worker. */
export const RELEASE_FILE = 'release.json';

const NAMED_IN = 'tools/previous-release.json';

/** Reads `tools/previous-release.json`: version, tag and commit of the release before this one. */
export function readRelease(root) {
  const release = JSON.parse(readFileSync(join(root, NAMED_IN), 'utf8'));
  if (/^[0-9a-f]{40}$/.test(release.commit)) return release;
  throw new Stop(EXIT.dependencies, `${NAMED_IN} names no commit: ${release.commit}`);
}

/** Version of mediasoup in a folder `node_modules`, or undefined. */
async function mediasoupIn(modules) {
  return (await readStamp(join(modules, 'mediasoup', 'package.json')))?.version;
}

/**
 * Finds out why a folder is not the installed release that `tools/previous-release.json` names now.
 * @param {string} folder
 * @param {string} root of the repository
 * @returns {Promise<string | undefined>} continues a sentence about the folder, e.g. `has no release.json`
 */
export async function faultOfRelease(folder, root) {
  const named = readRelease(root);
  const prepared = await readStamp(join(folder, RELEASE_FILE));
  if (prepared === undefined) return `has no ${RELEASE_FILE}`;
  if (prepared.commit !== named.commit)
    return `is release ${prepared.tag} (${prepared.commit}), but ${NAMED_IN} names ${named.tag} (${named.commit})`;
  if (typeof prepared.worker === 'string')
    return existsSync(prepared.worker) ? undefined : `needs the worker ${prepared.worker}, which does not exist`;
  // Without a worker of its own, the release runs on the worker of this clone.
  const version = await mediasoupIn(join(folder, 'app', 'node_modules'));
  if (version === undefined) return 'has no mediasoup';
  const isSame = version === (await mediasoupIn(join(root, 'packages', 'server', 'node_modules')));
  return isSame ? undefined : `needs a worker of mediasoup ${version}`;
}
