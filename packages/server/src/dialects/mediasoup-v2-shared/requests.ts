import {
  fromV2Capabilities,
  fromV2ProducerParameters,
  refusals,
  toV2Capabilities,
  toV2IceParameters,
  toV2Transport,
  withoutMid,
} from '@tureen/protocol/mediasoup-v2-shared';
import type { Direction, Extension } from '@tureen/protocol/mediasoup-v2-shared';
import type { Logger } from 'pino';
import { MediaError } from '../../engine/port/MediaError.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type { JoinOptions } from '../../rooms/PeerOptions.ts';
import { RoomError } from '../../rooms/RoomError.ts';
import type { Transport } from '../../rooms/Transport.ts';
import type { V2ClientMethod, V2ClientData, V2ServerData, ConsumerEntry, V2Dialect, PeerEntry } from './V2Dialect.ts';
import type { Notifier } from './Notifier.ts';
import type { V2PeerConsumers } from './V2PeerConsumers.ts';
import { refused } from '../Connection.ts';
import type { RoomIds } from './RoomIds.ts';
import type { StatsTimers } from './StatsTimers.ts';
import { displayNameIn, toWireAppData } from './toWire.ts';

/** Context of the message handlers. */
export interface RequestContext {
  readonly peer: Peer;
  readonly dialect: V2Dialect;
  readonly ids: RoomIds;
  readonly notifier: Notifier;
  /** Extensions that the server supports. */
  readonly extensions: readonly Extension[];
  readonly consumers: V2PeerConsumers;
  readonly stats: StatsTimers;
  readonly logger: Logger;
}

type Handler<Method extends V2ClientMethod> = (context: RequestContext, data: V2ClientData[Method]) => unknown;

/** Methods that are allowed before the join. */
export const beforeJoin: ReadonlySet<V2ClientMethod> = new Set<V2ClientMethod>(['queryRoom', 'join', 'leave']);

/** Returns the response to queryRoom. */
export function toRoomInfo({ room }: Peer): V2ServerData['welcome'] {
  return { rtpCapabilities: toV2Capabilities(room.rtpCapabilities), mandatoryCodecPayloadTypes: [] };
}

/** Handlers of all client methods. The data is validated. A handler returns the response, or throws a refusal. */
export const requestHandlers: { readonly [Method in V2ClientMethod]: Handler<Method> } = {
  queryRoom: ({ peer }) => toRoomInfo(peer),

  join: async (context, { rtpCapabilities, spy, appData, extensions: understood }) => {
    const { peer, dialect, notifier, consumers } = context;
    if (peer.state === 'joined') throw refused(refusals.alreadyJoined());
    if (spy === true) peer.assertMay('hide');
    const receivable =
      rtpCapabilities === undefined
        ? (dialect.assumedCapabilities?.(peer.room.rtpCapabilities) ?? {})
        : fromV2Capabilities(rtpCapabilities);
    const matched = peer.receiving.matchRtpCapabilities(withoutMid(receivable));
    // The response has the whole state of the room, including that of earlier notifications.
    notifier.mute();
    try {
      notifier.extensions = understood;
      await consumers.receiveTransport.open(matched);
      await join(context, { displayName: displayNameIn(appData), appData, hidden: spy, onDuplicate: 'refuse' });
    } finally {
      notifier.unmute();
    }
    return toJoinResponse(context, (other) => consumers.entriesOf(other));
  },

  leave: ({ peer }, { appData }) => {
    peer.close({ reason: 'left', appData });
  },

  createTransport: async (context, data) => {
    const { peer, ids, consumers } = context;
    const { id, options, dtlsParameters } = data;
    const { udp = true, tcp = true } = options;
    if (!udp && !tcp) throw refused(refusals.badRequest({ path: 'options', message: 'Expected udp or tcp' }));
    const direction = data.direction ?? inferDirection(context, data);
    const transport = await ids.transports.add(id, () =>
      direction === 'recv'
        ? consumers.receiveTransport.handOut()
        : peer.createTransport({ isProducing: true, isConsuming: false, forceTcp: !udp }),
    );
    if (dtlsParameters !== undefined) {
      try {
        await transport.connect(dtlsParameters);
      } catch (error) {
        await closeTransport(context, transport);
        throw error;
      }
    }
    return toV2Transport(transport, { udp, tcp });
  },

  updateTransport: async ({ peer, ids, logger }, { id, dtlsParameters }) => {
    const transport = ids.transports.find(id, peer.transports);
    try {
      await transport.connect(dtlsParameters);
    } catch (error) {
      // The notification has no response with an error.
      const reason = error instanceof MediaError ? { reason: error.message } : { err: error };
      logger.warn({ ...reason, transportId: transport.id }, 'cannot connect the transport');
      transport.close('server', 'connectFailed');
    }
  },

  restartTransport: async ({ peer, ids }, { id }) => {
    const iceParameters = await ids.transports.find(id, peer.transports).restartIce();
    return { iceParameters: toV2IceParameters(iceParameters) };
  },

  closeTransport: async (context, { id }) => {
    await closeTransport(context, context.ids.transports.find(id, context.peer.transports));
  },

  createProducer: async ({ peer, ids }, { id, kind, transportId, rtpParameters: v2, paused, appData }) => {
    peer.assertMay('publish');
    const transport = ids.transports.find(transportId, peer.transports);
    if (!transport.isProducing) throw refused(refusals.forbidden('Transport is for receiving'));
    const { rtpParameters, profiles } = fromV2ProducerParameters(v2);
    const producer = await ids.producers.add(id, () =>
      peer.sending.produce(transport, { kind, rtpParameters, paused, appData }),
    );
    ids.setProfiles(producer, profiles);
    // The other peers are notified before the owner gets the response.
    await peer.room.whenOffersMade();
  },

  updateProducer: async ({ peer, ids, notifier }, { id, rtpParameters: v2 }) => {
    const old = ids.producers.find(id, peer.sending.producers);
    const { kind, transport, paused, appData } = old;
    const { rtpParameters, profiles } = fromV2ProducerParameters(v2);
    // The two producers may have a stream in common, so they cannot exist at the same time.
    old.close('owner', 'updated');
    try {
      const producer = await ids.producers.add(id, () =>
        peer.sending.produce(transport, { kind, rtpParameters, paused, appData }),
      );
      ids.setProfiles(producer, profiles);
    } catch (error) {
      notifier.notify('producerClosed', { id, peerName: peer.id });
      throw error;
    }
  },

  pauseProducer: ({ peer, ids }, { id }) => ids.producers.find(id, peer.sending.producers).pause('owner'),

  resumeProducer: ({ peer, ids }, { id }) => ids.producers.find(id, peer.sending.producers).resume('owner'),

  closeProducer: ({ peer, ids }, { id }) => {
    ids.producers.find(id, peer.sending.producers).close('owner');
  },

  enableConsumer: async ({ dialect, consumers, logger }, data) => {
    // The announced parameters do not change. A client may use fewer of them.
    if (data.rtpSettings?.useRtx === false) logger.debug({ id: data.id }, 'client uses no retransmission');
    const response = await consumers.enable(data);
    return dialect.hasProfiles ? response : undefined;
  },

  pauseConsumer: ({ consumers }, { id }) => consumers.consumer(id).pause(),

  resumeConsumer: ({ consumers }, { id }) => consumers.consumer(id).resume(),

  setConsumerPreferredProfile: ({ consumers }, { id, profile }) => consumers.setPreferredProfile(id, profile),

  enableTransportStats: ({ peer, ids, notifier, stats }, { id, interval }) => {
    const transport = ids.transports.find(id, peer.transports);
    stats.start({
      key: `transport ${String(id)}`,
      intervalMs: interval,
      isOver: () => transport.closed,
      isDue: () => true,
      send: async () => {
        notifier.notify('transportStats', { id, stats: await transport.getStats() });
      },
    });
  },

  disableTransportStats: ({ stats }, { id }) => {
    stats.stop(`transport ${String(id)}`);
  },

  enableProducerStats: ({ peer, ids, notifier, stats }, { id, interval }) => {
    const producer = ids.producers.find(id, peer.sending.producers);
    stats.start({
      key: `producer ${String(id)}`,
      intervalMs: interval,
      isOver: () => producer.closed,
      isDue: () => !producer.paused,
      send: async () => {
        notifier.notify('producerStats', { id, stats: await producer.getStats() });
      },
    });
  },

  disableProducerStats: ({ stats }, { id }) => {
    stats.stop(`producer ${String(id)}`);
  },

  enableConsumerStats: ({ notifier, consumers, stats }, { id, interval }) => {
    const consumer = consumers.consumer(id);
    stats.start({
      key: `consumer ${String(id)}`,
      intervalMs: interval,
      isOver: () => consumer.closed,
      isDue: () => consumers.isEnabled(consumer) && !consumer.paused && !consumer.sourcePaused,
      send: async () => {
        notifier.notify('consumerStats', { id, peerName: consumer.peer.id, stats: await consumer.getStats() });
      },
    });
  },

  disableConsumerStats: ({ stats }, { id }) => {
    stats.stop(`consumer ${String(id)}`);
  },

  textMessage: ({ peer }, { text }) => {
    peer.sendText(text);
  },

  closeConsumer: ({ consumers }, { id }) => {
    consumers.close(id);
  },
};

/** Creates the response to a join or resume: the other peers, with these consumers. */
export function toJoinResponse(
  { peer, dialect, extensions }: RequestContext,
  consumersOf: (other: Peer) => readonly ConsumerEntry[],
) {
  const { room } = peer;
  return {
    ...(dialect.assumedCapabilities === undefined ? {} : { rtpCapabilities: toV2Capabilities(room.rtpCapabilities) }),
    peers: room.othersOf(peer).map((other): PeerEntry => ({
      name: other.id,
      consumers: consumersOf(other),
      appData: toWireAppData(other),
      dialect: other.dialect,
    })),
    extensions,
  };
}

/** Joins. Resolves when the consumers of existing producers are created. */
async function join({ peer, consumers }: RequestContext, options: JoinOptions): Promise<void> {
  try {
    peer.join(options);
  } catch (error) {
    await consumers.receiveTransport.cancel();
    throw error;
  }
  await peer.receiving.whenOffersMade();
  if (peer.state === 'closed') throw new RoomError('closed');
}

/** Checks the name in a join against the name in the URL. Clients of the older dialects send the name only in the URL. */
export function checkPeerName({ peer }: RequestContext, { peerName }: V2ClientData['join']): void {
  if (peerName === undefined || peerName === peer.id) return;
  throw refused(refusals.forbidden('peerName differs from that of the connection'));
}

/**
 * Infers the direction where the client sends none: a send transport has DTLS parameters, and the first transport without
 * them receives.
 */
function inferDirection({ consumers }: RequestContext, { dtlsParameters }: V2ClientData['createTransport']): Direction {
  return dtlsParameters !== undefined || consumers.receiveTransport.isHandedOut ? 'send' : 'recv';
}

async function closeTransport({ consumers }: RequestContext, transport: Transport): Promise<void> {
  transport.close('owner');
  await consumers.handleTransportClosed(transport);
}
