import type { ClientData, ClientMethod, Extension } from '@tureen/protocol/mediasoup-v3';
import type { DialectJoinRequest, StatsTarget } from '../../room/DialectPort.ts';
import type { RoomCapabilities } from '../../room/capabilities.ts';
import type { TransportDirection } from '../../room/entityInfo.ts';
import { toAppData } from '../toAppData.ts';
import { baseCapabilities } from './capabilities.ts';

/** mediasoup-client stopped sending these in 3.21. The servers of mediasoup-demo still require them. */
const sctpCapabilities = { numStreams: { OS: 1024, MIS: 1024 } } as const;

/** Writes the request for a transport of one direction. */
export function toCreateTransport(
  direction: TransportDirection,
  forceTcp: boolean,
): ClientData<'createWebRtcTransport'> {
  const producing = direction === 'send';
  return { forceTcp, producing, consuming: !producing, sctpCapabilities };
}

/** Writes the request to join, with the extensions of this client. */
export function toJoin({ displayName, device, appData, consumeAll }: DialectJoinRequest) {
  return {
    displayName,
    device,
    appData: toAppData(appData),
    extensions: ['resumeToken', ...(consumeAll ? ['earlyMedia' as const] : [])] satisfies Extension[],
  };
}

/** Requests of this client. Each has one name in both variants. */
export type SentMethod = Exclude<ClientMethod, 'applyNetworkThrottle' | 'resetNetworkThrottle'>;

type StatsMethod = Extract<ClientMethod, `get${string}Stats`>;

/** Writes the request for the statistics of an entity. */
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

/** Returns the capabilities of the dialect with this server's extensions. */
export function toCapabilities(extensions: ReadonlySet<Extension>): RoomCapabilities {
  return { ...baseCapabilities, text: extensions.has('textMessage'), closeConsumer: extensions.has('closeConsumer') };
}
