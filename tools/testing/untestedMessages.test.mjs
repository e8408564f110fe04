import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { untestedMessages } from './untestedMessages.mjs';

const folders = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Missing coverage of one message, `pauseProducer` of mediasoup-v2, in a repository with these files. */
function missingOf(files, { table = { clientToServer: { pauseProducer: {} }, serverToClient: {} } } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'tureen-untested-'));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const [found] = untestedMessages({ root, tables: { 'mediasoup-v2': table } });
  return found?.missing;
}

const fixture = { 'packages/protocol/src/mediasoup-v2/fixtures/clientToServer.json': '{"pauseProducer":{}}' };
const server = { 'packages/server/src/dialects/mediasoup-v2/a.test.ts': "alice.say('pauseProducer', {});" };
const client = { 'packages/client/src/dialects/mediasoup-v2/a.test.ts': "expect(sent).toEqual('N pauseProducer P');" };

describe('a message', () => {
  it('reports all three as missing without any file', () => {
    expect(missingOf({})).toEqual(['fixture', 'client test', 'server test']);
  });

  it('accepts a fixture and a test at both ends', () => {
    expect(missingOf({ ...fixture, ...client, ...server })).toBeUndefined();
  });

  it('accepts an alias', () => {
    const table = {
      clientToServer: { pauseReceiver: {} },
      serverToClient: {},
      aliases: { pauseProducer: 'pauseReceiver' },
    };
    expect(missingOf({ ...fixture, ...client, ...server }, { table })).toBeUndefined();
  });

  it('requires a fixture for each direction', () => {
    const table = { clientToServer: {}, serverToClient: { pauseProducer: {} } };
    expect(missingOf({ ...fixture, ...client, ...server }, { table })).toEqual(['fixture']);
  });

  it.each([
    ['of an array', '[{"section":"x","method":"pauseProducer","direction":"clientToServer"}]', 'document'],
    ['of either direction', '{"clientToServer":{"pauseProducer":{}}}', 'additive'],
    ['in a list by direction', '{"clientToServer":[{"method":"pauseProducer"}]}', 'additive'],
  ])('has a fixture in a file %s', (_title, content, name) => {
    const other = { [`packages/protocol/src/mediasoup-v2/fixtures/${name}.json`]: content };
    expect(missingOf({ ...other, ...client, ...server })).toBeUndefined();
  });
});

describe('a test', () => {
  const path = 'packages/client/src/dialects/mediasoup-v2/a.test.ts';
  const missing = (code, at = path) => missingOf({ ...fixture, ...server, [at]: code });

  it.each([
    ['a string', "said('pauseProducer')"],
    ['a word of a string', '`N pauseProducer ${id}`'],
    ['a key', 'const table = {\n  pauseProducer: 1,\n};'],
    ['a function of that name', 'const table = {\n  async pauseProducer({ bob }) {},\n};'],
    ['a handler of a scripted server', "server.on('pauseProducer', answer)"],
    ['a row of a table', "it.each([['pauseProducer']])('%s', () => {});"],
  ])('counts %s as naming the message', (_title, code) => {
    expect(missing(code)).toBeUndefined();
  });

  it.each([
    ['a comment', "// 'pauseProducer'\n/* 'pauseProducer' */"],
    ['a title', "it('pauseProducer', () => {}); describe.each(all)(`pauseProducer`, () => {});"],
    ['an event of the room', "room.on('pauseProducer', hear); room.waitFor('pauseProducer')"],
    ['an import', "import { x } from './pauseProducer';"],
    ['a method of the room', 'room.pauseProducer()'],
    ['a part of a longer name', "'unpauseProducer', 'pauseProducers', 'pauseProducer-2'"],
    ['code between two strings', "f('a', pauseProducer, 'b')"],
  ])('does not count %s as naming the message', (_title, code) => {
    expect(missing(code)).toEqual(['client test']);
  });

  it('ignores tests of another dialect', () => {
    const code = "say('pauseProducer')";
    expect(missing(code, 'packages/client/src/dialects/mediasoup-v3/a.test.ts')).toEqual(['client test']);
    expect(missing(code, 'packages/client/src/room/a.test.ts')).toEqual(['client test']);
  });

  it.each([
    ['names the dialect', 'packages/client/src/room/a.test.ts', "open('mediasoup-v2'); say('pauseProducer')"],
    ['makes the dialect', 'packages/client/src/room/a.test.ts', "mediasoupV2(); say('pauseProducer')"],
    [
      "uses the dialect's helper",
      'packages/client/src/room/a.test.ts',
      "import { w } from '@tureen/testkit/scripted/v2World';\nsay('pauseProducer')",
    ],
    ['is of the family', 'packages/client/src/dialects/mediasoup-v2-shared/a.test.ts', "say('pauseProducer')"],
    ['is a helper of the family', 'packages/testkit/src/scripted/v2World.ts', "say('pauseProducer')"],
  ])('counts a test that %s', (_title, at, code) => {
    expect(missing(code, at)).toBeUndefined();
  });
});
