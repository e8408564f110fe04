import type { Variant } from '@tureen/protocol/mediasoup-v3';
import type { Logger } from 'pino';
import { MediaError } from '../../engine/port/MediaError.ts';
import type { Consumer } from '../../rooms/Consumer.ts';
import type { DataConsumer } from '../../rooms/DataConsumer.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type { PeerEvents } from '../../rooms/PeerEvents.ts';
import type { Transport } from '../../rooms/Transport.ts';
import { ConnectionClosedError } from '../Connection.ts';
import type { MediasoupV3Settings } from './options.ts';
import type { Notifier } from './Notifier.ts';
import type { ClientVariant } from './ClientVariant.ts';
import { toAppDataObject, toWireConsumer, toWireDataConsumer, toWirePeer } from './toWire.ts';

/** Parts of a {@link PeerNotifier}. */
export interface PeerNotifierOptions {
  readonly peer: Peer;
  readonly notifier: Notifier;
  readonly settings: MediasoupV3Settings;
  readonly clientVariant: ClientVariant;
  readonly logger: Logger;
}

/** Maximum number of logged characters of a client's reason. */
const MAX_LOGGED_REASON = 200;

/** Notifies one client of the events of its peer, and offers the client its consumers. */
export class PeerNotifier {
  readonly #peer: Peer;
  readonly #notifier: Notifier;
  readonly #settings: MediasoupV3Settings;
  readonly #clientVariant: ClientVariant;
  readonly #logger: Logger;

  constructor({ peer, notifier, settings, clientVariant, logger }: PeerNotifierOptions) {
    this.#peer = peer;
    this.#notifier = notifier;
    this.#settings = settings;
    this.#clientVariant = clientVariant;
    this.#logger = logger;
    this.#notifyOfPeers();
    this.#notifyOfConsumers();
    this.#notifyOfOwn();
    this.#notifyOfSpeech();
  }

  #notifyOfPeers(): void {
    const notifier = this.#notifier;
    const peer = this.#peer;
    peer.on('newPeer', (event) => {
      notifier.notifyShared(event, 'newPeer', () => toWirePeer(event.peer, this.#settings));
    });
    peer.on('peerClosed', (event) => {
      this.#notifyOfClosed(event);
    });
    peer.on('peerReconnecting', (event) => {
      notifier.notifyShared(event, 'peerReconnecting', () => ({ peerId: event.peer.id }));
    });
    peer.on('peerReconnected', (event) => {
      notifier.notifyShared(event, 'peerReconnected', () => ({ peerId: event.peer.id }));
    });
    peer.on('peerDisplayNameChanged', (event) => {
      const { peer: other, oldDisplayName } = event;
      notifier.notifyShared(event, 'peerDisplayNameChanged', () => {
        return { peerId: other.id, displayName: other.displayName, oldDisplayName };
      });
    });
    peer.on('textMessage', (event) => {
      notifier.notifyShared(event, 'textMessage', () => ({ peerId: event.peer.id, text: event.text }));
    });
  }

  #notifyOfClosed(event: PeerEvents['peerClosed']): void {
    const { reason, appData } = event;
    const peerId = event.peer.id;
    const { demoFaithful, seedNames } = this.#settings;
    // The demo of 2025 sends only newPeer for a peer that replaces another.
    if (demoFaithful && this.#clientVariant.variant === 'notify' && reason === 'replaced') return;
    if (seedNames && reason === 'left') this.#notifier.notifyRaw('peerLeft', { peerId });
    this.#notifier.notifyShared(event, 'peerClosed', () => {
      return { peerId, ...this.#additive({ reason, appData: toAppDataObject(appData) }) };
    });
  }

  #notifyOfConsumers(): void {
    const notifier = this.#notifier;
    const peer = this.#peer;
    peer.on('newConsumer', ({ consumer }) => {
      this.#offer(consumer).catch((error: unknown) => {
        this.#handleFailure(error, { consumerId: consumer.id });
      });
    });
    peer.on('newDataConsumer', ({ dataConsumer }) => {
      this.#offerData(dataConsumer).catch((error: unknown) => {
        this.#handleFailure(error, { dataConsumerId: dataConsumer.id });
      });
    });
    peer.on('consumerUnsupported', ({ producer: { id, kind, peer: other } }) => {
      notifier.notify('consumerUnsupported', { peerId: other.id, producerId: id, kind, reason: 'codec' });
    });
    peer.on('consumerClosed', ({ consumer, reason }) => {
      notifier.notify('consumerClosed', { consumerId: consumer.id, ...this.#additive({ reason }) });
    });
    peer.on('consumerPaused', ({ consumer }) => {
      notifier.notify('consumerPaused', { consumerId: consumer.id });
    });
    peer.on('consumerResumed', ({ consumer }) => {
      notifier.notify('consumerResumed', { consumerId: consumer.id });
    });
    peer.on('consumerScore', ({ consumer, score }) => {
      notifier.notify('consumerScore', { consumerId: consumer.id, score });
    });
    peer.on('consumerLayersChanged', ({ consumer, layers }) => {
      notifier.notify('consumerLayersChanged', { consumerId: consumer.id, layers });
    });
    peer.on('dataConsumerClosed', ({ dataConsumer, reason }) => {
      notifier.notify('dataConsumerClosed', { dataConsumerId: dataConsumer.id, ...this.#additive({ reason }) });
    });
    peer.on('messagesLost', ({ dataConsumer: { id, owner, dataProducer }, count }) => {
      this.#logger.debug({ dataConsumerId: id, dataProducerId: dataProducer.id, count }, 'dropped data messages');
      if (owner === peer) notifier.notify('messagesLost', { dataConsumerId: id, count });
      else notifier.notify('messagesLost', { dataProducerId: dataProducer.id, ...nameOf(owner), count });
    });
  }

  #notifyOfOwn(): void {
    const notifier = this.#notifier;
    const peer = this.#peer;
    peer.on('producerScore', ({ producer, score }) => {
      notifier.notify('producerScore', { producerId: producer.id, score });
    });
    peer.on('producerClosed', ({ producer, by, reason }) => {
      notifier.notify('producerClosed', { producerId: producer.id, by, reason });
    });
    peer.on('producerPaused', ({ producer, by }) => {
      notifier.notify('producerPaused', { producerId: producer.id, by });
    });
    peer.on('producerResumed', ({ producer, by }) => {
      notifier.notify('producerResumed', { producerId: producer.id, by });
    });
    peer.on('transportClosed', ({ transport, reason }) => {
      notifier.notify('transportClosed', { transportId: transport.id, reason });
    });
    peer.on('transportStateChanged', ({ transport }) => {
      this.#handleTransportState(transport);
    });
    peer.on('downlinkBwe', ({ bwe }) => {
      notifier.notify('downlinkBwe', bwe);
    });
  }

  #notifyOfSpeech(): void {
    const notifier = this.#notifier;
    this.#peer.on('speakingPeers', (event) => {
      notifier.notifyShared(event, 'speakingPeers', () => ({ peerVolumes: toVolumes(event) }));
      // The active speaker of the classic server is the loudest peer.
      if (this.#clientVariant.variant === 'classic')
        notifier.notifyShared(event, 'activeSpeaker', () => toVolumes(event)[0] ?? { peerId: null });
    });
    this.#peer.on('activeSpeaker', (event) => {
      if (this.#clientVariant.variant === 'notify')
        notifier.notifyShared(event, 'activeSpeaker', () => ({ peerId: event.peer?.id ?? null }));
    });
  }

  /** Offers a consumer. Media flows once the client accepted it. */
  async #offer(consumer: Consumer): Promise<void> {
    const { demoFaithful } = this.#settings;
    try {
      await this.#notifier.request('newConsumer', toWireConsumer(consumer, this.#appDataVariant));
    } catch (error) {
      if (error instanceof ConnectionClosedError || consumer.closed) return;
      this.#logger.warn({ consumerId: consumer.id, reason: reasonOf(error) }, 'client refused a consumer');
      // The stock server leaves the consumer paused.
      if (!demoFaithful) consumer.close('server', 'refused');
      return;
    }
    if (consumer.closed) return;
    // The stock server ignores a pause that the client requested meanwhile.
    if (demoFaithful) await consumer.resume();
    await consumer.accept();
    this.#notifier.notify('consumerScore', { consumerId: consumer.id, score: consumer.score });
  }

  async #offerData(dataConsumer: DataConsumer): Promise<void> {
    try {
      await this.#notifier.request('newDataConsumer', toWireDataConsumer(dataConsumer, this.#appDataVariant));
    } catch (error) {
      if (error instanceof ConnectionClosedError) dataConsumer.handleUnanswered();
      if (error instanceof ConnectionClosedError || dataConsumer.closed) return;
      this.#logger.warn({ dataConsumerId: dataConsumer.id, reason: reasonOf(error) }, 'client refused a data consumer');
      if (!this.#settings.demoFaithful) dataConsumer.close('server', 'refused');
      return;
    }
    await dataConsumer.accept();
  }

  #handleFailure(error: unknown, ids: object): void {
    // The consumer closed while the worker started it.
    if (error instanceof MediaError && error.code === 'closed') return;
    this.#logger.warn({ err: error, ...ids }, 'cannot start the consumer');
  }

  #handleTransportState(transport: Transport): void {
    const { iceState, dtlsState, sctpState } = transport;
    const isDtlsOver = dtlsState === 'failed' || dtlsState === 'closed';
    this.#logger.debug({ transportId: transport.id, iceState, dtlsState, sctpState }, 'transport state changed');
    if (this.#settings.demoFaithful) {
      if (isDtlsOver || iceState === 'disconnected' || iceState === 'closed') this.#peer.close({ reason: 'mediaLost' });
      return;
    }
    // The client can restart ICE, but not DTLS.
    if (isDtlsOver) transport.close('server', dtlsState === 'failed' ? 'dtlsFailed' : 'dtlsClosed');
    // An SCTP association cannot restart, so the client replaces the transport.
    else if (transport.hasLostSctp) transport.close('server', sctpState === 'failed' ? 'sctpFailed' : 'sctpClosed');
  }

  /** Variant in which appData is written; undefined to pass it on unchanged, as the stock server does. */
  get #appDataVariant(): Variant | undefined {
    return this.#settings.demoFaithful ? undefined : this.#clientVariant.reader;
  }

  /** Returns fields that the stock server does not have. */
  #additive<Fields extends object>(fields: Fields): Partial<Fields> {
    return this.#settings.demoFaithful ? {} : fields;
  }
}

/** The ID of a hidden peer is not sent to others. */
function nameOf({ id, hidden }: Peer): { peerId?: string } {
  return hidden ? {} : { peerId: id };
}

function toVolumes({ volumes }: PeerEvents['speakingPeers']): { peerId: string; volume: number }[] {
  return volumes.map(({ peer, volume }) => ({ peerId: peer.id, volume }));
}

/** Returns the reason of the client, or that its response was late. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, MAX_LOGGED_REASON) : String(error);
}
