import type { AppData, MediaKind, Written } from '@tureen/protocol/common';
import {
  type ClientData,
  type ClientMethod,
  type Extension,
  type Variant,
  type WireVariant,
  writeChannel,
  writeCreateWebRtcTransport,
  writeSource,
} from '@tureen/protocol/mediasoup-v3';
import type { DialectJoinRequest, RoomCapabilities, StatsTarget, TransportDirection } from '../../room/ports.ts';
import { baseCapabilities } from './capabilities.ts';

/** mediasoup-client stopped naming these in 3.21; the demo's servers want them still. */
const sctpCapabilities = { numStreams: { OS: 1024, MIS: 1024 } } as const;

/** A transport for one direction. */
export function toCreateTransport(
  direction: TransportDirection,
  forceTcp: boolean,
): ClientData<'createWebRtcTransport'> {
  const producing = direction === 'send';
  return { forceTcp, producing, consuming: !producing, sctpCapabilities };
}

/** Who joins, and that it is one who comes back. */
export function toJoin({ displayName, device, appData }: DialectJoinRequest) {
  return {
    displayName,
    device,
    appData: appData === undefined ? undefined : toAppData(appData),
    extensions: ['resumeToken'] satisfies Extension[],
  };
}

/** The wire takes plain objects only: anything else is wrapped. */
function toAppData(value: unknown): AppData {
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isPlain ? (value as AppData) : { value };
}

/** What this client sends: each has one name in both variants. */
export type SentMethod = Exclude<ClientMethod, 'applyNetworkThrottle' | 'resetNetworkThrottle'>;

/**
 * The data of a request in the words of `variant`. How a transport is asked for shows the server our own generation: `wording` is
 * `both` where the app leaves the choice to the server.
 */
export function toData<Method extends SentMethod>(
  method: Method,
  data: Written<ClientData<Method>>,
  variant: Variant,
  wording: WireVariant,
): unknown {
  // Which method goes with which data is in the table; TypeScript cannot follow it.
  const fields = data as unknown as { kind: MediaKind; label: string; appData: AppData };
  switch (method) {
    case 'createWebRtcTransport':
      return writeCreateWebRtcTransport(data as ClientData<'createWebRtcTransport'>, wording);
    case 'produce':
      return { ...fields, appData: writeSource(fields.appData, fields.kind, variant) };
    case 'produceData':
      return { ...fields, appData: writeChannel(fields.appData, fields.label, variant) };
    default:
      return data;
  }
}

type StatsMethod = Extract<ClientMethod, `get${string}Stats`>;

/** Which question asks for whose statistics. */
export function toStatsRequest(
  target: StatsTarget,
  transportId: (direction: TransportDirection) => string,
): { method: StatsMethod; data: object } {
  switch (target.type) {
    case 'transport':
      return { method: 'getTransportStats', data: { transportId: transportId(target.direction) } };
    case 'producer':
      return { method: 'getProducerStats', data: { producerId: target.id } };
    case 'consumer':
      return { method: 'getConsumerStats', data: { consumerId: target.id } };
    case 'dataProducer':
      return { method: 'getDataProducerStats', data: { dataProducerId: target.id } };
    case 'dataConsumer':
      return { method: 'getDataConsumerStats', data: { dataConsumerId: target.id } };
  }
}

/** What the dialect can do, with what this server has announced on top. */
export function toCapabilities(extensions: ReadonlySet<Extension>): RoomCapabilities {
  return { ...baseCapabilities, text: extensions.has('textMessage'), closeConsumer: extensions.has('closeConsumer') };
}
