import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, Stop } from './exit.mjs';
import { readStamp } from './stamp.mjs';

/** Name of the file in a prepared release: the content of `tools/previous-release.json`, and the path of the worker. */
export const RELEASE_FILE = 'release.json';

/** Reads `tools/previous-release.json`: version, tag and commit of the release before this one. */
export function readRelease(root) {
  const release = JSON.parse(readFileSync(join(root, 'tools', 'previous-release.json'), 'utf8'));
  if (/^[0-9a-f]{40}$/.test(release.commit)) return release;
  throw new Stop(EXIT.dependencies, `tools/previous-release.json names no commit: ${release.commit}`);
}

/** Whether a folder holds the release that `tools/previous-release.json` names now. */
export async function isPreparedRelease(folder, root) {
  return (await readStamp(join(folder, RELEASE_FILE)))?.commit === readRelease(root).commit;
}
