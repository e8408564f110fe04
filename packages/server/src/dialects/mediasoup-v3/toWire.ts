import type { AppData, Written } from '@tureen/protocol/common';
import type { NewConsumer, NewDataConsumer, Peer as WirePeer, TransportResponse } from '@tureen/protocol/mediasoup-v3';
import type { Consumer } from '../../rooms/Consumer.ts';
import type { DataConsumer } from '../../rooms/DataConsumer.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type { Transport } from '../../rooms/Transport.ts';
import type { MediasoupV3Settings } from './options.ts';

/** A peer as the others see it. */
export function toWirePeer(
  { id, displayName, device, dialect, appData, remoteAddress }: Peer,
  { demoFaithful }: MediasoupV3Settings,
): Written<WirePeer> {
  return {
    id,
    displayName,
    device: device ?? { flag: 'unknown', name: dialect, version: '' },
    // The demo of 2025 tells everyone where everyone is. We do not.
    ...(demoFaithful ? { remoteAddress } : { appData: toAppDataObject(appData), dialect }),
  };
}

/** A transport as its owner is told of it. */
export function toWireTransport(
  { id, iceParameters, iceCandidates, dtlsParameters, sctpParameters }: Transport,
  { iceServers }: MediasoupV3Settings,
): Written<TransportResponse> {
  return {
    id,
    iceParameters,
    iceCandidates,
    dtlsParameters,
    sctpParameters,
    ...(iceServers.length === 0 ? {} : { iceServers }),
  };
}

/** A consumer as it is offered to its owner. */
export function toWireConsumer(consumer: Consumer): Written<NewConsumer> {
  const { id, peer, producer, kind, type, rtpParameters, transport, score } = consumer;
  return {
    id,
    peerId: peer.id,
    producerId: producer.id,
    kind,
    type,
    rtpParameters,
    producerPaused: producer.paused,
    transportId: transport.id,
    score,
    appData: { ...toAppDataObject(producer.appData), peerId: peer.id },
  };
}

/** A data consumer as it is offered to its owner. */
export function toWireDataConsumer(dataConsumer: DataConsumer): Written<NewDataConsumer> {
  const { id, peer, dataProducer, sctpStreamParameters, label, protocol, transport } = dataConsumer;
  return {
    id,
    peerId: peer?.id ?? null,
    dataProducerId: dataProducer.id,
    sctpStreamParameters,
    label,
    protocol,
    transportId: transport.id,
    appData: toAppDataObject(dataProducer.appData) ?? {},
  };
}

/** Other dialects let any JSON be appData; here it is a plain object, so anything else goes under `value`. */
export function toAppDataObject(appData: unknown): AppData | undefined {
  if (appData === undefined) return undefined;
  const isObject = typeof appData === 'object' && appData !== null && !Array.isArray(appData);
  return isObject ? (appData as AppData) : { value: appData };
}
