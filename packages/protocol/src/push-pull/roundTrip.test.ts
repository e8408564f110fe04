import fc from 'fast-check';
import type * as v from 'valibot';
import { describe, expect, it } from 'vitest';

import { arbitraryOfCommon } from '../common/arbitraryFixture.ts';
import { notEmpty, uint32 } from '../common/index.ts';
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

interface Part {
  readonly type: string;
  readonly kind?: string;
  readonly message?: string;
  readonly entries?: Readonly<Record<string, v.GenericSchema>>;
  readonly item?: v.GenericSchema;
  readonly options?: unknown[];
  readonly pipe?: readonly Part[];
  readonly wrapped?: v.GenericSchema;
}

/** Whatever `schema` may have read: walks its parts, so that a new field is tried without a word here. */
function arbitraryOf(schema: v.GenericSchema): fc.Arbitrary<unknown> {
  const common = arbitraryOfCommon(schema);
  if (common) return common;
  const part = schema as unknown as Part;
  if (schema === uint32) return fc.integer({ min: 0, max: 0xffffffff });
  if (schema === extensions) return fc.subarray([...EXTENSIONS]);
  if (part.pipe) {
    const bound = (text: string) =>
      part.pipe?.find(({ message }) => message?.startsWith(text))?.message?.slice(text.length);
    const [min, max] = [bound('Expected >='), bound('Expected <=')];
    if (min !== undefined && max !== undefined) return fc.integer({ min: Number(min), max: Number(max) });
    if ((part.pipe as readonly unknown[]).includes(notEmpty)) return fc.string({ minLength: 1 });
    // The last schema of a pipe is what comes out of it.
    const last = part.pipe.findLast(({ kind }) => kind === 'schema');
    return arbitraryOf(last as unknown as v.GenericSchema);
  }
  switch (part.type) {
    case 'loose_object': {
      const entries = Object.entries(part.entries ?? {});
      const requiredKeys = entries.filter(([, entry]) => entry.type !== 'exact_optional').map(([key]) => key);
      return fc.record(Object.fromEntries(entries.map(([key, entry]) => [key, arbitraryOf(entry)])), {
        requiredKeys,
        noNullPrototype: true,
      });
    }
    case 'exact_optional':
    case 'nullish':
      return arbitraryOf(part.wrapped!);
    case 'array':
      return fc.array(arbitraryOf(part.item!), { maxLength: 3 });
    case 'picklist':
      return fc.constantFrom(...(part.options ?? []));
    case 'string':
      return fc.string();
    case 'number':
      return fc.integer();
    case 'boolean':
      return fc.boolean();
    case 'unknown':
      return fc.constant(undefined);
    default:
      throw new Error(`no arbitrary for ${part.type}`);
  }
}

const clientMethods = Object.keys(clientToServer) as ClientMethod[];
const requestMethods = clientMethods.filter((method): method is ClientRequestMethod => method !== 'textMessage');
const serverMethods = Object.keys(serverToClient) as ServerMethod[];

describe('what one end writes, the other reads back', () => {
  it.each(clientMethods)('%s', (method) => {
    fc.assert(
      fc.property(arbitraryOf(clientToServer[method].request), (value) => {
        const { data } = writeClientMessage(method, value as ClientData<ClientMethod>);
        expect(readClientMessage(method, onTheWire(data))).toEqual({ ok: true, value });
      }),
      { seed, numRuns: 60 },
    );
  });

  it.each(requestMethods)('answer to %s', (method) => {
    fc.assert(
      fc.property(arbitraryOf(clientToServer[method].response), (value) => {
        const data = writeResponse(method, value as ResponseData<ClientRequestMethod>);
        expect(data).toMatchObject({ code: 0, message: expect.any(String) as string });
        expect(readResponse(method, onTheWire(data))).toEqual({ ok: true, value });
      }),
      { seed, numRuns: 60 },
    );
  });

  it.each(serverMethods)('%s of the server', (method) => {
    fc.assert(
      fc.property(arbitraryOf(serverToClient[method].request), (value) => {
        const { data } = writeServerMessage(method, value as ServerData<ServerMethod>);
        // The document's way to say who left has room for ids only.
        const expected =
          method === 'userLeft' ? (value as ServerData<'userLeft'>).map(({ userId }) => ({ userId })) : value;
        expect(readServerMessage(method, onTheWire(data))).toEqual({ ok: true, value: expected });
      }),
      { seed, numRuns: 60 },
    );
  });
});

describe("RTP in mediasoup's words and in RTCPilot's", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/);
  const value = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/), fc.nat(100_000));
  const fmtp = fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true });

  it('says the same of any pusher there and back', () => {
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

  it('says the same of any fmtp there and back', () => {
    fc.assert(
      fc.property(fmtp, (parameters) => {
        expect(parseFmtp(formatFmtp(parameters))).toEqual(parameters);
      }),
      { seed },
    );
  });
});

describe('garbage', () => {
  const anything = fc.anything({ withNullPrototype: true, maxDepth: 3 });

  it.each(clientMethods)('of a client, %s: told, never thrown', (method) => {
    fc.assert(
      fc.property(anything, (data) => {
        expect(readClientMessage(method, data)).toHaveProperty('ok');
        if (method !== 'textMessage') expect(readResponse(method, data)).toHaveProperty('ok');
      }),
      { seed, numRuns: 200 },
    );
  });

  it.each(serverMethods)('of a server, %s: told, never thrown', (method) => {
    fc.assert(
      fc.property(anything, (data) => {
        expect(readServerMessage(method, data)).toHaveProperty('ok');
      }),
      { seed, numRuns: 200 },
    );
  });
});
