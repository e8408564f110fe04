import type { Logger } from '../shared/logger.ts';
import type { RoomParts } from './createRoom.ts';
import type { DialectEvent, DialectEventOf } from './DialectPort.ts';
import type { TransportDirection } from './entityInfo.ts';

/** Handlers for all events of a dialect. An event without a handler does not compile. */
export type EventRoutes = { readonly [T in DialectEvent['type']]: (event: DialectEventOf<T>) => void };

export interface EventRoutesOptions extends Pick<
  RoomParts,
  'context' | 'remotePeers' | 'localProducers' | 'stats' | 'recovery'
> {
  /** The session is created after the routes. */
  readonly session: () => RoomParts['session'];
}

/** Assigns each event to the part of the room that handles it. The only place that does. */
export function createEventRoutes({
  context,
  remotePeers,
  localProducers,
  stats,
  recovery,
  session,
}: EventRoutesOptions): EventRoutes {
  const { announce } = context;
  const { peers, consumers } = remotePeers;
  return {
    newPeer: (event) => {
      remotePeers.handleNewPeer(event);
    },
    peerClosed: (event) => {
      remotePeers.handlePeerClosed(event);
    },
    peerReconnecting: ({ peerId }) => {
      remotePeers.handlePeerReconnecting(peerId, true);
    },
    peerReconnected: ({ peerId }) => {
      remotePeers.handlePeerReconnecting(peerId, false);
    },
    peerDisplayNameChanged: (event) => {
      remotePeers.handlePeerDisplayNameChanged(event);
    },
    newConsumer: (event) => {
      remotePeers.handleNewConsumer(event);
    },
    consumerClosed: (event) => {
      remotePeers.handleConsumerClosed(event);
    },
    consumerPaused: ({ consumerId, by }) => {
      consumers.get(consumerId)?.handleRemotePaused(true, by);
    },
    consumerResumed: ({ consumerId, by }) => {
      consumers.get(consumerId)?.handleRemotePaused(false, by);
    },
    consumerLayersChanged: ({ consumerId, layers, profile }) => {
      consumers.get(consumerId)?.handleLayers(layers, profile);
    },
    consumerPreferredLayersSet: ({ consumerId, layers, profile }) => {
      consumers.get(consumerId)?.handlePreferredLayers(layers, profile);
    },
    consumerScore: ({ consumerId, score }) => {
      consumers.get(consumerId)?.handleScore(score);
    },
    consumerUnsupported: ({ peerId, producerId, kind, reason }) => {
      const peer = peers.get(peerId);
      if (peer !== undefined) announce('consumerUnsupported', { peer, producerId, kind, reason });
    },
    newDataConsumer: (event) => {
      remotePeers.handleNewDataConsumer(event);
    },
    dataConsumerClosed: (event) => {
      remotePeers.handleDataConsumerClosed(event);
    },
    messagesLost: (event) => {
      if (event.dataProducerId === undefined) remotePeers.handleMessagesLost(event);
      else localProducers.handleMessagesLost(event);
    },
    producerScore: ({ producerId, score }) => {
      localProducers.byId(producerId)?.handleScore(score);
    },
    producerClosed: (event) => {
      localProducers.handleProducerClosed(event);
    },
    producerPaused: ({ producerId, by }) => {
      localProducers.byId(producerId)?.handleServerPaused(true, by);
    },
    producerResumed: ({ producerId, by }) => {
      localProducers.byId(producerId)?.handleServerPaused(false, by);
    },
    transportClosed: (event) => {
      session().handleTransportClosed(event);
    },
    transportState: (event) => {
      const { direction, state, isUnused } = event;
      session().handleTransportState(event);
      if (isUnused === true) return;
      announce('transportStateChanged', { direction, state });
      recovery.handleState(direction, state);
    },
    activeSpeaker: (event) => {
      remotePeers.handleActiveSpeaker(event);
    },
    speakingPeers: ({ volumes }) => {
      const speakers = volumes.map(({ peerId, volume }) => ({ peer: peers.get(peerId) ?? null, peerId, volume }));
      announce('speakingPeers', { speakers });
    },
    textMessage: (event) => {
      remotePeers.handleTextMessage(event);
    },
    // Removes fields that the room does not know.
    downlinkBwe: ({ desiredBitrate, effectiveDesiredBitrate, availableBitrate }) => {
      announce('downlinkBwe', { desiredBitrate, effectiveDesiredBitrate, availableBitrate });
    },
    serverVersion: ({ version }) => {
      announce('serverVersion', { version });
    },
    codecsUnsupported: ({ codecs }) => {
      announce('codecsUnsupported', { codecs });
    },
    serverStats: ({ target, stats: samples }) => {
      if (target.type === 'transport') stats[target.direction].handle(samples);
      else if (target.type === 'producer') localProducers.byId(target.id)?.handleStats(samples);
      else consumers.get(target.id)?.handleStats(samples);
    },
    roomClosed: (event) => {
      session().handleRoomClosed(event);
    },
    rejoinNeeded: ({ reason }) => {
      session().rejoin(reason);
    },
  };
}

/** Gate between a session's events and their handlers. */
export interface EventGate {
  /** Handles the event. Returns false while closed: drops the event, except for the last state of each transport. */
  readonly emit: (event: DialectEvent) => boolean;
  /** Opens the gate, and handles the states that transports reached while it was closed. */
  open(): void;
  close(): void;
}

/** Creates a closed gate to `routes`. */
export function gateEvents(routes: EventRoutes, logger: Logger): EventGate {
  let isOpen = false;
  const states = new Map<TransportDirection, DialectEvent>();
  const emit = (event: DialectEvent): boolean => {
    if (!isOpen) {
      if (event.type === 'transportState') states.set(event.direction, event);
      return false;
    }
    try {
      // The table pairs events with handlers, which TypeScript cannot infer through the union.
      (routes[event.type] as (event: DialectEvent) => void)(event);
    } catch (error) {
      logger.error(`failed to handle '${event.type}'`, error);
    }
    return true;
  };
  return {
    emit,
    open: () => {
      isOpen = true;
      const missed = [...states.values()];
      states.clear();
      missed.forEach(emit);
    },
    close: () => {
      isOpen = false;
    },
  };
}
