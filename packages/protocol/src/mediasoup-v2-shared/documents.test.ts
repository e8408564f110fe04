import { describe, expect, it } from 'vitest';

import alphaDocument from '../mediasoup-v2-alpha/fixtures/document.json' with { type: 'json' };
import * as alpha from '../mediasoup-v2-alpha/index.ts';
import betaDocument from '../mediasoup-v2-beta/fixtures/document.json' with { type: 'json' };
import * as beta from '../mediasoup-v2-beta/index.ts';
import v2Document from '../mediasoup-v2/fixtures/document.json' with { type: 'json' };
import * as v2 from '../mediasoup-v2/index.ts';
import type { AnyDialect } from './fixtures/AnyDialect.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Example of a document as printed, line by line. Null: "(empty)". */
interface Example {
  readonly direction: string;
  readonly section: string;
  readonly kind: string;
  readonly text: readonly string[] | null;
}

const documents: readonly [name: string, dialect: AnyDialect, document: readonly Example[]][] = [
  ['mediasoup-v2', v2, v2Document],
  ['mediasoup-v2-beta', beta, betaDocument],
  ['mediasoup-v2-alpha', alpha, alphaDocument],
];

const onTheWire = (data: unknown): unknown => (data === undefined ? undefined : JSON.parse(JSON.stringify(data)));

describe.each(documents)('Examples of the document, %s', (_name, dialect, document) => {
  it('are complete', () => {
    const told = Object.entries({ ...dialect.clientToServer, ...dialect.serverToClient });
    const undocumented = told.filter(([, { additive, later }]) => additive ?? later).map(([method]) => method);
    const examples = new Set(document.map(({ section }) => section));
    const missing = told.filter(([method]) => !examples.has(method)).map(([method]) => method);
    // The document of v2 lacks one.
    const forgotten = 'newConsumer' in dialect.serverToClient && !examples.has('consumerClosed');
    expect(new Set(missing)).toEqual(new Set([...undocumented, ...(forgotten ? ['consumerClosed'] : [])]));
  });

  it.each(document.filter(({ kind }) => kind !== 'response'))(
    'reads $kind $section, and reads it again after writing',
    ({ direction, section, text }) => {
      const payload = readExample(text) as Fields & { method: string };
      const method = dialect.canonicalMethod(payload.method);
      expect(method).toBe(section);
      const isClients = direction === 'clientToServer';
      const read = isClients ? dialect.readClientMessage : dialect.readServerMessage;
      const write = isClients ? dialect.writeClientMessage : dialect.writeServerMessage;
      const result = read(method as never, payload);
      expect(result).toMatchObject({ ok: true });
      const { value } = result as { value: unknown };
      const written = onTheWire(write(method as never, value as never).payload);
      expect(read(method as never, written)).toEqual({ ok: true, value });
      // The result contains every field of the example.
      const { method: _method, target: _target, notification: _notification, ...fields } = payload;
      const kept = Object.keys(fields).map((key) => (key === 'senders' ? 'consumers' : key));
      if (value !== undefined) expect(kept.filter((key) => !(key in (value as object)))).toEqual([]);
    },
  );

  it.each(document.filter(({ kind }) => kind === 'response'))(
    'reads the response to $section, and reads it again after writing',
    ({ section, text }) => {
      const result = dialect.readResponse(section as never, text ? readExample(text) : undefined);
      expect(result).toMatchObject({ ok: true });
      const { value } = result as { value: unknown };
      const written = onTheWire(dialect.writeResponse(section as never, value as never));
      expect(dialect.readResponse(section as never, written)).toEqual({ ok: true, value });
    },
  );
});

describe('Codec with special examples of the documents', () => {
  const example = (document: readonly Example[], section: string) =>
    readExample(document.find((each) => each.section === section)!.text);

  it('reads leaveRoom of the beta from a payload with the method leave', () => {
    expect(example(betaDocument, 'leaveRoom')).toMatchObject({ method: 'leave' });
    expect(beta.canonicalMethod('leave')).toBe('leaveRoom');
    expect(beta.writeClientMessage('leaveRoom', {}).method).toBe('leaveRoom');
  });

  it('omits a sender of the kind "alice", which has no codec', () => {
    expect(alpha.readServerMessage('newPeer', example(alphaDocument, 'newPeer'))).toMatchObject({
      value: { name: 'alice', consumers: [] },
    });
  });

  it('reads an interval of 1, which was in seconds, as the shortest interval', () => {
    expect(v2.readClientMessage('enableTransportStats', example(v2Document, 'enableTransportStats'))).toEqual({
      ok: true,
      value: { id: 3333, interval: 1000 },
    });
  });

  it('writes target and notification into a message that lacks both', () => {
    expect(example(v2Document, 'setConsumerPreferredProfile')).not.toHaveProperty('target');
    expect(v2.writeClientMessage('setConsumerPreferredProfile', { id: 3333, profile: 'high' }).payload).toEqual({
      method: 'setConsumerPreferredProfile',
      target: 'peer',
      notification: true,
      id: 3333,
      profile: 'high',
    });
  });
});

/**
 * The documents print object literals with `Any` for any value. Comments may follow, and a comma may be missing at the end of a line or be
 * superfluous.
 */
function readExample(lines: readonly string[] | null): unknown {
  const text = (lines ?? [])
    .map((line) => line.replace(/\/\/.*$/, '').trimEnd())
    .join('\n')
    .replaceAll(/\bAny\b/g, '{ "any": ["value", 1, null] }')
    .replaceAll("'", '"')
    .replaceAll(/^(\s*)(\w+)\s*:/gm, '$1"$2":')
    .replaceAll(/([^\s,:[{])\n(\s*")/g, '$1,\n$2')
    .replaceAll(/,(\s*[}\]])/g, '$1');
  return JSON.parse(text);
}
