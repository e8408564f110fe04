import type { Plugin } from 'vite';

const inProtooClient = /\/node_modules\/protoo-client\/lib\/\w+\.js$/;

/** Modules of protoo-client that the build replaces, by the end of their path. */
const modules: Readonly<Record<string, string>> = {
  // The index also exports a WebSocket transport, which brings `websocket` and `retry`.
  '/node_modules/protoo-client/lib/index.js': "export { default as Peer } from './Peer.js';",
  // Writes to `debug`. `room.trace` and the `logger` of the room report more.
  '/node_modules/protoo-client/lib/Logger.js': 'export default class Logger { debug() {} warn() {} error() {} }',
};

/** Stands in for the `events` package, with what `Peer` calls, on the emitter that the client has anyway. */
const emitter = {
  id: '\0protoo-client-events',
  code: [
    "import { EventEmitter as Emitter } from 'eventemitter3';",
    'export class EventEmitter extends Emitter { setMaxListeners() { return this; } }',
  ].join('\n'),
} as const;

/** The package is written as CommonJS, of which a bundler keeps all and adds helpers: the same as ES modules. */
const patterns: readonly (readonly [commonJs: RegExp, module: string])[] = [
  [/^const (\w+|\{ \w+ \}) = require\('(\.\/\w+)'\);$/gm, "import $1 from '$2.js';"],
  [/^const (\{ \w+ \}) = require\('events'\);$/gm, "import $1 from 'events';"],
  [/^module\.exports = (\w+);$/gm, 'export default $1;'],
  [/^exports\.(\w+) = /gm, 'export const $1 = '],
];

/** protoo-client without its WebSocket, its retries and its log: `Peer`, and the messages that `Peer` writes. */
export const leanProtooClient: Plugin = {
  name: 'lean-protoo-client',
  enforce: 'pre',
  resolveId: (id, importer) => (id === 'events' && inProtooClient.test(importer ?? '') ? emitter.id : null),
  load(id) {
    if (id === emitter.id) return emitter.code;
    const path = Object.keys(modules).find((end) => id.endsWith(end));
    return path === undefined ? null : (modules[path] ?? null);
  },
  transform(code, id) {
    if (!inProtooClient.test(id)) return null;
    const module = patterns.reduce((left, [pattern, text]) => left.replace(pattern, text), code);
    // Another version may be written differently.
    const unexpected = /.*(?:\bexports\b|\brequire\().*/.exec(module);
    if (unexpected !== null) this.error(`Unexpected code in ${id}: ${unexpected[0].trim()}`);
    return { code: module, map: null };
  },
};

/** Log calls have no effect without the log. */
export const leanProtooTreeshake = { manualPureFunctions: ['logger', 'Logger'] };
