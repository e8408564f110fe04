import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { arbitraryOf as anyArbitraryOf } from '../common/arbitraryFixture.ts';
import type { AnySchema } from '../common/schema/index.ts';
import { readClientMessage, readResponse, readServerMessage } from './codec.ts';
import { EXTENSIONS, extensions } from './extensions.ts';
import { clientToServer, serverToClient } from './methods.ts';
import type {
  ClientData,
  ClientMethod,
  ClientRequestMethod,
  ResponseData,
  ServerData,
  ServerMethod,
} from './methods.ts';
import { formatFmtp, parseFmtp, toRtpParam, toRtpParameters } from './rtpConversion.ts';
import { rtpParam, type RtpParam } from './rtpParam.ts';
import { writeClientMessage, writeResponse, writeServerMessage } from './write.ts';

const seed = 20_261_121;
const onTheWire = (data: unknown): unknown => (data === undefined ? {} : JSON.parse(JSON.stringify(data)));

const special = new Map([[extensions, fc.subarray([...EXTENSIONS])]]);
const arbitraryOf = (schema: AnySchema) => anyArbitraryOf(schema, special);

const clientMethods = Object.keys(clientToServer) as ClientMethod[];
const requestMethods = clientMethods.filter((method): method is ClientRequestMethod => method !== 'textMessage');
const serverMethods = Object.keys(serverToClient) as ServerMethod[];

describe('Round trip', () => {
  it.each(clientMethods)('returns the data of the client message %s', (method) => {
    fc.assert(
      fc.property(arbitraryOf(clientToServer[method].request), (value) => {
        const { data } = writeClientMessage(method, value as ClientData<ClientMethod>);
        expect(readClientMessage(method, onTheWire(data))).toEqual({ ok: true, value });
      }),
      { seed, numRuns: 60 },
    );
  });

  it.each(requestMethods)('returns the data of the response to %s', (method) => {
    fc.assert(
      fc.property(arbitraryOf(clientToServer[method].response), (value) => {
        const data = writeResponse(method, value as ResponseData<ClientRequestMethod>);
        expect(data).toMatchObject({ code: 0, message: expect.any(String) as string });
        expect(readResponse(method, onTheWire(data))).toEqual({ ok: true, value });
      }),
      { seed, numRuns: 60 },
    );
  });

  it.each(serverMethods)('returns the data of the server message %s', (method) => {
    fc.assert(
      fc.property(arbitraryOf(serverToClient[method].request), (value) => {
        const { data } = writeServerMessage(method, value as ServerData<ServerMethod>);
        // The document's form of a user that left has only IDs.
        const expected =
          method === 'userLeft' ? (value as ServerData<'userLeft'>).map(({ userId }) => ({ userId })) : value;
        expect(readServerMessage(method, onTheWire(data))).toEqual({ ok: true, value: expected });
      }),
      { seed, numRuns: 60 },
    );
  });
});

describe('RTP conversion', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/);
  const value = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/), fc.nat(100_000));
  const fmtp = fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true });

  it("converts any pusher to mediasoup's form and back", () => {
    const any = fc.tuple(arbitraryOf(rtpParam), fmtp, fc.integer({ min: 1, max: 127 }), fc.boolean());
    fc.assert(
      fc.property(any, ([param, parameters, payloadType, hasRtx]) => {
        const { key_request: _asked, ...rest } = param as RtpParam;
        const said: RtpParam = {
          ...rest,
          fmtp_param: formatFmtp(parameters),
          rtcp_features: ['nack', 'nack pli', 'goog-remb'],
          payload_type: payloadType,
          rtx_payload_type: hasRtx ? (payloadType % 127) + 1 : 0,
          ssrc: 1234,
          rtx_ssrc: hasRtx ? 1235 : 0,
          use_nack: true,
          key_request: true,
        };
        expect(toRtpParam(said.av_type, toRtpParameters(said))).toEqual(said);
      }),
      { seed, numRuns: 200 },
    );
  });

  it('formats and parses any fmtp', () => {
    fc.assert(
      fc.property(fmtp, (parameters) => {
        expect(parseFmtp(formatFmtp(parameters))).toEqual(parameters);
      }),
      { seed },
    );
  });
});

describe('Readers of invalid data', () => {
  const anything = fc.anything({ withNullPrototype: true, maxDepth: 3 });

  it.each(clientMethods)('return a fault for the client message %s', (method) => {
    fc.assert(
      fc.property(anything, (data) => {
        expect(readClientMessage(method, data)).toHaveProperty('ok');
        if (method !== 'textMessage') expect(readResponse(method, data)).toHaveProperty('ok');
      }),
      { seed, numRuns: 200 },
    );
  });

  it.each(serverMethods)('return a fault for the server message %s', (method) => {
    fc.assert(
      fc.property(anything, (data) => {
        expect(readServerMessage(method, data)).toHaveProperty('ok');
      }),
      { seed, numRuns: 200 },
    );
  });
});
