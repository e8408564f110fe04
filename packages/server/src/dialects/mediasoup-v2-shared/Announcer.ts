import type { Logger } from 'pino';
import type { Peer } from '../../rooms/Peer.ts';
import { RoomError } from '../../rooms/RoomError.ts';
import type { Transport } from '../../rooms/Transport.ts';
import type { Notifier } from '../mediasoup-v2-shared/Notifier.ts';
import type { V2PeerConsumers } from './V2PeerConsumers.ts';
import type { RoomIds } from './RoomIds.ts';
import { toWireAppData } from './toWire.ts';

/** What an {@link Announcer} is made of. */
export interface AnnouncerOptions {
  readonly peer: Peer;
  readonly ids: RoomIds;
  readonly outbox: Notifier;
  readonly reception: V2PeerConsumers;
  readonly logger: Logger;
}

/** Puts what a peer is told into the family's words, but for its consumers, which are the reception's. */
export class Announcer {
  readonly #options: AnnouncerOptions;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#announcePeers();
    this.#announceOwn();
  }

  #announcePeers(): void {
    const { peer, outbox } = this.#options;
    peer.on('newPeer', (event) => {
      const { id: name, dialect } = event.peer;
      // What it sends comes as it is offered.
      outbox.tellShared(event, 'newPeer', () => {
        return { name, consumers: [], appData: toWireAppData(event.peer), dialect };
      });
    });
    peer.on('peerClosed', (event) => {
      const { reason, appData } = event;
      outbox.tellShared(event, 'peerClosed', () => {
        return { name: event.peer.id, appData, ...outbox.additive({ reason }) };
      });
    });
    peer.on('peerDisplayNameChanged', (event) => {
      const { id: peerName, displayName } = event.peer;
      outbox.tellBeside(event, 'display-name-changed', {
        peerName,
        displayName,
        oldDisplayName: event.oldDisplayName,
      });
    });
    peer.on('activeSpeaker', (event) => {
      outbox.tellBeside(event, 'active-speaker', { peerName: event.peer?.id ?? null });
    });
    peer.on('textMessage', (event) => {
      if (!outbox.extensions?.includes('textMessage')) return;
      outbox.tellShared(event, 'textMessage', () => ({ peerName: event.peer.id, text: event.text }));
    });
  }

  #announceOwn(): void {
    const { peer, ids, outbox } = this.#options;
    for (const event of ['producerPaused', 'producerResumed', 'producerClosed'] as const) {
      peer.on(event, ({ producer }) => {
        const id = ids.producers.numberOf(producer);
        if (id !== undefined) outbox.tell(event, { id, peerName: peer.id });
      });
    }
    peer.on('transportClosed', ({ transport, reason }) => {
      this.#handleTransportClosed(transport, reason);
    });
    peer.on('transportStateChanged', ({ transport }) => {
      this.#handleTransportState(transport);
    });
  }

  #handleTransportClosed(transport: Transport, reason: string): void {
    const { ids, outbox, reception, logger } = this.#options;
    const id = ids.transports.numberOf(transport);
    if (id !== undefined) outbox.tell('transportClosed', { id, ...outbox.additive({ reason }) });
    reception.handleTransportClosed(transport).catch((error: unknown) => {
      // It went with its transport.
      if (error instanceof RoomError && error.code === 'closed') return;
      logger.warn({ err: error }, 'transport for receiving could not be replaced');
    });
  }

  #handleTransportState(transport: Transport): void {
    const { iceState, dtlsState } = transport;
    this.#options.logger.debug({ transportId: transport.id, iceState, dtlsState }, 'transport state');
    // Lost ICE comes back with restartTransport; DTLS that has ended does not.
    if (dtlsState === 'failed') transport.close('server', 'dtlsFailed');
    else if (dtlsState === 'closed') transport.close('server', 'dtlsClosed');
  }
}
