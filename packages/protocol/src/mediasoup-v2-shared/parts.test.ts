import { describe, expect, expectTypeOf, it } from 'vitest';

import type { IceCandidate, IceParameters, RtpCapabilities, RtpParameters } from '../common/index.ts';
import type * as alpha from '../mediasoup-v2-alpha/index.ts';
import type * as beta from '../mediasoup-v2-beta/index.ts';
import * as v2 from '../mediasoup-v2/index.ts';
import type { fromV2Capabilities, toV2ProducerParameters } from './index.ts';
import outOfBandFixtures from './fixtures/outOfBand.json' with { type: 'json' };
import {
  outOfBandToClient,
  outOfBandToServer,
  envelopeMethods,
  errorCodes,
  fromV2IceParameters,
  fromV2Transport,
  isOutOfBandClientMethod,
  isOutOfBandServerMethod,
  isDuplicatedIdError,
  isDuplicatedPeerError,
  layerToProfile,
  profilesOf,
  profileToLayer,
  randomEntityId,
  readOutOfBandClientMessage,
  readOutOfBandServerMessage,
  readEnvelope,
  readSource,
  refusals,
  toV2Transport,
  writeEnvelope,
  type OutOfBandClientMethod,
  type OutOfBandServerMethod,
  type StreamProfile,
  type TransportResponse,
  type V2Consumer,
  type V2Peer,
} from './index.ts';

describe('randomEntityId', () => {
  it('returns eight digits', () => {
    expect(randomEntityId(() => 0)).toBe(10_000_000);
    expect(randomEntityId(() => 1 - Number.EPSILON)).toBe(99_999_999);
    expect(Number.isInteger(randomEntityId())).toBe(true);
  });
});

describe('Profiles', () => {
  const three: StreamProfile[] = ['low', 'medium', 'high'];

  it('follow from the number of streams', () => {
    expect([0, 1, 2, 3, 4].map(profilesOf)).toEqual([[], [], ['low', 'medium'], three, three]);
  });

  it.each([
    ['low', three, 0],
    ['high', three, 2],
    ['default', three, 2],
    ['medium', ['low', 'high'], 0],
    ['high', ['low', 'high'], 1],
    ['high', ['low', 'medium'], 1],
    ['low', ['medium', 'high'], 0],
    ['default', ['low', 'high'], 1],
    ['default', [], 0],
    ['high', [], 0],
    ['none', three, null],
  ] as const)('map %s of [%s] to layer %s', (profile, profiles, layer) => {
    expect(profileToLayer(profile, profiles)).toBe(layer);
  });

  it.each([
    [null, three, 'none'],
    [null, [], 'none'],
    [0, [], 'default'],
    [1, ['low', 'high'], 'high'],
    [2, three, 'high'],
    [5, three, 'high'],
  ] as const)('map layer %s of [%s] to %s', (layer, profiles, profile) => {
    expect(layerToProfile(layer, profiles)).toBe(profile);
  });
});

describe('Transports', () => {
  const iceParameters = { usernameFragment: 'u', password: 'p' };
  const udp = {
    foundation: 'f',
    priority: 1,
    address: '192.0.2.1',
    protocol: 'udp',
    port: 1000,
    type: 'host',
  } as const;
  const tcp = { ...udp, address: '2001:db8::1', protocol: 'tcp', tcpType: 'passive' } as const;
  const dtlsParameters = {
    role: 'auto' as const,
    fingerprints: [{ algorithm: 'sha-256' as const, value: 'AA:BB' }],
  };
  const transport = { iceParameters, iceCandidates: [udp, tcp], dtlsParameters };
  const read = (answer: unknown): TransportResponse => {
    const result = v2.readResponse('createTransport', JSON.parse(JSON.stringify(answer)));
    if (!result.ok) throw new Error(result.issue.path);
    return result.value;
  };

  it('convert from mediasoup 3 to mediasoup 2', () => {
    expect(toV2Transport(transport)).toEqual({
      iceParameters: { ...iceParameters, iceLite: true },
      iceCandidates: [
        { foundation: 'f', family: 'ipv4', priority: 1, ip: '192.0.2.1', protocol: 'udp', port: 1000, type: 'host' },
        {
          foundation: 'f',
          family: 'ipv6',
          priority: 1,
          ip: '2001:db8::1',
          protocol: 'tcp',
          port: 1000,
          type: 'host',
          tcpType: 'passive',
        },
      ],
      dtlsParameters,
    });
  });

  it('omit candidates that were not requested', () => {
    const protocols = (options: object) =>
      toV2Transport(transport, options).iceCandidates.map(({ protocol }) => protocol);
    expect(protocols({ udp: false })).toEqual(['tcp']);
    expect(protocols({ tcp: false })).toEqual(['udp']);
    expect(protocols({ udp: undefined })).toEqual(['udp', 'tcp']);
  });

  it('convert to the form of mediasoup-client', () => {
    expect(fromV2Transport(read(toV2Transport(transport)))).toEqual({
      ok: true,
      value: {
        iceParameters: { ...iceParameters, iceLite: true },
        iceCandidates: [
          { ...udp, ip: udp.address },
          { ...tcp, ip: tcp.address },
        ],
        dtlsParameters,
      },
    });
  });

  it('read ip from address, and fingerprints from an object by algorithm', () => {
    const answer = read({
      iceParameters,
      iceCandidates: [udp],
      dtlsParameters: { fingerprints: { 'sha-256': 'AA:BB' } },
    });
    expect(answer).toMatchObject({
      iceCandidates: [{ ip: '192.0.2.1' }],
      dtlsParameters: { fingerprints: [{ algorithm: 'sha-256', value: 'AA:BB' }] },
    });
  });

  it('are read without data, but fail to convert', () => {
    const fault = (answer: unknown) => {
      const result = fromV2Transport(read(answer));
      return result.ok ? undefined : result.issue;
    };
    expect(fault({ iceParameters: {}, iceCandidates: [], dtlsParameters: {} })).toEqual({
      path: 'iceParameters.usernameFragment',
      message: 'Required',
    });
    expect(fault({ iceParameters: { usernameFragment: 'u' }, dtlsParameters: {} })?.path).toBe(
      'iceParameters.password',
    );
    expect(fault({ iceParameters, dtlsParameters: {} })?.path).toBe('dtlsParameters.fingerprints');
    expect(fromV2IceParameters(iceParameters)).toEqual({ ok: true, value: iceParameters });
  });

  it('have no DTLS parameters without a fingerprint', () => {
    for (const dtls of [undefined, null, {}, { role: 'server' }, { fingerprints: [] }]) {
      const result = v2.readClientMessage('createTransport', { id: 1, dtlsParameters: dtls });
      expect(result).toEqual({ ok: true, value: { id: 1, options: {} } });
    }
  });
});

describe('Envelopes', () => {
  const request = v2.writeClientMessage('restartTransport', { id: 1 });
  const notification = v2.writeClientMessage('disableConsumerStats', { id: 1 });

  it('have one name for requests and another for notifications', () => {
    expect(writeEnvelope(request, 'notification')).toEqual({
      kind: 'request',
      method: envelopeMethods.request,
      data: request.payload,
    });
    expect(writeEnvelope(notification, 'notification')).toEqual({
      kind: 'notification',
      method: envelopeMethods.notification,
      data: notification.payload,
    });
    expect(writeEnvelope(notification, 'request')).toMatchObject({
      kind: 'request',
      method: 'mediasoup-notification',
    });
    expect(writeEnvelope(notification, 'bare')).toEqual({
      ...notification,
      payload: undefined,
      data: notification.payload,
    });
  });

  it('are refused without a method', () => {
    for (const data of [undefined, null, {}, 'text']) {
      expect(readEnvelope('mediasoup-request', data)).toEqual({
        ok: false,
        issue: { path: 'method', message: 'Required' },
      });
    }
    expect(readEnvelope('mediasoup-notification', { method: 7 })).toEqual({
      ok: false,
      issue: { path: 'method', message: 'Expected string' },
    });
  });

  it('are optional', () => {
    expect(readEnvelope('change-display-name', { displayName: 'A' })).toEqual({
      ok: true,
      value: { method: 'change-display-name', payload: { displayName: 'A' }, isEnveloped: false },
    });
  });
});

describe('Out-of-band messages', () => {
  it('are read unchanged', () => {
    expect(Object.keys(outOfBandFixtures.clientToServer).sort()).toEqual(Object.keys(outOfBandToServer).sort());
    expect(Object.keys(outOfBandFixtures.serverToClient).sort()).toEqual(Object.keys(outOfBandToClient).sort());
    for (const [method, value] of Object.entries(outOfBandFixtures.clientToServer)) {
      expect(readOutOfBandClientMessage(method as OutOfBandClientMethod, value)).toStrictEqual({ ok: true, value });
    }
    for (const [method, value] of Object.entries(outOfBandFixtures.serverToClient)) {
      expect(readOutOfBandServerMessage(method as OutOfBandServerMethod, value)).toStrictEqual({ ok: true, value });
    }
  });

  it('differ between the two ends', () => {
    expect(isOutOfBandClientMethod('change-display-name')).toBe(true);
    expect(isOutOfBandClientMethod('active-speaker')).toBe(false);
    expect(isOutOfBandServerMethod('active-speaker')).toBe(true);
    expect(isOutOfBandServerMethod('toString')).toBe(false);
  });

  it.each([
    ['change-display-name', {}, 'displayName'],
    ['request-consumer-keyframe', { consumerId: 'x' }, 'consumerId'],
    ['change-consumer-preferred-profile', { consumerId: 1, profile: 'ultra' }, 'profile'],
  ] as const)('report the invalid field of %s', (method, data, path) => {
    expect(readOutOfBandClientMessage(method, data)).toMatchObject({ ok: false, issue: { path } });
  });
});

describe('Refusals', () => {
  it('have the texts of the genuine servers', () => {
    expect(refusals.duplicatedPeer('bob')).toEqual({ errorCode: 409, errorReason: 'duplicated Peer [peerName:"bob"]' });
    expect(refusals.duplicatedId('Transport').errorReason).toBe('a Transport with same transportId already exists');
    expect(refusals.notFound('Consumer')).toEqual({
      errorCode: errorCodes.notFound,
      errorReason: 'Consumer not found',
    });
    expect(refusals.unknownMethod('x').errorReason).toBe('unknown request method "x"');
    expect(refusals.badRequest({ path: 'id', message: 'Required' })).toEqual({
      errorCode: 400,
      errorReason: 'id: Required',
    });
    expect(refusals.wrongRtpParameters('no codec').errorReason).toBe('wrong RTP parameters: no codec');
  });

  it('distinguish a duplicate ID from a duplicate name', () => {
    for (const entity of ['Transport', 'Producer'] as const) {
      expect(isDuplicatedIdError(`Error: ${refusals.duplicatedId(entity).errorReason}`)).toBe(true);
    }
    expect(isDuplicatedIdError('duplicated ssrc')).toBe(false);
    expect(isDuplicatedPeerError(`Error: ${refusals.duplicatedPeer('bob').errorReason}`)).toBe(true);
    expect(isDuplicatedPeerError('Transport not found')).toBe(false);
  });
});

describe('readSource', () => {
  it.each([
    [{ source: 'mic' }, 'audio', 'microphone'],
    [{ source: 'webcam' }, 'video', 'camera'],
    [{ source: 'screen' }, 'video', 'screen'],
    [{ source: 'screen' }, 'audio', 'screenAudio'],
    [{ source: 'camera' }, 'video', 'camera'],
    [{ source: 'whiteboard' }, 'video', 'whiteboard'],
    [{ source: '' }, 'video', 'unknown'],
    [{ source: 7 }, 'video', 'unknown'],
    ['text', 'video', 'unknown'],
    [null, 'audio', 'unknown'],
    [undefined, 'audio', 'unknown'],
  ] as const)('reads %j of %s as %s', (appData, kind, source) => {
    expect(readSource(appData, kind)).toBe(source);
  });
});

// The tests make no assertion at run time: the compiler reports a failure.
describe('Types', () => {
  it('let converted data fit mediasoup 3 and mediasoup-client', () => {
    expectTypeOf<ReturnType<typeof fromV2Capabilities>>().toExtend<RtpCapabilities>();
    type Used = Extract<ReturnType<typeof fromV2Transport>, { ok: true }>['value'];
    expectTypeOf<Used['iceCandidates']>().toEqualTypeOf<IceCandidate[]>();
    expectTypeOf<Used['iceParameters']>().toEqualTypeOf<IceParameters>();
    expectTypeOf<RtpParameters>().toExtend<Parameters<typeof toV2ProducerParameters>[0]>();
  });

  it('share peers and consumers between the three dialects', () => {
    expectTypeOf<v2.ServerData<'newPeer'>>().toExtend<V2Peer>();
    expectTypeOf<beta.ServerData<'newPeer'>>().toEqualTypeOf<V2Peer>();
    expectTypeOf<alpha.ServerData<'newPeer'>>().toEqualTypeOf<V2Peer>();
    expectTypeOf<alpha.ServerData<'newSender'>>().toEqualTypeOf<V2Consumer>();
    expectTypeOf<v2.ServerData<'newConsumer'>>().toExtend<V2Consumer>();
    expectTypeOf<alpha.ResponseData<'join'>['peers']>().toEqualTypeOf<beta.ResponseData<'joinRoom'>['peers']>();
  });

  it('separate the names of notifications and requests', () => {
    expectTypeOf<'pauseProducer'>().toExtend<v2.ClientNotificationMethod>();
    expectTypeOf<'pauseReceiver'>().not.toExtend<alpha.ClientNotificationMethod>();
    expectTypeOf<v2.ClientData<'restartTransport'>>().toEqualTypeOf<{ id: number }>();
    expectTypeOf<v2.ClientData<'queryRoom'>>().toEqualTypeOf<undefined>();
    expectTypeOf<v2.ResponseData<'createProducer'>>().toEqualTypeOf<undefined>();
  });
});
