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
import { MediaError } from '../../engine/MediaBackend.ts';
import type { Peer } from '../../rooms/Peer.ts';
import { RoomError } from '../../rooms/RoomError.ts';
import type { Transport } from '../../rooms/Transport.ts';
import type { ClientWord, ClientWords, ConsumerEntry, V2Dialect, PeerEntry } from './V2Dialect.ts';
import type { Notifier } from '../mediasoup-v2-shared/Notifier.ts';
import type { V2PeerConsumers } from './V2PeerConsumers.ts';
import { refused } from '../Connection.ts';
import type { RoomIds } from './RoomIds.ts';
import type { StatsTimers } from './StatsTimers.ts';
import { displayNameIn, toWireAppData } from './toWire.ts';

/** What a message acts on. */
export interface RequestContext {
  readonly peer: Peer;
  readonly dialect: V2Dialect;
  readonly ids: RoomIds;
  readonly outbox: Notifier;
  /** What we add to the dialects and works. */
  readonly extensions: readonly Extension[];
  readonly reception: V2PeerConsumers;
  readonly stats: StatsTimers;
  readonly logger: Logger;
}

type Handler<Word extends ClientWord> = (context: RequestContext, data: ClientWords[Word]) => unknown;

/** What may be said before join. */
export const beforeJoin: ReadonlySet<ClientWord> = new Set<ClientWord>(['queryRoom', 'join', 'leave']);

/** What each word of a client does. Data is read already; what is returned is the answer, what is thrown the refusal. */
export const handlers: { readonly [Word in ClientWord]: Handler<Word> } = {
  queryRoom: ({ peer }) => ({
    rtpCapabilities: toV2Capabilities(peer.room.rtpCapabilities),
    mandatoryCodecPayloadTypes: [],
  }),

  join: async (context, { rtpCapabilities, spy, appData, extensions: understood }) => {
    const { peer, dialect, outbox, reception } = context;
    if (peer.state === 'joined') throw refused(refusals.alreadyJoined());
    if (spy === true) peer.assertMay('hide');
    const receivable =
      rtpCapabilities === undefined
        ? (dialect.assumedCapabilities?.(peer.room.rtpCapabilities) ?? {})
        : fromV2Capabilities(rtpCapabilities);
    const matched = peer.receiving.matchRtpCapabilities(withoutMid(receivable));
    // The answer says how things stand; what comes until then is in it.
    outbox.mute();
    outbox.extensions = understood;
    await reception.open(matched);
    try {
      peer.join({ displayName: displayNameIn(appData), appData, hidden: spy, onDuplicate: 'refuse' });
    } catch (error) {
      await reception.cancel();
      throw error;
    }
    await peer.receiving.whenOffersMade();
    if (peer.state === 'closed') throw new RoomError('closed');
    outbox.hold();
    return toWelcome(context, (other) => reception.entriesOf(other));
  },

  leave: ({ peer }, { appData }) => {
    peer.close({ reason: 'left', appData });
  },

  createTransport: async (context, data) => {
    const { peer, ids, reception } = context;
    const { id, options, dtlsParameters } = data;
    const { udp = true, tcp = true } = options;
    if (!udp && !tcp) throw refused(refusals.badRequest({ path: 'options', message: 'Expected udp or tcp' }));
    const direction = data.direction ?? inferDirection(context, data);
    const transport = await ids.transports.add(id, () =>
      direction === 'recv'
        ? reception.handOut()
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
      // There is no answer to say so in.
      const reason = error instanceof MediaError ? { reason: error.message } : { err: error };
      logger.warn({ ...reason, transportId: transport.id }, 'transport could not be connected');
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
    // The others hear of it before its owner has the answer.
    await peer.room.whenOffersMade();
  },

  updateProducer: async ({ peer, ids, outbox }, { id, rtpParameters: v2 }) => {
    const old = ids.producers.find(id, peer.sending.producers);
    const { kind, transport, paused, appData } = old;
    const { rtpParameters, profiles } = fromV2ProducerParameters(v2);
    // Both could not be there at once: they may have a stream in common.
    old.close('owner', 'updated');
    try {
      const producer = await ids.producers.add(id, () =>
        peer.sending.produce(transport, { kind, rtpParameters, paused, appData }),
      );
      ids.setProfiles(producer, profiles);
    } catch (error) {
      outbox.tell('producerClosed', { id, peerName: peer.id });
      throw error;
    }
  },

  pauseProducer: ({ peer, ids }, { id }) => ids.producers.find(id, peer.sending.producers).pause('owner'),

  resumeProducer: ({ peer, ids }, { id }) => ids.producers.find(id, peer.sending.producers).resume('owner'),

  closeProducer: ({ peer, ids }, { id }) => {
    ids.producers.find(id, peer.sending.producers).close('owner');
  },

  enableConsumer: async ({ dialect, reception, logger }, data) => {
    // What was announced stays announced, and to send less of it is no fault: nothing to do.
    if (data.rtpSettings?.useRtx === false) logger.debug({ id: data.id }, 'client does not use retransmission');
    const answer = await reception.enable(data);
    return dialect.hasProfiles ? answer : undefined;
  },

  pauseConsumer: ({ reception }, { id }) => reception.consumer(id).pause(),

  resumeConsumer: ({ reception }, { id }) => reception.consumer(id).resume(),

  setConsumerPreferredProfile: ({ reception }, { id, profile }) => reception.setPreferredProfile(id, profile),

  enableTransportStats: ({ peer, ids, outbox, stats }, { id, interval }) => {
    const transport = ids.transports.find(id, peer.transports);
    stats.start({
      key: `transport ${String(id)}`,
      intervalMs: interval,
      isOver: () => transport.closed,
      isDue: () => true,
      send: async () => {
        outbox.tell('transportStats', { id, stats: await transport.getStats() });
      },
    });
  },

  disableTransportStats: ({ stats }, { id }) => {
    stats.stop(`transport ${String(id)}`);
  },

  enableProducerStats: ({ peer, ids, outbox, stats }, { id, interval }) => {
    const producer = ids.producers.find(id, peer.sending.producers);
    stats.start({
      key: `producer ${String(id)}`,
      intervalMs: interval,
      isOver: () => producer.closed,
      isDue: () => !producer.paused,
      send: async () => {
        outbox.tell('producerStats', { id, stats: await producer.getStats() });
      },
    });
  },

  disableProducerStats: ({ stats }, { id }) => {
    stats.stop(`producer ${String(id)}`);
  },

  enableConsumerStats: ({ outbox, reception, stats }, { id, interval }) => {
    const consumer = reception.consumer(id);
    stats.start({
      key: `consumer ${String(id)}`,
      intervalMs: interval,
      isOver: () => consumer.closed,
      isDue: () => reception.isEnabled(consumer) && !consumer.paused && !consumer.sourcePaused,
      send: async () => {
        outbox.tell('consumerStats', { id, peerName: consumer.peer.id, stats: await consumer.getStats() });
      },
    });
  },

  disableConsumerStats: ({ stats }, { id }) => {
    stats.stop(`consumer ${String(id)}`);
  },

  textMessage: ({ peer }, { text }) => {
    peer.sendText(text);
  },

  closeConsumer: ({ reception }, { id }) => {
    reception.close(id);
  },
};

/** What whoever joins or comes back is told of the room, with these consumers. */
export function toWelcome(
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

/** Only the older dialects' clients leave it to the URL. */
export function checkPeerName({ peer }: RequestContext, { peerName }: ClientWords['join']): void {
  if (peerName === undefined || peerName === peer.id) return;
  throw refused(refusals.forbidden('peerName is not that of the connection'));
}

/** Clients that do not say it bring their DTLS parameters along where they mean to send, and receive on their first without. */
function inferDirection({ reception }: RequestContext, { dtlsParameters }: ClientWords['createTransport']): Direction {
  return dtlsParameters !== undefined || reception.isHandedOut ? 'send' : 'recv';
}

async function closeTransport({ reception }: RequestContext, transport: Transport): Promise<void> {
  transport.close('owner');
  await reception.handleTransportClosed(transport);
}
