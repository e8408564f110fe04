import type { RtpCapabilities, RtpCodecCapability } from '@tureen/protocol/common';
import {
  type ResponseData,
  type ServerData,
  type ServerNotificationMethod,
  readSource,
} from '@tureen/protocol/mediasoup-v3';
import type {
  ConsumerOffer,
  DataConsumerOffer,
  DialectEvent,
  DialectResumeResult,
  TransportDirection,
} from '../../room/ports.ts';

type Translate<Method extends ServerNotificationMethod> = (
  data: ServerData<Method>,
  directionOf: (transportId: string) => TransportDirection | null,
) => DialectEvent | null;

/** What a message is where the Room's words are the server's own; the compiler asks for a translation of all others. */
type Same<Method extends ServerNotificationMethod> = ServerData<Method> & { type: Method };

type Translations = {
  [Method in ServerNotificationMethod as Same<Method> extends DialectEvent ? never : Method]: Translate<Method>;
};

/** Each notification of the server whose words are not the Room's; null where it says nothing to the room. */
const translations: Translations = {
  mediasoupVersion: ({ version }) => ({ type: 'serverVersion', version }),
  newPeer: (peer) => ({ type: 'newPeer', peer }),
  // The source was paused: the demo has no word for a server that pauses one consumer.
  consumerPaused: ({ consumerId }) => ({ type: 'consumerPaused', consumerId, by: 'remote' }),
  consumerResumed: ({ consumerId }) => ({ type: 'consumerResumed', consumerId, by: 'remote' }),
  speakingPeers: ({ peerVolumes }) => ({ type: 'speakingPeers', volumes: peerVolumes }),
  producerClosed: ({ producerId, by, reason }) => ({ type: 'producerClosed', producerId, by: by ?? 'server', reason }),
  producerPaused: ({ producerId, by }) => ({ type: 'producerPaused', producerId, by: by ?? 'server' }),
  producerResumed: ({ producerId, by }) => ({ type: 'producerResumed', producerId, by: by ?? 'server' }),
  transportClosed: ({ transportId, reason }, directionOf) => {
    const direction = directionOf(transportId);
    return direction === null ? null : { type: 'transportClosed', direction, reason: reason ?? 'server' };
  },
  roomClosed: ({ reason = '', detail, appData }) => ({ type: 'roomClosed', reason, detail, appData }),
};

/** One notification, already read by its schema, in the Room's words. Fields that nobody knows may come along. */
export function toRoomEvent<Method extends ServerNotificationMethod>(
  method: Method,
  data: ServerData<Method>,
  directionOf: (transportId: string) => TransportDirection | null,
): DialectEvent | null {
  const translate = (translations as Partial<Record<string, Translate<Method>>>)[method];
  return translate ? translate(data, directionOf) : ({ ...data, type: method } as unknown as DialectEvent);
}

/** Codecs of the router that this end cannot receive; retransmissions are none. */
export function toLackingCodecs(router: RtpCapabilities, receivable: RtpCapabilities): RtpCodecCapability[] {
  // A browser's capabilities bear the payload types of the router.
  const known = new Set(receivable.codecs?.map(({ preferredPayloadType }) => preferredPayloadType));
  return (router.codecs ?? []).filter(
    ({ mimeType, preferredPayloadType }) => !/\/rtx$/i.test(mimeType) && !known.has(preferredPayloadType),
  );
}

/** `newConsumer`, in the Room's words; `sourceByKind` as in the options. */
export function toConsumerOffer(
  data: ServerData<'newConsumer'>,
  supported: boolean,
  sourceByKind: boolean,
): ConsumerOffer {
  const { producerPaused: remotePaused, ...rest } = data;
  const source = readSource(data.appData, data.kind, sourceByKind);
  // As the sender gave it, whatever the word on the wire.
  const appData = 'source' in data.appData ? { ...data.appData, source } : data.appData;
  return { ...rest, appData, source, remotePaused, supported };
}

/** `newDataConsumer`, in the Room's words. */
export function toDataConsumerOffer(data: ServerData<'newDataConsumer'>): DataConsumerOffer {
  const { id, dataProducerId, peerId, sctpStreamParameters, label, protocol, appData } = data;
  return { kind: 'data', id, dataProducerId, peerId, sctpStreamParameters, label, protocol, appData };
}

/** What lives on, in the Room's words. A server that resumed and does not say what: nothing does. */
export function toResumed(
  resumed: ResponseData<'join'>['resumed'],
): Omit<DialectResumeResult, 'peers' | 'capabilities'> {
  return {
    producers: new Map(resumed?.producers.map((one) => [one.id, one])),
    consumers: new Map(
      resumed?.consumers.map(({ id, paused, producerPaused: remotePaused }) => [id, { paused, remotePaused }]),
    ),
    dataProducers: new Set(resumed?.dataProducers),
    dataConsumers: new Set(resumed?.dataConsumers),
  };
}
