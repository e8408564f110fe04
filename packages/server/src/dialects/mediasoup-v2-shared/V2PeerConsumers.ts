import {
  emptyV2Parameters,
  layerToProfile,
  profilesOf,
  profileToLayer,
  refusals,
  toV2ConsumerParameters,
} from '@tureen/protocol/mediasoup-v2-shared';
import type { EffectiveProfile, PreferredProfile, StreamProfile } from '@tureen/protocol/mediasoup-v2-shared';
import type { Logger } from 'pino';
import type { Layers } from '../../engine/port/MediaConsumer.ts';
import type { Consumer } from '../../rooms/Consumer.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type { Producer } from '../../rooms/Producer.ts';
import type { Transport } from '../../rooms/Transport.ts';
import type { V2ClientData, ConsumerEntry, V2Dialect } from './V2Dialect.ts';
import type { Notifier } from './Notifier.ts';
import { refused } from '../Connection.ts';
import type { RoomIds } from './RoomIds.ts';
import { V2ReceiveTransport } from './V2ReceiveTransport.ts';

/** Parts of {@link V2PeerConsumers}. */
export interface V2PeerConsumersOptions {
  readonly peer: Peer;
  readonly ids: RoomIds;
  readonly dialect: V2Dialect;
  readonly notifier: Notifier;
  readonly logger: Logger;
}

/** Producer that was announced to the client. */
interface Received {
  readonly id: number;
  readonly producer: Producer;
  /** Undefined where the client cannot decode the producer. */
  readonly consumer: Consumer | undefined;
  isEnabled: boolean;
  /** Whether the response that enabled the consumer may have been lost. */
  mayEnableAgain: boolean;
  preferredProfile: PreferredProfile;
}

/** Producers that were announced to one client, and their consumers. */
export class V2PeerConsumers {
  readonly receiveTransport: V2ReceiveTransport;
  readonly #options: V2PeerConsumersOptions;
  readonly #received = new Map<number, Received>();
  readonly #byProducer = new Map<Producer, Received>();
  /** Producers that the resumed client cannot decode and does not know of. */
  #unannounced: readonly Producer[] = [];

  constructor(options: V2PeerConsumersOptions) {
    this.#options = options;
    const { peer, notifier } = options;
    this.receiveTransport = new V2ReceiveTransport(peer);
    peer.on('newConsumer', ({ consumer }) => {
      this.#add(consumer.producer, consumer);
    });
    peer.on('consumerUnsupported', ({ producer }) => {
      if (this.#of(producer) === undefined) this.#add(producer, undefined);
    });
    peer.on('consumerClosed', ({ consumer, reason }) => {
      this.#remove(this.#of(consumer.producer, consumer), reason);
    });
    // Also covers producers that have no consumer.
    peer.on('remoteProducerClosed', ({ producer, reason }) => {
      this.#remove(this.#of(producer), reason);
    });
    for (const event of ['consumerPaused', 'consumerResumed'] as const) {
      peer.on(event, ({ consumer }) => {
        const received = this.#of(consumer.producer, consumer);
        if (received?.isEnabled) notifier.notify(event, toReference(received));
      });
    }
    peer.on('consumerLayersChanged', ({ consumer, layers }) => {
      const received = this.#of(consumer.producer, consumer);
      if (!received?.isEnabled) return;
      const profile = this.#toProfile(consumer, layers);
      notifier.notify('consumerEffectiveProfileChanged', { ...toReference(received), profile });
    });
    peer.on('consumerPreferredLayersSet', ({ consumer, layers }) => {
      const received = this.#of(consumer.producer, consumer);
      if (received === undefined) return;
      const profile = this.#toProfile(consumer, layers);
      received.preferredProfile = profile === 'none' ? 'default' : profile;
      notifier.notify('consumerPreferredProfileSet', { ...toReference(received), profile: received.preferredProfile });
    });
  }

  /** Replaces a receive transport that closed, and announces all consumers again. */
  async handleTransportClosed(transport: Transport): Promise<void> {
    await this.receiveTransport.handleTransportClosed(transport, () => {
      for (const received of this.#received.values()) if (received.consumer) this.#remove(received, 'transportClosed');
    });
  }

  /** Lists the consumers of one peer, for the response to the join. */
  entriesOf(peer: Peer): ConsumerEntry[] {
    return [...this.#received.values()]
      .filter(({ producer }) => producer.peer === peer)
      .map((received) => this.#toEntry(received));
  }

  /** Finds a consumer that the client can decode. @throws ProtocolError `notFound`, `forbidden`. */
  consumer(id: number): Consumer {
    const { consumer } = this.#find(id);
    if (consumer === undefined) throw refused(refusals.forbidden('Consumer is not supported: no codec in common'));
    return consumer;
  }

  isEnabled(consumer: Consumer): boolean {
    return this.#of(consumer.producer, consumer)?.isEnabled === true;
  }

  /** Starts the media of a consumer, unless it is paused. */
  async enable({ id, transportId, paused = false, preferredProfile }: V2ClientData['enableConsumer']): Promise<{
    paused: boolean;
    preferredProfile: PreferredProfile;
    effectiveProfile: EffectiveProfile | null;
  }> {
    const { peer, ids, dialect } = this.#options;
    const received = this.#find(id);
    const consumer = this.consumer(id);
    const transport =
      transportId === undefined ? consumer.transport : ids.transports.find(transportId, peer.transports);
    if (!this.receiveTransport.isHandedOut || transport !== consumer.transport)
      throw refused(refusals.notFound('Transport'));
    if (received.isEnabled && !received.mayEnableAgain) throw refused(refusals.alreadyEnabled());
    received.isEnabled = true;
    received.mayEnableAgain = false;
    const profile = dialect.hasProfiles ? preferredProfile : 'default';
    if (profile !== undefined) await this.setPreferredProfile(id, profile);
    await (paused ? consumer.pause() : consumer.resume());
    await consumer.accept();
    return {
      paused: consumer.sourcePaused,
      preferredProfile: received.preferredProfile,
      effectiveProfile: this.#effectiveProfile(received),
    };
  }

  /** Chooses the stream of a consumer. The client is notified where the server chooses. */
  async setPreferredProfile(id: number, profile: PreferredProfile, by: 'owner' | 'server' = 'owner'): Promise<void> {
    const received = this.#find(id);
    const consumer = this.consumer(id);
    const spatialLayer = profileToLayer(profile, this.#profilesOf(consumer)) ?? 0;
    received.preferredProfile = profile;
    await consumer.setPreferredLayers({ spatialLayer });
    // With the profile as it was requested.
    if (by === 'server') {
      this.#options.notifier.notify('consumerPreferredProfileSet', { ...toReference(received), profile });
    }
  }

  /**
   * Retains only these consumers of a client that resumes. Returns the IDs of the consumers of the room among them. The rest is
   * announced by {@link resume}.
   */
  retainOnly(numbers: ReadonlySet<number>): ReadonlySet<string> {
    const received = [...this.#received.values()];
    const unknown = received.filter(({ id, consumer }) => consumer === undefined && !numbers.has(id));
    for (const each of unknown) this.#forget(each);
    this.#unannounced = unknown.map(({ producer }) => producer);
    const known = received.filter(({ id }) => numbers.has(id));
    for (const each of known) each.mayEnableAgain = each.isEnabled;
    this.receiveTransport.handleResumed();
    return new Set(known.flatMap(({ consumer }) => consumer?.id ?? []));
  }

  /** Lists the consumers that the client has, with their state. */
  list(): { id: number; paused: boolean; producerPaused: boolean }[] {
    return [...this.#received.values()].map(({ id, producer, consumer }) => ({
      id,
      paused: consumer?.paused ?? false,
      producerPaused: consumer?.sourcePaused ?? producer.paused,
    }));
  }

  /** Announces what changed while the client was disconnected. */
  resume(): void {
    const unannounced = this.#unannounced;
    this.#unannounced = [];
    for (const producer of unannounced) this.#add(producer, undefined);
    // The profile may have changed while the client was disconnected.
    for (const received of this.#received.values()) {
      const { consumer, isEnabled } = received;
      if (!isEnabled || consumer === undefined || consumer.type === 'simple') continue;
      const profile = this.#toProfile(consumer, consumer.currentLayers ?? null);
      this.#options.notifier.notify('consumerEffectiveProfileChanged', { ...toReference(received), profile });
    }
  }

  /** Closes a consumer at the request of the client. */
  close(id: number): void {
    const received = this.#find(id);
    this.#forget(received);
    received.consumer?.close('owner');
  }

  #add(producer: Producer, consumer: Consumer | undefined): void {
    const { ids, notifier } = this.#options;
    const id = ids.nextConsumerId();
    const received: Received = {
      id,
      producer,
      consumer,
      isEnabled: false,
      mayEnableAgain: false,
      preferredProfile: 'default',
    };
    this.#received.set(id, received);
    this.#byProducer.set(producer, received);
    notifier.notify('newConsumer', this.#toEntry(received));
  }

  #remove(received: Received | undefined, reason: string): void {
    if (received === undefined) return;
    this.#forget(received);
    const { notifier } = this.#options;
    // The notification of the closed peer is enough.
    if (reason !== 'peerClosed') {
      notifier.notify('consumerClosed', { ...toReference(received), ...notifier.additive({ reason }) });
    }
  }

  #forget({ id, producer }: Received): void {
    this.#received.delete(id);
    this.#byProducer.delete(producer);
  }

  /** Finds the entry of a producer. With `consumer`, only if the entry has that consumer. */
  #of(producer: Producer, consumer?: Consumer): Received | undefined {
    const received = this.#byProducer.get(producer);
    return consumer === undefined || received?.consumer === consumer ? received : undefined;
  }

  #find(id: number): Received {
    const received = this.#received.get(id);
    if (received === undefined) throw refused(refusals.notFound('Consumer'));
    return received;
  }

  #toEntry(received: Received): ConsumerEntry {
    const { producer, consumer } = received;
    return {
      ...toReference(received),
      kind: producer.kind,
      rtpParameters: consumer === undefined ? emptyV2Parameters() : toV2ConsumerParameters(consumer.rtpParameters),
      paused: producer.paused,
      ...(this.#options.dialect.hasProfiles ? { preferredProfile: 'default', effectiveProfile: null } : {}),
      appData: producer.appData,
    };
  }

  #effectiveProfile({ consumer }: Received): EffectiveProfile | null {
    if (consumer === undefined || consumer.type === 'simple') return 'default';
    return consumer.currentLayers === undefined ? null : this.#toProfile(consumer, consumer.currentLayers);
  }

  #toProfile(consumer: Consumer, layers: Layers | null): EffectiveProfile {
    return layerToProfile(layers?.spatialLayer ?? null, this.#profilesOf(consumer));
  }

  /** Names of the streams that the client can choose: those that the sender gave them, or the defaults. */
  #profilesOf({ producer, rtpParameters, type }: Consumer): readonly StreamProfile[] {
    if (type === 'simple') return [];
    // The one encoding of the consumer has the number of layers, e.g. `L3T3`.
    const mode = rtpParameters.encodings?.[0]?.scalabilityMode ?? '';
    return this.#options.ids.profilesOf(producer) ?? profilesOf(Number(/^[LS](\d+)/.exec(mode)?.[1] ?? 1));
  }
}

function toReference({ id, producer }: Received): { id: number; peerName: string } {
  return { id, peerName: producer.peer.id };
}
