import { type ServerData, type ServerNotificationMethod, readSource } from '@tureen/protocol/mediasoup-v3';
import type { ConsumerOffer, DataConsumerOffer, DialectEvent, TransportDirection } from '../../room/ports.ts';

type Translations = {
  [Method in ServerNotificationMethod]: (
    data: ServerData<Method>,
    directionOf: (transportId: string) => TransportDirection | null,
  ) => DialectEvent | null;
};

/** Each notification of the server, in the Room's words; null where it says nothing to the room. */
const translations: Translations = {
  mediasoupVersion: ({ version }) => ({ type: 'serverVersion', version }),
  newPeer: ({ id, displayName, device, appData, dialect }) => ({
    type: 'newPeer',
    peer: { id, displayName, device, appData, dialect },
  }),
  peerClosed: ({ peerId, reason, appData }) => ({ type: 'peerClosed', peerId, reason, appData }),
  peerReconnecting: ({ peerId }) => ({ type: 'peerReconnecting', peerId }),
  peerReconnected: ({ peerId }) => ({ type: 'peerReconnected', peerId }),
  peerDisplayNameChanged: ({ peerId, displayName }) => ({ type: 'peerDisplayNameChanged', peerId, displayName }),
  producerScore: ({ producerId, score }) => ({ type: 'producerScore', producerId, score }),
  consumerScore: ({ consumerId, score }) => ({ type: 'consumerScore', consumerId, score }),
  consumerClosed: ({ consumerId, reason }) => ({ type: 'consumerClosed', consumerId, reason }),
  // The source was paused: the demo has no word for a server that pauses one consumer.
  consumerPaused: ({ consumerId }) => ({ type: 'consumerPaused', consumerId, by: 'remote' }),
  consumerResumed: ({ consumerId }) => ({ type: 'consumerResumed', consumerId, by: 'remote' }),
  consumerLayersChanged: ({ consumerId, layers }) => ({ type: 'consumerLayersChanged', consumerId, layers }),
  dataConsumerClosed: ({ dataConsumerId, reason }) => ({ type: 'dataConsumerClosed', dataConsumerId, reason }),
  activeSpeaker: ({ peerId, volume }) => ({ type: 'activeSpeaker', peerId, volume }),
  speakingPeers: ({ peerVolumes }) => ({ type: 'speakingPeers', volumes: peerVolumes }),
  downlinkBwe: ({ desiredBitrate, effectiveDesiredBitrate, availableBitrate }) => ({
    type: 'downlinkBwe',
    desiredBitrate,
    effectiveDesiredBitrate,
    availableBitrate,
  }),
  producerClosed: ({ producerId, by, reason }) => ({ type: 'producerClosed', producerId, by: by ?? 'server', reason }),
  producerPaused: ({ producerId, by }) => ({ type: 'producerPaused', producerId, by: by ?? 'server' }),
  producerResumed: ({ producerId, by }) => ({ type: 'producerResumed', producerId, by: by ?? 'server' }),
  transportClosed: ({ transportId, reason }, directionOf) => {
    const direction = directionOf(transportId);
    return direction === null ? null : { type: 'transportClosed', direction, reason: reason ?? 'server' };
  },
  textMessage: ({ peerId, text }) => ({ type: 'textMessage', peerId, text }),
  consumerUnsupported: ({ peerId, producerId, kind, reason }) => ({
    type: 'consumerUnsupported',
    peerId,
    producerId,
    kind,
    reason,
  }),
  roomClosed: ({ reason, appData }) => ({ type: 'roomClosed', reason: reason ?? 'closedByServer', appData }),
};

/** One notification, already read by its schema, in the Room's words. */
export function toRoomEvent<Method extends ServerNotificationMethod>(
  method: Method,
  data: ServerData<Method>,
  directionOf: (transportId: string) => TransportDirection | null,
): DialectEvent | null {
  return translations[method](data, directionOf);
}

/** `newConsumer`, in the Room's words. */
export function toConsumerOffer(data: ServerData<'newConsumer'>, supported: boolean): ConsumerOffer {
  const { id, producerId, peerId, kind, rtpParameters, type, producerPaused, appData } = data;
  const source = readSource(appData, kind);
  return {
    id,
    producerId,
    peerId,
    kind,
    rtpParameters,
    type,
    source,
    remotePaused: producerPaused,
    appData,
    supported,
  };
}

/** `newDataConsumer`, in the Room's words. */
export function toDataConsumerOffer(data: ServerData<'newDataConsumer'>): DataConsumerOffer {
  const { id, dataProducerId, peerId, sctpStreamParameters, label, protocol, appData } = data;
  return { id, dataProducerId, peerId, sctpStreamParameters, label, protocol, appData };
}
