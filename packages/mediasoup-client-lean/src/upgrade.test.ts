import { globSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { internalMembers } from './build/bundlerOptions.ts';
import { rewriteModule, unusedHandlerMethods, unusedMethods } from './build/rewriteCompiledCode.ts';

/**
 * Expectations of the build about mediasoup-client's code. If a new version fails here, check `build/`: see the section "Upgrade" of the
 * README.
 */
const entry = createRequire(import.meta.url).resolve('mediasoup-client');
const fromEntry = createRequire(entry);
const folders = [
  dirname(entry),
  dirname(fromEntry.resolve('awaitqueue')),
  dirname(fromEntry.resolve('h264-profile-level-id')),
];
/** Modules that the build includes or rewrites, by path. */
const modules = new Map(
  folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js') && !/^(?:test|tests)\/|Fake|fake|Logger\.js$/.test(file))
      .map((file) => [join(folder, file), readFileSync(join(folder, file), 'utf8')] as const),
  ),
);
const rewritable = [...modules].filter(([path]) => path !== entry && !path.endsWith('ReactNative106.js'));

describe('Expected code of mediasoup-client', () => {
  it('has the handlers for browsers that the build expects, and no others', () => {
    const handlers = [...modules.keys()].flatMap((path) => /\/handlers\/(\w+)\.js$/.exec(path)?.[1] ?? []);

    expect(handlers.sort()).toEqual([
      'Chrome111',
      'Chrome74',
      'Firefox120',
      'HandlerInterface',
      'ReactNative106',
      'Safari12',
    ]);
  });

  it('exports from its index only names that the stand-in covers or omits', () => {
    const exported = [
      ...modules
        .get(entry)!
        .matchAll(/^(?:exports\.|Object\.defineProperty\(exports, ")(\w+)(?: = (?!exports)|", \{ enumerable)/gm),
    ];

    expect(exported.map(([, name]) => name).sort()).toEqual(
      // First the covered names, then the omitted ones.
      ['Device', 'ortc', 'version', 'FakeHandler', 'debug', 'detectDevice', 'detectDeviceAsync', 'enhancedEvents']
        .concat('parseScalabilityMode', 'testFakeParameters', 'types')
        .sort(),
    );
  });

  it.each(rewritable.map(([path]) => [path.slice(path.lastIndexOf('node_modules/') + 13), path]))(
    'rewrites %s to an ES module of as many lines',
    (_name, path) => {
      const code = modules.get(path)!;
      const module = rewriteModule(code, path);

      expect(module.split('\n')).toHaveLength(code.split('\n').length);
      expect(module).not.toMatch(/\w*[lL]ogger\.\w+\(/);
    },
  );

  it('finds the file of each entry of the list of unused methods', () => {
    for (const file of Object.keys(unusedMethods))
      expect([...modules.keys()].filter((path) => path.endsWith(file))).toHaveLength(1);
  });

  it('has each internal member, and no type of the handlers, the platform or the client has it', () => {
    const codeOf = (file: string) => readFileSync(file, 'utf8').replace(/\/\*[^]*?\*\/|^\s*\/\/.*/gm, '');
    const words = (files: readonly string[]) => new Set(files.flatMap((file) => codeOf(file).match(/[\w$]+/g) ?? []));
    const types = createRequire(import.meta.url).resolve('typescript');
    const client = fileURLToPath(new URL('../../client/src', import.meta.url));
    const others = words([
      ...globSync(join(dirname(types), 'lib.*.d.ts')),
      ...globSync(join(dirname(entry), '{handlers/HandlerInterface.d.ts,handlers/FakeHandler.js,RtpParameters.d.ts}')),
      ...globSync(join(dirname(fromEntry.resolve('sdp-transform')), '*.js')),
      ...globSync(`${client}/**/*.ts`).filter((file) => !file.endsWith('.test.ts')),
    ]);
    const own = words(rewritable.map(([path]) => path));

    expect(others.size).toBeGreaterThan(5000);
    expect(internalMembers.filter((name) => !own.has(name))).toEqual([]);
    expect(internalMembers.filter((name) => others.has(name))).toEqual([]);
    for (const [path] of rewritable)
      expect(new RegExp(`["'\`](?:${internalMembers.join('|')})["'\`]`).exec(codeOf(path))?.[0], path).toBeUndefined();
  });

  it('never accesses a private member by a string', () => {
    for (const [path, code] of modules) expect(/["'`]_[a-z]\w*["'`]/.exec(code)?.[0], path).toBeUndefined();
  });

  it('uses no method of Node’s EventEmitter that the stand-in lacks', () => {
    for (const [path, code] of rewritable) {
      const module = rewriteModule(code, path);
      expect(/\.(?:prepend\w*|rawListeners|eventNames|getMaxListeners)\(/.exec(module)?.[0], path).toBeUndefined();
    }
  });
});

describe('rewriteModule', () => {
  it('reports the file and the unexpected code', () => {
    expect(() => rewriteModule('module.exports = 1;', '/lib/a.js')).toThrow(
      'Unexpected code in /lib/a.js: module.exports = 1;',
    );
  });

  it.each([
    ['node_modules/mediasoup-client/lib/Producer.js', 'pause()'],
    ['node_modules/mediasoup-client/lib/handlers/Chrome111.js', `${unusedHandlerMethods[0]}()`],
  ])('fails if %s has no method %s', (id, method) => {
    expect(() => rewriteModule('class Other {}', id)).toThrow(`${method} of ${id} not found`);
  });

  it('replaces enum members by their numbers', () => {
    const code = [
      'var Level;',
      '(function (Level) {',
      '    Level[Level["L1"] = 10] = "L1";',
      '})(Level || (exports.Level = Level = {}));',
      'const level = Level.L1;',
    ].join('\n');

    expect(rewriteModule(code, '/lib/a.js')).toBe('\n\n\n\nconst level = 10;');
    expect(() => rewriteModule(`${code}\nLevel[level];`, '/lib/a.js')).toThrow('enum Level: Level[level];');
  });

  it('keeps an import that is not a helper on its line', () => {
    const code = '"use strict";\nconst ortc = __importStar(require("./ortc"));\nexports.a = a;';

    expect(rewriteModule(code, '/lib/a.js')).toBe('\nimport * as ortc from "./ortc";\nexport { a };');
  });
});
