import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { arbitraryOf as anyArbitraryOf } from '../common/arbitraryFixture.ts';
import { parse, uint32 } from '../common/index.ts';
import type { AnySchema } from '../common/schema/index.ts';
import * as alpha from '../mediasoup-v2-alpha/index.ts';
import * as beta from '../mediasoup-v2-beta/index.ts';
import * as v2 from '../mediasoup-v2/index.ts';
import {
  outOfBandToClient,
  outOfBandToServer,
  readOutOfBandClientMessage,
  readOutOfBandServerMessage,
  type OutOfBandClientMethod,
  type OutOfBandServerMethod,
} from './outOfBand.ts';
import { readEnvelope, writeEnvelope, type Envelope } from './envelope.ts';
import { EXTENSIONS, extensions } from './extensions.ts';
import { anyAppData, clientAppData, numericId, statsInterval } from './fields.ts';
import type { AnyDialect } from './fixtures/AnyDialect.ts';
import { dtlsParameters, dtlsParametersIfAny } from './transport.ts';

const seed = 20_180_817;
const dialects: readonly [string, AnyDialect][] = [
  ['mediasoup-v2', v2],
  ['mediasoup-v2-beta', beta],
  ['mediasoup-v2-alpha', alpha],
];

const onTheWire = (data: unknown): unknown => (data === undefined ? undefined : JSON.parse(JSON.stringify(data)));

const appDataArbitrary = fc
  .jsonValue()
  .map(onTheWire)
  .filter((value) => parse(anyAppData, value).ok);
const special = new Map<AnySchema, fc.Arbitrary<unknown>>([
  [numericId, anyArbitraryOf(uint32)],
  [statsInterval, fc.integer({ min: 1000, max: 0x7fffffff })],
  [extensions, fc.subarray([...EXTENSIONS])],
  [anyAppData, appDataArbitrary],
  [clientAppData, appDataArbitrary],
  [
    dtlsParametersIfAny,
    anyArbitraryOf(dtlsParameters).filter((given) => (given as { fingerprints: unknown[] }).fingerprints.length > 0),
  ],
]);
const arbitraryOf = (schema: AnySchema) => anyArbitraryOf(schema, special);

describe.each(dialects)('Round trip in %s', (_name, dialect) => {
  it.each(Object.entries(dialect.clientToServer))(
    'returns the data of the client message %s',
    (method, { request }) => {
      fc.assert(
        fc.property(arbitraryOf(request), (value) => {
          const { payload } = dialect.writeClientMessage(method as never, value as never);
          expect(dialect.readClientMessage(method as never, onTheWire(payload))).toEqual({ ok: true, value });
        }),
        { seed, numRuns: 40 },
      );
    },
  );

  const answered = Object.entries(dialect.clientToServer).filter(([, { response }]) => response);
  it.each(answered)('returns the data of the response to %s', (method, { response }) => {
    fc.assert(
      fc.property(arbitraryOf(response!), (value) => {
        const answer = onTheWire(dialect.writeResponse(method as never, value as never));
        expect(dialect.readResponse(method as never, answer)).toEqual({ ok: true, value });
      }),
      { seed, numRuns: 40 },
    );
  });

  it.each(Object.entries(dialect.serverToClient))(
    'returns the data of the server message %s',
    (method, { request }) => {
      fc.assert(
        fc.property(arbitraryOf(request), (value) => {
          const { payload } = dialect.writeServerMessage(method as never, value as never);
          expect(dialect.readServerMessage(method as never, onTheWire(payload))).toEqual({ ok: true, value });
        }),
        { seed, numRuns: 40 },
      );
    },
  );

  it.each(['notification', 'request', 'bare'] satisfies Envelope[])('works in the envelope: %s', (envelope) => {
    for (const [method, { kind }] of Object.entries(dialect.clientToServer)) {
      const carried = writeEnvelope({ kind, method, payload: { method, id: 1 } }, envelope);
      expect(readEnvelope(carried.method, onTheWire(carried.data))).toEqual({
        ok: true,
        value: { method, payload: { method, id: 1 }, isEnveloped: envelope !== 'bare' },
      });
    }
  });
});

describe('Round trip of out-of-band messages', () => {
  it.each(Object.entries(outOfBandToServer))('returns the data of the client message %s', (method, schema) => {
    fc.assert(
      fc.property(arbitraryOf(schema), (value) => {
        expect(readOutOfBandClientMessage(method as OutOfBandClientMethod, onTheWire(value))).toEqual({
          ok: true,
          value,
        });
      }),
      { seed, numRuns: 40 },
    );
  });

  it.each(Object.entries(outOfBandToClient))('returns the data of the server message %s', (method, schema) => {
    fc.assert(
      fc.property(arbitraryOf(schema), (value) => {
        expect(readOutOfBandServerMessage(method as OutOfBandServerMethod, onTheWire(value))).toEqual({
          ok: true,
          value,
        });
      }),
      { seed, numRuns: 40 },
    );
  });
});

describe.each(dialects)('Invalid data in %s', (_name, dialect) => {
  const garbage = fc.anything({ withNullPrototype: true, maxDepth: 3 });
  /** Invalid values in known fields reach more code than random data. */
  const fieldsOf = (schema: AnySchema): fc.Arbitrary<unknown> => {
    const last = schema.steps?.findLast(({ type }) => type === 'object') as AnySchema | undefined;
    const inner = schema.entries ?? last?.entries;
    return inner
      ? fc.record(Object.fromEntries(Object.keys(inner).map((key) => [key, garbage])), { requiredKeys: [] })
      : garbage;
  };
  const tried = (schema: AnySchema) => fc.oneof(garbage, fieldsOf(schema));

  it.each(Object.entries(dialect.clientToServer))(
    'returns a fault for the client message %s',
    (method, { request, response }) => {
      fc.assert(
        fc.property(tried(request), tried(response ?? request), (data, answer) => {
          expect(dialect.readClientMessage(method as never, data)).toHaveProperty('ok');
          if (response) expect(dialect.readResponse(method as never, answer)).toHaveProperty('ok');
          expect(readEnvelope('mediasoup-request', data)).toHaveProperty('ok');
        }),
        { seed, numRuns: 200 },
      );
    },
  );

  it.each(Object.entries(dialect.serverToClient))(
    'returns a fault for the server message %s',
    (method, { request }) => {
      fc.assert(
        fc.property(tried(request), (data) => {
          expect(dialect.readServerMessage(method as never, data)).toHaveProperty('ok');
        }),
        { seed, numRuns: 200 },
      );
    },
  );
});
