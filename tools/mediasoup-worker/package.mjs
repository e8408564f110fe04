import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Folder and version of the server's mediasoup package. Its `worker/` is the source. */
export function mediasoupPackage(root) {
  const folder = realpathSync(join(root, 'packages', 'server', 'node_modules', 'mediasoup'));
  const { version, repository } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { folder, version, repositoryUrl: repository.url };
}
