import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * Finds the messages of each dialect that no test covers. A message is covered when all three hold:
 * - a fixture of its dialect, which the protocol's tests parse, contains the message;
 * - test code of the client that runs the dialect names the message;
 * - test code of the server that runs the dialect names the message.
 *
 * Test code is `*.test.ts` and the helpers that only tests use. Test code names a message when the message, or an alias, is a
 * word of a string or a key. Comments, titles and the room event of the same name do not count. e2e does not count: it runs
 * all messages, but observes rooms. `neverSent` lists the messages that one end never sends, with the reason.
 */

const family = ['mediasoup-v2', 'mediasoup-v2-beta', 'mediasoup-v2-alpha'];

/** Dialects, and the functions by which code selects them. */
export const dialects = ['mediasoup-v3', ...family, 'push-pull'];
const entries = {
  'mediasoup-v3': 'mediasoupV3',
  'mediasoup-v2': 'mediasoupV2',
  'mediasoup-v2-beta': 'mediasoupV2Beta',
  'mediasoup-v2-alpha': 'mediasoupV2Alpha',
  'push-pull': 'pushPull',
};

/** Helpers that create a room of certain dialects for a test. */
const worlds = {
  roomWorld: ['mediasoup-v3'],
  ScriptedServer: ['mediasoup-v3'],
  V3Client: ['mediasoup-v3'],
  openRooms: ['mediasoup-v3'],
  v2World: family,
  ScriptedV2Server: family,
  V2Client: family,
  openV2Rooms: family,
  pushPullWorld: ['push-pull'],
  PushPullClient: ['push-pull'],
  openPushPullRooms: ['push-pull'],
};

const places = {
  'client test': ['packages/client/src/**/*.test.ts', 'packages/testkit/src/**/*.ts'],
  'server test': ['packages/server/src/**/*.test.ts', 'packages/server/src/testing/**/*.ts'],
};

/** Messages that an end never sends, so that no test of that end can cover them. The other end still reads them. */
export const neverSent = [
  ...['getRtcStatsUrl', 'applyNetworkThrottle', 'resetNetworkThrottle'].map((method) => ({
    dialect: 'mediasoup-v3',
    method,
    place: 'client test',
    why: 'only the tools of mediasoup-demo send it',
  })),
  {
    dialect: 'mediasoup-v2',
    method: 'updateProducer',
    place: 'client test',
    why: 'for browsers without replaceTrack; servers no longer have it',
  },
  {
    dialect: 'mediasoup-v2-shared',
    method: 'change-consumer-preferred-profile',
    place: 'client test',
    why: 'Tureen’s client sends setConsumerPreferredProfile',
  },
  { dialect: 'push-pull', method: 'userLeft', place: 'server test', why: 'Tureen’s server sends userLeave' },
];

/**
 * @param {{ root: string, tables: Record<string, { clientToServer: object, serverToClient: object, aliases?: object }> }} where
 * The repository, and the method tables of each dialect with its aliases.
 * @returns {{ dialect: string, direction: string, method: string, missing: string[] }[]}
 */
export function untestedMessages({ root, tables }) {
  const testCode = Object.fromEntries(
    Object.entries(places).map(([place, patterns]) => [place, readTestCode(root, patterns)]),
  );
  return Object.entries(tables)
    .flatMap(([dialect, { clientToServer, serverToClient, aliases = {} }]) => {
      const fixtures = readFixtures(join(root, 'packages/protocol/src', dialect, 'fixtures'));
      return Object.entries({ clientToServer, serverToClient }).flatMap(([direction, table]) =>
        Object.keys(table).map((method) => {
          const names = [method, ...Object.keys(aliases).filter((alias) => aliases[alias] === method)];
          const missing = [
            ...(names.some((name) => fixtures[direction].has(name)) ? [] : ['fixture']),
            ...Object.entries(testCode)
              .filter(([, files]) => !files.some((file) => runs(file, dialect) && file.names(names)))
              .map(([place]) => place)
              .filter((place) => !isNeverSent({ dialect, method, place })),
          ];
          return { dialect, direction, method, missing };
        }),
      );
    })
    .filter(({ missing }) => missing.length > 0);
}

/** Whether a test runs the dialect. A test of any mediasoup 2 dialect covers the out-of-band messages of all. */
function runs(file, dialect) {
  return dialect === 'mediasoup-v2-shared'
    ? family.some((each) => file.dialects.has(each))
    : file.dialects.has(dialect);
}

function isNeverSent({ dialect, method, place }) {
  return neverSent.some((each) => each.dialect === dialect && each.method === method && each.place === place);
}

/** Reads the message names in fixtures, by direction. A file without directions counts for both. */
function readFixtures(folder) {
  const found = { clientToServer: new Set(), serverToClient: new Set() };
  for (const file of globSync(join(folder, '*.json'))) {
    const content = JSON.parse(readFileSync(file, 'utf8'));
    const ways = Object.keys(found).filter((way) => way === basename(file, '.json'));
    const note = (name, direction) => {
      const given = direction in found ? [direction] : ways.length > 0 ? ways : Object.keys(found);
      for (const way of given) found[way].add(name);
    };
    if (Array.isArray(content)) for (const entry of content) noteEntry(entry, note);
    else for (const [name, entry] of Object.entries(content)) noteSection(name, entry, note);
  }
  return found;
}

/** Records an entry of a list, whose message is named in the entry or in its section. */
function noteEntry({ method, section, direction }, note) {
  for (const name of [method, section]) if (typeof name === 'string') note(name, direction);
}

/** Records an entry under the name of a message, or of a direction that contains messages. */
function noteSection(name, entry, note) {
  if (name !== 'clientToServer' && name !== 'serverToClient') note(name);
  else
    for (const inner of Array.isArray(entry) ? entry.map(({ method }) => method) : Object.keys(entry))
      note(inner, name);
}

function readTestCode(root, patterns) {
  return globSync(patterns, { cwd: root }).map((path) => {
    const code = withoutComments(readFileSync(join(root, path), 'utf8'));
    const said = namesIn(withoutTitles(code));
    return {
      dialects: dialectsOf(path, code),
      names: (names) => names.some((name) => namePattern(name).test(said)),
    };
  });
}

/** Finds the dialects that test code runs: by its folder, otherwise by names in the code and imported helpers. */
function dialectsOf(path, code) {
  const [, folder] = /\/dialects\/([\w-]+)\//.exec(path) ?? [];
  if (folder) return new Set(folder === 'mediasoup-v2-shared' ? family : [folder]);
  const helper = worlds[basename(path, '.ts')];
  if (helper) return new Set(helper);
  return new Set([
    ...dialects.filter((dialect) => new RegExp(`['"\`]${dialect}['"\`]|\\b${entries[dialect]}\\(`).test(code)),
    ...Object.keys(worlds).flatMap((world) => (new RegExp(`/${world}(\\.ts)?'`).test(code) ? worlds[world] : [])),
  ]);
}

const withoutComments = (code) => code.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');

const aString = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
const title = new RegExp(`(\\b(?:describe|it|test)(?:\\.\\w+)*\\(|\\)\\()\\s*(?:${aString.source})(?=\\s*,)`, 'g');

/** Removes test titles, imports, and names of events, which are also names of messages. */
const withoutTitles = (code) =>
  code
    .replaceAll(/^import [\s\S]*?;$/gm, '')
    .replaceAll(title, '$1')
    .replaceAll(/(?<!\bserver)\.(?:on|once|off|waitFor|subscribe)\(\s*'\w+'/g, '');

/** Lists the strings of a file, one per line, and its keys, including methods, in the form `key:`. */
function namesIn(code) {
  const strings = code.match(aString) ?? [];
  const keys = [...code.matchAll(/(?:^|[{,(])\s*(?:async )?(\w+)\s*[(:]/gm)].map(([, key]) => `${key}:`);
  return [...strings, ...keys].join('\n');
}

/** Matches a word in a string, or a whole key. */
const namePattern = (name) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`);
