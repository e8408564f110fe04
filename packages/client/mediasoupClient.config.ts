import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';

/** Modules that are given other contents. All of them are CommonJS. */
const replaced: readonly { readonly path: RegExp; readonly contents: string }[] = [
  // The index of the package brings a handler for tests, and what that answers.
  {
    path: /mediasoup-client\/lib\/index\.js$/,
    contents: `exports.Device = require('./Device').Device; exports.ortc = require('./ortc');`,
  },
  // Their logs, which have to be switched on in the browser's storage. `room.trace` and the room's `logger` tell more.
  {
    path: /(mediasoup-client|awaitqueue|h264-profile-level-id)\/lib\/Logger\.js$/,
    contents: 'exports.Logger = class { debug() {} warn() {} error() {} };',
  },
];

const logging = /\b\w*[lL]ogger\.(?:debug|warn|error)\(/g;
const talkative = /node_modules\/(mediasoup-client|awaitqueue|h264-profile-level-id)\//;
const licences = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/;

/**
 * mediasoup-client without what no page uses. Nothing is changed that does something: modules are left out, and texts that nobody
 * reads. The arguments of a log call stay, for what they might do, and so do positions in the file, for the source map.
 */
export const leanMediasoupClient: Plugin = {
  name: 'lean-mediasoup-client',
  enforce: 'pre',
  load: (id) => replaced.find(({ path }) => path.test(id))?.contents ?? null,
  transform(code, id) {
    if (!talkative.test(id)) return null;
    return { code: code.replaceAll(logging, (call) => `void${' '.repeat(call.length - 5)}(`), map: null };
  },
};

/** Lays the licences of everything that a chunk has of other packages beside it, as `<file>.LICENSE.txt`. */
export const licencesBeside: Plugin = {
  name: 'licences-beside',
  async generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      const packages = new Map<string, string>();
      for (const id of chunk.moduleIds) {
        const [path = '', name] = licences.exec(id) ?? [];
        if (name !== undefined) packages.set(name, id.slice(0, id.indexOf(path) + path.length));
      }
      const texts = [...packages].map(async ([name, folder]) => `${name}\n\n${await licenceIn(folder)}`);
      if (texts.length === 0) continue;
      const source = (await Promise.all(texts)).sort().join('\n\n---\n\n');
      this.emitFile({ type: 'asset', fileName: `${chunk.fileName}.LICENSE.txt`, source });
    }
  },
};

async function licenceIn(folder: string): Promise<string> {
  for (const name of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE']) {
    const text = await readFile(`${folder}${name}`, 'utf8').catch(() => null);
    if (text !== null) return text.trim();
  }
  const { license, author } = JSON.parse(await readFile(`${folder}package.json`, 'utf8')) as Record<string, unknown>;
  return `${String(license)}, ${JSON.stringify(author)}`;
}
