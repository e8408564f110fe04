import type { RtpCapabilities, RtpCodecCapability } from '@tureen/protocol/common';
import {
  type ResponseData,
  type ServerData,
  type ServerNotificationMethod,
  readSource,
} from '@tureen/protocol/mediasoup-v3';
import type { DialectEvent, DialectEventOf, DialectResumeResult } from '../../room/DialectPort.ts';
import type { ConsumerOffer, DataConsumerOffer, TransportDirection } from '../../room/entityInfo.ts';

/** Fields of the room's event. The event is named as the notification unless `type` is among the fields. */
type Fields<Method extends ServerNotificationMethod> = Method extends DialectEvent['type']
  ? Omit<DialectEventOf<Method>, 'type'>
  : DialectEvent;

type Translate<Method extends ServerNotificationMethod> = (
  data: ServerData<Method>,
  directionOf: (transportId: string) => TransportDirection | null,
) => Fields<Method> | null;

/** Notification that equals the room's event. The compiler requires a translation of all others. */
type Same<Method extends ServerNotificationMethod> = ServerData<Method> & { type: Method };

type Translations = {
  [Method in ServerNotificationMethod as Same<Method> extends DialectEvent ? never : Method]: Translate<Method>;
};

// mediasoup-demo has no notification of a server that pauses one consumer, so the source was paused.
const byRemote = ({ consumerId }: ServerData<'consumerPaused'>) => ({ consumerId, by: 'remote' as const });

const byServer = ({ producerId, by = 'server', reason }: ServerData<'producerClosed'>) => ({ producerId, by, reason });

/** Translations of notifications that differ from the room's events. Null: no event. */
const translations: Translations = {
  welcome: () => null,
  mediasoupVersion: ({ version }) => ({ type: 'serverVersion', version }),
  newPeer: (peer) => ({ peer }),
  consumerPaused: byRemote,
  consumerResumed: byRemote,
  speakingPeers: ({ peerVolumes: volumes }) => ({ volumes }),
  producerClosed: byServer,
  producerPaused: byServer,
  producerResumed: byServer,
  transportClosed: ({ transportId, reason = 'server' }, directionOf) => {
    const direction = directionOf(transportId);
    return direction && { direction, reason };
  },
  roomClosed: ({ reason = '', detail, appData }) => ({ reason, detail, appData }),
};

/** Translates a notification that its schema has read. Fields that the room does not know may remain. */
export function toRoomEvent<Method extends ServerNotificationMethod>(
  method: Method,
  data: ServerData<Method>,
  directionOf: (transportId: string) => TransportDirection | null,
): DialectEvent | null {
  const translate = (translations as Partial<Record<string, Translate<Method>>>)[method];
  if (translate === undefined) return { ...data, type: method } as unknown as DialectEvent;
  const fields = translate(data, directionOf);
  return fields && ({ type: method, ...fields } as unknown as DialectEvent);
}

/** Returns the router's codecs that the client cannot receive, without retransmission codecs. */
export function toLackingCodecs(router: RtpCapabilities, receivable: RtpCapabilities): RtpCodecCapability[] {
  // The client's capabilities have the payload types of the router.
  const known = new Set(receivable.codecs?.map(({ preferredPayloadType }) => preferredPayloadType));
  return (router.codecs ?? []).filter(
    ({ mimeType, preferredPayloadType }) => !/\/rtx$/i.test(mimeType) && !known.has(preferredPayloadType),
  );
}

/** Translates `newConsumer`; `sourceByKind` as in the options. */
export function toConsumerOffer(
  data: ServerData<'newConsumer'>,
  supported: boolean,
  sourceByKind: boolean,
): ConsumerOffer {
  const { producerPaused: remotePaused, ...rest } = data;
  const source = readSource(data.appData, data.kind, sourceByKind);
  // `appData` gets the canonical source, as the wire may spell it differently.
  const appData = 'source' in data.appData ? { ...data.appData, source } : data.appData;
  return { ...rest, appData, source, remotePaused, supported };
}

/** Translates `newDataConsumer`. */
export function toDataConsumerOffer(data: ServerData<'newDataConsumer'>): DataConsumerOffer {
  const { id, dataProducerId, peerId, sctpStreamParameters, label, protocol, appData } = data;
  return { kind: 'data', id, dataProducerId, peerId, sctpStreamParameters, label, protocol, appData };
}

/** Returns the resumed entities; empty where the server names none. */
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
