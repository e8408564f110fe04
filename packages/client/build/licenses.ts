import { readFile, readdir } from 'node:fs/promises';
import type { Plugin } from 'rolldown';

const packageFolder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+\//;
const separator = '\n\n---\n\n';

/**
 * Writes the license notices of all packages in a chunk beside the chunk, as `<file>.LICENSE.txt`: name, version and license of
 * each. A module that was bundled before has its notices beside itself, and these are taken over.
 */
export const licensesBeside: Plugin = {
  name: 'licenses-beside',
  async generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      const folders = new Set(chunk.moduleIds.flatMap((id) => packageFolder.exec(id)?.[0] ?? []));
      const earlier = await Promise.all(chunk.moduleIds.map(noticesBeside));
      const notices = new Set([...(await Promise.all([...folders].map(noticeOf))), ...earlier.flat()]);
      if (notices.size === 0) continue;
      const source = [...notices].sort().join(separator);
      this.emitFile({ type: 'asset', fileName: `${chunk.fileName}.LICENSE.txt`, source });
    }
  },
};

async function noticesBeside(id: string): Promise<string[]> {
  const text = await readFile(`${id}.LICENSE.txt`, 'utf8').catch(() => null);
  return text?.split(separator) ?? [];
}

async function noticeOf(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(`${folder}package.json`, 'utf8')) as Record<string, unknown>;
  return `${String(manifest.name)} ${String(manifest.version)}\n\n${await licenseIn(folder, manifest)}`;
}

async function licenseIn(folder: string, { license, author }: Record<string, unknown>): Promise<string> {
  const [name] = (await readdir(folder)).filter((one) => /^licen[cs]e(\.(md|txt))?$/i.test(one)).toSorted();
  if (name !== undefined) return (await readFile(`${folder}${name}`, 'utf8')).trim();
  return `${String(license)}, ${JSON.stringify(author)}`;
}
