import type { Logger } from 'pino';
import type { Peer } from '../../rooms/Peer.ts';
import { RoomError } from '../../rooms/RoomError.ts';
import type { Transport } from '../../rooms/Transport.ts';
import type { Outbox } from './Outbox.ts';
import type { Reception } from './Reception.ts';
import type { RoomIds } from './RoomIds.ts';
import { toWireAppData } from './toWire.ts';

/** What an {@link Announcer} is made of. */
export interface AnnouncerOptions {
  readonly peer: Peer;
  readonly ids: RoomIds;
  readonly outbox: Outbox;
  readonly reception: Reception;
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
    peer.on('newPeer', ({ peer: other }) => {
      // What it sends comes as it is offered.
      outbox.tell('newPeer', { name: other.id, consumers: [], appData: toWireAppData(other), dialect: other.dialect });
    });
    peer.on('peerClosed', ({ peer: { id: name }, reason, appData }) => {
      outbox.tell('peerClosed', { name, appData, ...outbox.additive({ reason }) });
    });
    peer.on('peerDisplayNameChanged', ({ peer: { id: peerName, displayName }, oldDisplayName }) => {
      outbox.tellBeside('display-name-changed', { peerName, displayName, oldDisplayName });
    });
    peer.on('activeSpeaker', ({ peer: speaker }) => {
      outbox.tellBeside('active-speaker', { peerName: speaker?.id ?? null });
    });
    peer.on('textMessage', ({ peer: { id: peerName }, text }) => {
      if (outbox.extensions?.includes('textMessage')) outbox.tell('textMessage', { peerName, text });
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
