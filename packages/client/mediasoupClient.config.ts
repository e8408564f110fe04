import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

import { withShortNames } from './shortNames.config.ts';
import { withoutUnusedMethods } from './unusedMethods.config.ts';

const ours = /node_modules\/(?:mediasoup-client|awaitqueue|h264-profile-level-id)\/lib\//;
const index = '/node_modules/mediasoup-client/lib/index.js';
/** For React Native, which is no browser. */
const nativeHandler = '/node_modules/mediasoup-client/lib/handlers/ReactNative106.js';
const emitter = fileURLToPath(new URL('src/media/device/NodeEmitter.ts', import.meta.url));

/** The index of the package brings a handler for tests, and what that answers, and its log. */
const leanIndex = (code: string) =>
  [
    "export { Device } from './Device';",
    "export * as ortc from './ortc';",
    /^exports\.version = .*$/m.exec(code)?.[0].replace('exports.', 'export const '),
  ].join('\n');

/** What TypeScript writes for CommonJS, each on a line of its own: what it is as a module. */
const patterns: readonly [RegExp, string][] = [
  // Its helpers; none is called any more.
  [/^var __\w+ = [^]*?^\}.*;$/gm, ''],
  [/^"use strict";$/gm, ''],
  [/^Object\.defineProperty\(exports, "__esModule".*$/gm, ''],
  [/^exports\.[\w. =]+ = void 0;$/gm, ''],
  [/^(?:var|const) \w+ = require\("\.\/Logger"\);$/gm, ''],
  [/^(?:var|const) (\w+) = (?:__importStar\()?require\(("[^"]+")\)\)?;$/gm, 'import * as $1 from $2;'],
  [/^exports\.(\w+) = \1;$/gm, 'export { $1 };'],
  [/^Object\.defineProperty\(exports, "(\w+)", .* return ([\w.]+); \} \}\);$/gm, 'export const $1 = $2;'],
  // An enum, of which nothing reads the names by their numbers.
  [/(\w+)\[\1\["(\w+)"\] = (\d+)\] = "\2";/g, '$1["$2"] = $3;'],
  [/exports\.(\w+) = \1 = \{\}/g, '$1 = {}'],
  // Where `Device` makes that handler: now one that it does not know.
  [/^ +case 'ReactNative106': \{[^]*?^ +break;\n +\}$/gm, ''],
  // Logs, which have to be switched on in the browser's storage: `room.trace` and the room's `logger` tell more. Their arguments
  // only read what the message shows.
  [/^const \w*[lL]ogger = new \w+\.Logger\(.*\);$/gm, ''],
  [/^import \* as \w+ from "[./]+\/Logger";$/gm, ''],
  [/(?<=^ *)\w*[lL]ogger\.(?:debug|warn|error)\(.*\);$/gm, ';'],
  [/\b\w*[lL]ogger\.(?:debug|warn|error)\(/g, 'void ('],
];

/**
 * mediasoup-client without what no page uses. It is CommonJS, of which a bundler keeps all: here it is made the modules that it was
 * written as, so that what nobody calls is left out, and its private members get short names. Lines stay lines, for the source
 * map.
 */
export const leanMediasoupClient: Plugin = {
  name: 'lean-mediasoup-client',
  enforce: 'pre',
  resolveId: (id) => (id === 'events-alias' ? emitter : null),
  load: (id) => (id.endsWith(nativeHandler) ? 'export {};' : null),
  transform(code, id) {
    if (!ours.test(id)) return null;
    if (id.endsWith(index)) return { code: leanIndex(code), map: null };
    let module = withoutUnusedMethods(code, id);
    for (const [pattern, text] of patterns)
      module = module.replace(pattern, (...match: string[]) => {
        const [all = ''] = match;
        return (
          text.replace(/\$(\d)/g, (_all, nth: string) => match[Number(nth)] ?? '') +
          '\n'.repeat(all.split('\n').length - 1)
        );
      });
    // Another TypeScript may write it otherwise.
    const left = /.*(?:\bexports\b|\brequire\(|\w*[lL]ogger\b).*/.exec(module.replace(/\/\*[^]*?\*\/|\/\/.*/g, ''));
    if (left !== null) this.error(`not understood in ${id}: ${left[0]}`);
    return { code: withShortNames(module), map: null };
  },
};

const licences = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/;

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
