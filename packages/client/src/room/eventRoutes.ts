import type { Logger } from '../shared/logger.ts';
import type { RoomParts } from './createRoom.ts';
import type { DialectEvent, DialectEventOf } from './DialectPort.ts';
import type { TransportDirection } from './entityInfo.ts';

/** A handler for each event of a dialect: an event without a handler does not compile. */
export type EventRoutes = { readonly [T in DialectEvent['type']]: (event: DialectEventOf<T>) => void };

export interface EventRoutesOptions extends Pick<
  RoomParts,
  'context' | 'remotePeers' | 'localProducers' | 'stats' | 'recovery'
> {
  /** The session is made after the routes. */
  readonly session: () => RoomParts['session'];
}

/** The one place that says which part of the room handles which event. */
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
      const { direction, state } = event;
      announce('transportStateChanged', { direction, state });
      recovery.handleState(direction, state);
      session().handleTransportState(event);
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
    // Fields that the room does not know may come along, and stay here.
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

/** The way of a session's events to their handlers. */
export interface EventGate {
  /** Handles the event. False while closed: the event is dropped, except for the last state of each transport. */
  readonly emit: (event: DialectEvent) => boolean;
  /** Opens, and handles the states of the transports since the gate closed. */
  open(): void;
  close(): void;
}

/** Returns a closed gate to `routes`. */
export function gateEvents(routes: EventRoutes, logger: Logger): EventGate {
  let isOpen = false;
  const states = new Map<TransportDirection, DialectEvent>();
  const emit = (event: DialectEvent): boolean => {
    if (!isOpen) {
      if (event.type === 'transportState') states.set(event.direction, event);
      return false;
    }
    try {
      // Which event goes with which handler is in the table; TypeScript cannot follow it through the union.
      (routes[event.type] as (event: DialectEvent) => void)(event);
    } catch (error) {
      logger.error(`handling '${event.type}' failed`, error);
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
