import type { Logger } from 'pino';
import type { Peer } from '../../rooms/Peer.ts';
import { RoomError } from '../../rooms/RoomError.ts';
import type { Transport } from '../../rooms/Transport.ts';
import type { Notifier } from './Notifier.ts';
import type { V2PeerConsumers } from './V2PeerConsumers.ts';
import type { RoomIds } from './RoomIds.ts';
import { toWireAppData } from './toWire.ts';

/** Parts of a {@link PeerNotifier}. */
export interface PeerNotifierOptions {
  readonly peer: Peer;
  readonly ids: RoomIds;
  readonly notifier: Notifier;
  readonly consumers: V2PeerConsumers;
  readonly logger: Logger;
}

/** Notifies one client of the events of its peer, except those of consumers, which {@link V2PeerConsumers} announces. */
export class PeerNotifier {
  readonly #options: PeerNotifierOptions;

  constructor(options: PeerNotifierOptions) {
    this.#options = options;
    this.#notifyOfPeers();
    this.#notifyOfOwn();
  }

  #notifyOfPeers(): void {
    const { peer, notifier } = this.#options;
    peer.on('newPeer', (event) => {
      const { id: name, dialect } = event.peer;
      // The consumers of the new peer are announced as they are offered.
      notifier.notifyShared(event, 'newPeer', () => {
        return { name, consumers: [], appData: toWireAppData(event.peer), dialect };
      });
    });
    peer.on('peerClosed', (event) => {
      const { reason, appData } = event;
      notifier.notifyShared(event, 'peerClosed', () => {
        return { name: event.peer.id, appData, ...notifier.additive({ reason }) };
      });
    });
    peer.on('peerDisplayNameChanged', (event) => {
      const { id: peerName, displayName } = event.peer;
      notifier.notifyOutOfBand(event, 'display-name-changed', {
        peerName,
        displayName,
        oldDisplayName: event.oldDisplayName,
      });
    });
    peer.on('activeSpeaker', (event) => {
      notifier.notifyOutOfBand(event, 'active-speaker', { peerName: event.peer?.id ?? null });
    });
    peer.on('textMessage', (event) => {
      if (!notifier.extensions?.includes('textMessage')) return;
      notifier.notifyShared(event, 'textMessage', () => ({ peerName: event.peer.id, text: event.text }));
    });
  }

  #notifyOfOwn(): void {
    const { peer, ids, notifier } = this.#options;
    for (const event of ['producerPaused', 'producerResumed', 'producerClosed'] as const) {
      peer.on(event, ({ producer }) => {
        const id = ids.producers.numberOf(producer);
        if (id !== undefined) notifier.notify(event, { id, peerName: peer.id });
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
    const { ids, notifier, consumers, logger } = this.#options;
    const id = ids.transports.numberOf(transport);
    if (id !== undefined) notifier.notify('transportClosed', { id, ...notifier.additive({ reason }) });
    consumers.handleTransportClosed(transport).catch((error: unknown) => {
      // The peer closed with its transport.
      if (error instanceof RoomError && error.code === 'closed') return;
      logger.warn({ err: error }, 'cannot replace the transport for receiving');
    });
  }

  #handleTransportState(transport: Transport): void {
    const { iceState, dtlsState } = transport;
    this.#options.logger.debug({ transportId: transport.id, iceState, dtlsState }, 'transport state changed');
    // The client can restart ICE with restartTransport, but not DTLS.
    if (dtlsState === 'failed') transport.close('server', 'dtlsFailed');
    else if (dtlsState === 'closed') transport.close('server', 'dtlsClosed');
  }
}
