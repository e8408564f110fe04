import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { arbitraryOf as anyArbitraryOf } from '../common/arbitraryFixture.ts';
import type { AnySchema } from '../common/schema/index.ts';
import { readClientMessage, readResponse, readServerMessage } from './codec.ts';
import { clientToServer, serverToClient } from './methods.ts';
import type { ClientData, ClientMethod, ResponseData, ServerData, ServerMethod } from './methods.ts';
import { extensions } from './responses.ts';
import { EXTENSIONS, type Variant } from './variants.ts';
import { writeClientMessage, writeCreateWebRtcTransport, writeResponse, writeServerMessage } from './write.ts';

const seed = 20_250_907;
const variants: readonly Variant[] = ['classic', 'notify'];
const onTheWire = (data: unknown): unknown => (data === undefined ? {} : JSON.parse(JSON.stringify(data)));

const special = new Map([[extensions, fc.subarray([...EXTENSIONS])]]);
const arbitraryOf = (schema: AnySchema) => anyArbitraryOf(schema, special);

describe('Round trip', () => {
  describe.each(variants)('%s', (variant) => {
    it.each(Object.keys(clientToServer) as ClientMethod[])('returns the data of the client message %s', (method) => {
      fc.assert(
        fc.property(arbitraryOf(clientToServer[method].request), (value) => {
          const { data } = writeClientMessage(method, value as ClientData<ClientMethod>, variant);
          expect(readClientMessage(method, onTheWire(data))).toEqual({ ok: true, value });
        }),
        { seed, numRuns: 40 },
      );
    });

    it.each(Object.keys(clientToServer) as ClientMethod[])('returns the data of the response to %s', (method) => {
      fc.assert(
        fc.property(arbitraryOf(clientToServer[method].response), (value) => {
          const data = writeResponse(method, value as ResponseData<ClientMethod>, variant);
          const expected = variant === 'classic' ? withoutNotifyFields(value) : value;
          expect(readResponse(method, onTheWire(data))).toEqual({ ok: true, value: expected });
        }),
        { seed, numRuns: 40 },
      );
    });

    it.each(Object.keys(serverToClient) as ServerMethod[])('returns the data of the server message %s', (method) => {
      fc.assert(
        fc.property(arbitraryOf(serverToClient[method].request), (value) => {
          const { data } = writeServerMessage(method, value as ServerData<ServerMethod>, variant);
          const isOffer = serverToClient[method].kind === 'request' || method === 'newPeer';
          const expected = variant === 'classic' && isOffer ? withoutNotifyFields(value) : value;
          expect(readServerMessage(method, onTheWire(data))).toEqual({ ok: true, value: expected });
        }),
        { seed, numRuns: 40 },
      );
    });
  });

  it('returns the data of createWebRtcTransport written for both variants', () => {
    const data = { forceTcp: false, producing: false, consuming: true };
    expect(writeCreateWebRtcTransport(data)).toEqual({ ...data, appData: { direction: 'consumer' } });
    for (const variant of variants)
      expect(writeClientMessage('createWebRtcTransport', data, variant).data).toEqual(writeCreateWebRtcTransport(data));
  });
});

describe('Readers of invalid data', () => {
  it.each(Object.keys(clientToServer) as ClientMethod[])('return a fault for the client message %s', (method) => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, maxDepth: 3 }), (data) => {
        expect(readClientMessage(method, data)).toHaveProperty('ok');
        expect(readResponse(method, data)).toHaveProperty('ok');
      }),
      { seed, numRuns: 100 },
    );
  });

  it.each(Object.keys(serverToClient) as ServerMethod[])('return a fault for the server message %s', (method) => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, maxDepth: 3 }), (data) => {
        expect(readServerMessage(method, data)).toHaveProperty('ok');
      }),
      { seed, numRuns: 100 },
    );
  });
});

/** Removes fields that the classic variant lacks. */
function withoutNotifyFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNotifyFields);
  if (typeof value !== 'object' || value === null) return value;
  const { remoteAddress: _address, transportId: _transport, score: _score, ...rest } = value as Record<string, unknown>;
  return 'peers' in rest ? { ...rest, peers: withoutNotifyFields(rest.peers) } : rest;
}
