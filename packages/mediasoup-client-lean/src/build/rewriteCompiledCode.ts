import type { Plugin } from 'rolldown';

/**
 * Rewrites the compiled code of mediasoup-client and its dependencies: CommonJS becomes ES modules, whose unused functions a bundler drops;
 * unused methods are removed; enums are replaced by their numbers. `pnpm measure` in this package prints the savings. Each line keeps its
 * number, for the source map. A build fails if a new version has unexpected code.
 */

const rewritten = /node_modules\/(?:mediasoup-client|awaitqueue|h264-profile-level-id)\/lib\//;

/** TypeScript's output for CommonJS, and the equivalent ES module. */
const patterns: readonly (readonly [compiled: RegExp, module: string])[] = [
  // TypeScript's helpers for imports, which the rewritten imports do not call.
  [/^var __\w+ = [^]*?^\}.*;$/gm, ''],
  [/^"use strict";$/gm, ''],
  [/^Object\.defineProperty\(exports, "__esModule".*$/gm, ''],
  [/^exports\.[\w. =]+ = void 0;$/gm, ''],
  [/^(?:var|const) (\w+) = (?:__importStar\()?require\(("[^"]+")\)\)?;$/gm, 'import * as $1 from $2;'],
  [/^exports\.(\w+) = \1;$/gm, 'export { $1 };'],
  [/^Object\.defineProperty\(exports, "(\w+)", .* return ([\w.]+); \} \}\);$/gm, 'export const $1 = $2;'],
  // Log calls. Their arguments only read values for the message. `debug` output requires the genuine package.
  [/(?<=^ *)\w*[lL]ogger\.(?:debug|warn|error)\(.*\);$/gm, ';'],
  [/\b\w*[lL]ogger\.(?:debug|warn|error)\(/g, 'void ('],
];

/**
 * Methods that neither the client's engine nor mediasoup-client calls, by file. They include the methods that renegotiate a pause, because
 * the engine pauses producers and consumers at the sender and the track.
 */
export const unusedMethods: Readonly<Record<string, readonly string[]>> = {
  // These methods only call the emitter's method of the same name.
  'mediasoup-client/lib/enhancedEvents.js': [
    'emit',
    'on',
    'off',
    'addListener',
    'prependListener',
    'once',
    'prependOnceListener',
    'removeListener',
    'removeAllListeners',
    'listenerCount',
    'listeners',
    'rawListeners',
  ],
  // The client constructs Device with a handler factory.
  'mediasoup-client/lib/Device.js': ['factory'],
  'mediasoup-client/lib/Producer.js': ['pause', 'resume', 'setRtpEncodingParameters'],
  'mediasoup-client/lib/Consumer.js': ['pause', 'resume'],
  'mediasoup-client/lib/Transport.js': [
    'updateIceServers',
    'getDataChannelMaxMessageSize',
    'pausePendingConsumers',
    'resumePendingConsumers',
  ],
  'mediasoup-client/lib/handlers/sdp/RemoteSdp.js': ['pauseMediaSection', 'resumeSendingMediaSection'],
  'awaitqueue/lib/AwaitQueue.js': ['remove', 'dump'],
};

/** Unused methods of each browser handler. */
export const unusedHandlerMethods: readonly string[] = [
  'updateIceServers',
  'setRtpEncodingParameters',
  'getDataChannelMaxMessageSize',
  'pauseSending',
  'resumeSending',
  'pauseReceiving',
];

/** Events that only these methods emit. The transport listens for them. */
const unusedEvents = ['@pause', '@resume', '@setrtpencodingparameters'];

/** Removes matching text, but keeps its line breaks. */
function remove(code: string, pattern: RegExp, subject: string): string {
  if (!pattern.test(code)) throw new Error(`${subject} not found`);
  return code.replaceAll(pattern, (text) => text.replace(/.+/g, ''));
}

function withoutUnusedMethods(code: string, id: string): string {
  const names = /\/handlers\/(?:Chrome|Firefox|Safari)\d+\.js$/.test(id)
    ? unusedHandlerMethods
    : (Object.entries(unusedMethods).find(([file]) => id.endsWith(file))?.[1] ?? []);
  const methods = names.reduce(
    (left, name) =>
      remove(
        left,
        new RegExp(`^ {4}(?:static )?(?:async )?${name}\\(.*\\) \\{\n[^]*?^ {4}\\}$`, 'gm'),
        `${name}() of ${id}`,
      ),
    code,
  );
  if (id.endsWith('mediasoup-client/lib/Device.js'))
    return remove(
      methods,
      /(?<=^ {8}\}\n) {8}else \{\n {12}if \(handlerName\) [^]*?^ {8}\}$/gm,
      `choice of a handler in ${id}`,
    );
  if (!id.endsWith('mediasoup-client/lib/Transport.js')) return methods;
  return unusedEvents.reduce(
    (left, event) =>
      remove(left, new RegExp(`^ {8}\\w+\\.on\\('${event}', [^]*?^ {8}\\}\\);$`, 'gm'), `'${event}' of ${id}`),
    methods,
  );
}

/** A numeric enum as TypeScript compiles it, and one of its members. */
const compiledEnum =
  /^var (\w+);\n\(function \(\1\) \{\n((?: {4}.*\n)*?)\}\)\(\1 \|\| \(exports\.\1 = \1 = \{\}\)\);$/gm;
const compiledMember = /(\w+)\[\1\["(\w+)"\] = (\d+)\] = "\2";/g;

/** Replaces enum members by their numbers, as TypeScript compiles a `const enum`. */
function withInlinedEnums(code: string): string {
  return [...code.matchAll(compiledEnum)].reduce((left, [definition, name, members = '']) => {
    const numbers = new Map([...members.matchAll(compiledMember)].map(([, , member, number]) => [member, number]));
    const inlined = left
      .replace(definition, (text) => text.replace(/.+/g, ''))
      .replace(new RegExp(`\\b${name}\\.(\\w+)`, 'g'), (whole, member: string) => numbers.get(member) ?? whole);
    const unexpected = new RegExp(`.*\\b${name}(?:\\.\\w|\\[).*`).exec(inlined);
    if (unexpected !== null) throw new Error(`Unexpected use of the enum ${name}: ${unexpected[0].trim()}`);
    return inlined;
  }, code);
}

/** Rewrites a compiled module to an ES module. Throws with the first unexpected part of the code. */
export function rewriteModule(code: string, id: string): string {
  const module = patterns.reduce(
    (left, [pattern, text]) =>
      left.replace(pattern, (...match: string[]) => {
        const [whole = ''] = match;
        const written = text.replace(/\$(\d)/g, (_all, nth: string) => match[Number(nth)] ?? '');
        return written + '\n'.repeat(whole.split('\n').length - 1);
      }),
    withInlinedEnums(withoutUnusedMethods(code, id)),
  );
  const unexpected = /.*(?:\bexports\b|\brequire\().*/.exec(module.replace(/\/\*[^]*?\*\/|\/\/.*/g, ''));
  if (unexpected !== null) throw new Error(`Unexpected code in ${id}: ${unexpected[0].trim()}`);
  return module;
}

export const rewriteCompiledCode: Plugin = {
  name: 'mediasoup-client-compiled-code',
  transform: (code, id) =>
    rewritten.test(id) && code.includes('exports') ? { code: rewriteModule(code, id), map: null } : null,
};
