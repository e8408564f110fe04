import { describe, expect, expectTypeOf, it } from 'vitest';

import type { AppData, MediaKind, RtpCapabilities, RtpParameters } from '../common/index.ts';
import * as s from '../common/schema/index.ts';
import { clientToServer, eitherMethods, methods, responses, serverToClient } from './methods.ts';
import type {
  ClientMethod,
  ClientNotificationMethod,
  MethodEntry,
  NotificationData,
  RequestData,
  ResponseData,
  ServerMethod,
  ServerRequestMethod,
} from './methods.ts';
import type { Peer } from './peer.ts';
import { EXTENSIONS } from './variants.ts';
import { wireKind, wireMethod } from './write.ts';

const clientNames = Object.keys(clientToServer) as ClientMethod[];
const serverNames = Object.keys(serverToClient) as ServerMethod[];

describe('Method table', () => {
  it('names the direction of each message', () => {
    for (const direction of ['clientToServer', 'serverToClient'] as const)
      for (const entry of Object.values<MethodEntry>(methods[direction])) expect(entry.direction).toBe(direction);
  });

  it('lists the requests of the classic variant that are notifications in the other', () => {
    expect(clientNames.filter((name) => clientToServer[name].kind === 'either')).toEqual([...eitherMethods]);
    expect(clientNames.filter((name) => wireKind(name, 'notify') === 'notification')).toEqual([
      'closeProducer',
      'pauseProducer',
      'resumeProducer',
      'pauseConsumer',
      'resumeConsumer',
      'setConsumerPreferredLayers',
      'setConsumerPriority',
      'requestConsumerKeyFrame',
      'changeDisplayName',
    ]);
    expect(clientNames.filter((name) => wireKind(name, 'classic') === 'notification')).toEqual([]);
  });

  it('has the names of both variants', () => {
    expect(wireMethod('mediasoupVersion', 'classic')).toBe('mediasoup-version');
    expect(wireMethod('mediasoupVersion', 'notify')).toBe('mediasoupVersion');
    expect(wireMethod('resetNetworkThrottle', 'notify')).toBe('stopNetworkThrottle');
    expect(wireMethod('join', 'notify')).toBe('join');
  });

  it('announces every additive message as an extension', () => {
    const isAdditive = ([, entry]: [string, MethodEntry]) => entry.additive === true;
    const additive = [...Object.entries<MethodEntry>(clientToServer), ...Object.entries<MethodEntry>(serverToClient)]
      .filter(isAdditive)
      .map(([name]) => name);
    const fields = ['resumeToken', 'earlyMedia', 'peerAppData', 'producePaused'];
    expect(new Set([...additive, ...fields])).toEqual(new Set(EXTENSIONS));
  });

  it('has a schema for each response that is not empty', () => {
    const more = clientNames.filter((name) => clientToServer[name].response !== s.empty);
    expect(more.toSorted()).toEqual(Object.keys(responses).toSorted());
  });

  it('has responses to requests only', () => {
    for (const name of serverNames)
      expect(serverToClient[name].response !== undefined).toBe(serverToClient[name].kind === 'request');
  });
});

// The tests make no assertion at run time: the compiler reports a failure.
describe('Types inferred from the table', () => {
  it('describe the data of a message after reading', () => {
    expectTypeOf<RequestData<'createWebRtcTransport'>>().toExtend<{
      forceTcp: boolean;
      producing: boolean;
      consuming: boolean;
    }>();
    expectTypeOf<RequestData<'leaveRoom'>>().toEqualTypeOf<undefined>();
    expectTypeOf<RequestData<'join'>['rtpCapabilities']>().toEqualTypeOf<RtpCapabilities | undefined>();
    expectTypeOf<RequestData<'produce'>['appData']>().toEqualTypeOf<AppData>();
    expectTypeOf<RequestData<'newConsumer'>>().toExtend<{
      id: string;
      kind: MediaKind;
      rtpParameters: RtpParameters;
    }>();
    expectTypeOf<ResponseData<'join'>['peers']>().toEqualTypeOf<Peer[]>();
    expectTypeOf<ResponseData<'getRouterRtpCapabilities'>>().toEqualTypeOf<RtpCapabilities>();
    expectTypeOf<ResponseData<'newConsumer'>>().toEqualTypeOf<undefined>();
    expectTypeOf<NotificationData<'newPeer'>>().toEqualTypeOf<Peer>();
    expectTypeOf<NotificationData<'pauseProducer'>>().toEqualTypeOf<{ producerId: string }>();
  });

  it('differ between the directions of a text message', () => {
    expectTypeOf<RequestData<'textMessage'>>().toEqualTypeOf<{ text: string }>();
    expectTypeOf<NotificationData<'textMessage'>>().toEqualTypeOf<{ peerId: string; text: string }>();
  });

  it('list the names of each kind and direction', () => {
    expectTypeOf<ServerRequestMethod>().toEqualTypeOf<'newConsumer' | 'newDataConsumer'>();
    expectTypeOf<'pauseProducer'>().toExtend<ClientNotificationMethod>();
    expectTypeOf<'join'>().not.toExtend<ClientNotificationMethod>();
  });
});
