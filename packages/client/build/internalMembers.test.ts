import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { shortNames } from './internalMembers.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tureen-members-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Files by path, of one package. */
function namesOf({ source, types = '', foreign = '' }: { source: string; types?: string; foreign?: string }) {
  const files = { 'source.ts': source, 'types.d.ts': types, 'foreign.js': foreign };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return shortNames({
    sources: [join(root, 'source.ts')],
    taken: [join(root, 'types.d.ts'), join(root, 'foreign.js')],
  });
}

const source = `class Entity { #state = 0; isClosed = false; handleLost() {} get lastScore() { return 1; } close() { this.isClosed = true; } }`;

describe('shortNames', () => {
  it('shortens the members of classes, the most used first', () => {
    expect(namesOf({ source })).toEqual({ isClosed: 'a', close: 'b', handleLost: 'c', lastScore: 'd' });
  });

  it('keeps a name that stands in a published type', () => {
    const types = 'export declare class Entity { #private; close(): void; get lastScore(): number; }';

    expect(namesOf({ source, types })).toEqual({ isClosed: 'a', handleLost: 'b' });
  });

  it('shortens a name that stands only in comments of the published types', () => {
    expect(namesOf({ source, types: '/** See `handleLost`. */ // isClosed' })).toHaveProperty('handleLost');
  });

  it('keeps a name of a library or of the platform', () => {
    expect(namesOf({ source, foreign: 'handler.close(); ({ isClosed: 1 })' })).toEqual({
      handleLost: 'a',
      lastScore: 'b',
    });
  });

  it('keeps a name that a string holds', () => {
    expect(namesOf({ source: `${source} const key = 'handleLost' as const;` })).not.toHaveProperty('handleLost');
  });

  it('keeps a key that a log shows', () => {
    const log = `logger.warn('lost', { isClosed: true, nested: { lastScore: 1 } });`;

    expect(Object.keys(namesOf({ source: `${source} ${log}` }))).toEqual(['close', 'handleLost']);
  });

  it('shortens keys of object literals only with the prefixes of callbacks and questions', () => {
    const options = 'interface Options { onLost(): void; isReady: boolean; timeoutMs: number; onForeign(): void }';
    const object = 'const options: Options = { onLost() {}, isReady: true, timeoutMs: 1, isExtra: 2 };';

    expect(Object.keys(namesOf({ source: `${options} ${object}` })).sort()).toEqual(['isReady', 'onLost']);
  });

  it('gives no member the name of another property', () => {
    expect(Object.values(namesOf({ source: `${source} ({ a: 1, b: 2 });` }))).toEqual(['c', 'd', 'e', 'f']);
  });
});
