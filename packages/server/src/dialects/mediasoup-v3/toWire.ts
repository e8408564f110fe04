import { UNKNOWN_SOURCE } from '@tureen/protocol/common';
import type { AppData, MediaKind, Written } from '@tureen/protocol/common';
import { readSource, writeChannel, writeSource } from '@tureen/protocol/mediasoup-v3';
import type {
  NewConsumer,
  NewDataConsumer,
  Peer as WirePeer,
  TransportResponse,
  Variant,
} from '@tureen/protocol/mediasoup-v3';
import type { Consumer } from '../../rooms/Consumer.ts';
import type { DataConsumer } from '../../rooms/DataConsumer.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type { Transport } from '../../rooms/Transport.ts';
import type { MediasoupV3Settings } from './options.ts';

/** Writes a peer for the other peers. */
export function toWirePeer(
  { id, displayName, device, dialect, appData, remoteAddress }: Peer,
  { demoFaithful }: MediasoupV3Settings,
): Written<WirePeer> {
  return {
    id,
    displayName,
    device: device ?? { flag: 'unknown', name: dialect, version: '' },
    // The demo of 2025 sends the address of each peer to the others. Tureen does not.
    ...(demoFaithful ? { remoteAddress } : { appData: toAppDataObject(appData), dialect }),
  };
}

/** Writes a transport for its owner. */
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

/** Writes a consumer for its owner, with its source in `variant` or unchanged. */
export function toWireConsumer(consumer: Consumer, variant: Variant | undefined): Written<NewConsumer> {
  const { id, peer, producer, kind, type, rtpParameters, transport, score } = consumer;
  const appData = { ...toAppDataObject(producer.appData), peerId: peer.id };
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
    appData: variant === undefined ? appData : writeSource(named(appData, kind, variant), kind, variant),
  };
}

/** Adds the source, which the demo of 2025 expects: microphone or camera for a track without one. */
function named(appData: AppData, kind: MediaKind, variant: Variant): AppData {
  return variant === 'notify' ? { ...appData, source: readSource(appData, kind, true) } : appData;
}

/** Writes a data consumer for its owner, with its channel in `variant` or unchanged. */
export function toWireDataConsumer(dataConsumer: DataConsumer, variant: Variant | undefined): Written<NewDataConsumer> {
  const { id, peer, dataProducer, sctpStreamParameters, label, protocol, transport } = dataConsumer;
  const appData = toAppDataObject(dataProducer.appData) ?? {};
  return {
    id,
    peerId: peer?.id ?? null,
    dataProducerId: dataProducer.id,
    sctpStreamParameters,
    label,
    protocol,
    transportId: transport.id,
    appData: variant === undefined ? appData : writeChannel(appData, label, variant),
  };
}

/** Converts appData of a track to neutral sources, from which each receiver gets its own variant. */
export function toNeutralAppData(appData: AppData, kind: MediaKind): AppData {
  const source = readSource(appData, kind);
  if (source === UNKNOWN_SOURCE) return appData;
  const { share, ...rest } = appData;
  return share === true ? { ...rest, source } : { ...appData, source };
}

/** Other dialects allow any JSON as appData. Here appData is a plain object, so any other value goes under `value`. */
export function toAppDataObject(appData: unknown): AppData | undefined {
  if (appData === undefined) return undefined;
  const isObject = typeof appData === 'object' && appData !== null && !Array.isArray(appData);
  return isObject ? (appData as AppData) : { value: appData };
}
