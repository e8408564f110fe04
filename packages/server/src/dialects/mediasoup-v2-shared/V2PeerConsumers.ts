import type { RtpCapabilities } from '@tureen/protocol/common';
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
import type { Layers } from '../../engine/MediaBackend.ts';
import type { Consumer } from '../../rooms/Consumer.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type { Producer } from '../../rooms/Producer.ts';
import type { Transport } from '../../rooms/Transport.ts';
import type { ClientWords, ConsumerEntry, V2Dialect } from './V2Dialect.ts';
import type { Notifier } from '../mediasoup-v2-shared/Notifier.ts';
import { refused } from '../Connection.ts';
import type { RoomIds } from './RoomIds.ts';

/** What a {@link V2PeerConsumers} is made of. */
export interface ReceptionOptions {
  readonly peer: Peer;
  readonly ids: RoomIds;
  readonly dialect: V2Dialect;
  readonly outbox: Notifier;
  readonly logger: Logger;
}

/** One producer, as this client may receive it. */
interface Received {
  readonly id: number;
  readonly producer: Producer;
  /** Undefined: the client can decode nothing of it. */
  readonly consumer: Consumer | undefined;
  isEnabled: boolean;
  /** The answer that it is enabled may have been lost. */
  mayEnableAgain: boolean;
  preferredProfile: PreferredProfile;
}

/**
 * What one client receives. Clients of the family are told of consumers before they make a transport to receive them on, so
 * there is one from the moment they join, which they get when they ask for theirs.
 */
export class V2PeerConsumers {
  readonly #options: ReceptionOptions;
  readonly #received = new Map<number, Received>();
  readonly #byProducer = new Map<Producer, Received>();
  #rtpCapabilities: RtpCapabilities | undefined;
  /** Made ahead, or being made. */
  #transport: Promise<Transport> | undefined;
  #isHandedOut = false;
  /** The answer with the transport may have been lost. */
  #mayHandOutAgain = false;
  /** What cannot be decoded and its client has not heard of. */
  #unannounced: readonly Producer[] = [];

  constructor(options: ReceptionOptions) {
    this.#options = options;
    const { peer, outbox } = options;
    peer.on('newConsumer', ({ consumer }) => {
      this.#add(consumer.producer, consumer);
    });
    peer.on('consumerUnsupported', ({ producer }) => {
      if (this.#of(producer) === undefined) this.#add(producer, undefined);
    });
    peer.on('consumerClosed', ({ consumer, reason }) => {
      this.#remove(this.#of(consumer.producer, consumer), reason);
    });
    // Of consumers that never were, too.
    peer.on('remoteProducerClosed', ({ producer, reason }) => {
      this.#remove(this.#of(producer), reason);
    });
    for (const event of ['consumerPaused', 'consumerResumed'] as const) {
      peer.on(event, ({ consumer }) => {
        const received = this.#of(consumer.producer, consumer);
        if (received?.isEnabled) outbox.tell(event, toReference(received));
      });
    }
    peer.on('consumerLayersChanged', ({ consumer, layers }) => {
      const received = this.#of(consumer.producer, consumer);
      if (!received?.isEnabled) return;
      const profile = this.#toProfile(consumer, layers);
      outbox.tell('consumerEffectiveProfileChanged', { ...toReference(received), profile });
    });
    peer.on('consumerPreferredLayersSet', ({ consumer, layers }) => {
      const received = this.#of(consumer.producer, consumer);
      if (received === undefined) return;
      const profile = this.#toProfile(consumer, layers);
      received.preferredProfile = profile === 'none' ? 'default' : profile;
      outbox.tell('consumerPreferredProfileSet', { ...toReference(received), profile: received.preferredProfile });
    });
  }

  /** Before the peer joins: from then on it is offered what the others send. */
  async open(rtpCapabilities: RtpCapabilities): Promise<void> {
    this.#rtpCapabilities = rtpCapabilities;
    await this.#makeTransport();
  }

  /** The peer did not join after all. */
  async cancel(): Promise<void> {
    const transport = await this.#transport;
    this.#transport = undefined;
    transport?.close('owner');
  }

  /** Whether the client has its transport. */
  get isHandedOut(): boolean {
    return this.#isHandedOut;
  }

  /** The transport that waits for the client. */
  async handOut(): Promise<Transport> {
    const transport = await this.#transport;
    if (this.#isHandedOut && !(this.#mayHandOutAgain && transport?.dtlsState === 'new'))
      throw refused(refusals.forbidden('there is a Transport to receive on already'));
    if (transport === undefined) throw refused(refusals.notJoined());
    this.#isHandedOut = true;
    this.#mayHandOutAgain = false;
    return transport;
  }

  /** A transport has closed. If it was the one for receiving, another takes its place, and all is announced anew. */
  async handleTransportClosed(transport: Transport): Promise<void> {
    if (!transport.isConsuming || (await this.#transport) !== transport) return;
    this.#isHandedOut = false;
    for (const received of this.#received.values()) if (received.consumer) this.#remove(received, 'transportClosed');
    await this.#makeTransport();
  }

  /** Those of one peer, for the list that the answer to join brings. */
  entriesOf(peer: Peer): ConsumerEntry[] {
    return [...this.#received.values()]
      .filter(({ producer }) => producer.peer === peer)
      .map((received) => this.#toEntry(received));
  }

  /** Those that can be received. @throws `Consumer not found`. */
  consumer(id: number): Consumer {
    const { consumer } = this.#find(id);
    if (consumer === undefined) throw refused(refusals.forbidden('Consumer is not supported: no codec in common'));
    return consumer;
  }

  isEnabled(consumer: Consumer): boolean {
    return this.#of(consumer.producer, consumer)?.isEnabled === true;
  }

  /** The client is ready: from now on media flows, unless it is paused. */
  async enable({ id, transportId, paused = false, preferredProfile }: ClientWords['enableConsumer']): Promise<{
    paused: boolean;
    preferredProfile: PreferredProfile;
    effectiveProfile: EffectiveProfile | null;
  }> {
    const { peer, ids, dialect } = this.#options;
    const received = this.#find(id);
    const consumer = this.consumer(id);
    const transport =
      transportId === undefined ? consumer.transport : ids.transports.find(transportId, peer.transports);
    if (!this.#isHandedOut || transport !== consumer.transport) throw refused(refusals.notFound('Transport'));
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

  /** `server`: as the application behind the server does; the client is told then. */
  async setPreferredProfile(id: number, profile: PreferredProfile, by: 'owner' | 'server' = 'owner'): Promise<void> {
    const received = this.#find(id);
    const consumer = this.consumer(id);
    const spatialLayer = profileToLayer(profile, this.#profilesOf(consumer)) ?? 0;
    received.preferredProfile = profile;
    await consumer.setPreferredLayers({ spatialLayer });
    // In the words in which it came.
    if (by === 'server') {
      this.#options.outbox.tell('consumerPreferredProfileSet', { ...toReference(received), profile });
    }
  }

  /**
   * The client is back, and has these alone. Answers with the ids of those that are consumers, for the peer to keep; what it
   * has not heard of is announced by {@link resume}.
   */
  keepOnly(numbers: ReadonlySet<number>): ReadonlySet<string> {
    const received = [...this.#received.values()];
    const unheard = received.filter(({ id, consumer }) => consumer === undefined && !numbers.has(id));
    for (const each of unheard) this.#forget(each);
    this.#unannounced = unheard.map(({ producer }) => producer);
    const known = received.filter(({ id }) => numbers.has(id));
    for (const each of known) each.mayEnableAgain = each.isEnabled;
    this.#mayHandOutAgain = this.#isHandedOut;
    return new Set(known.flatMap(({ consumer }) => consumer?.id ?? []));
  }

  /** How those stand that the client has. */
  standing(): { id: number; paused: boolean; producerPaused: boolean }[] {
    return [...this.#received.values()].map(({ id, producer, consumer }) => ({
      id,
      paused: consumer?.paused ?? false,
      producerPaused: consumer?.sourcePaused ?? producer.paused,
    }));
  }

  /** The client can be told again. */
  resume(): void {
    const unannounced = this.#unannounced;
    this.#unannounced = [];
    for (const producer of unannounced) this.#add(producer, undefined);
    // It may have changed unheard.
    for (const received of this.#received.values()) {
      const { consumer, isEnabled } = received;
      if (!isEnabled || consumer === undefined || consumer.type === 'simple') continue;
      const profile = this.#toProfile(consumer, consumer.currentLayers ?? null);
      this.#options.outbox.tell('consumerEffectiveProfileChanged', { ...toReference(received), profile });
    }
  }

  /** The client does not want it any more. */
  close(id: number): void {
    const received = this.#find(id);
    this.#forget(received);
    received.consumer?.close('owner');
  }

  async #makeTransport(): Promise<void> {
    const { peer } = this.#options;
    this.#transport = peer.createTransport({ isProducing: false, isConsuming: true });
    const transport = await this.#transport;
    peer.receiving.consume({ transport, rtpCapabilities: this.#rtpCapabilities, data: false });
  }

  #add(producer: Producer, consumer: Consumer | undefined): void {
    const { ids, outbox } = this.#options;
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
    outbox.tell('newConsumer', this.#toEntry(received));
  }

  #remove(received: Received | undefined, reason: string): void {
    if (received === undefined) return;
    this.#forget(received);
    const { outbox } = this.#options;
    // That its peer is gone says all.
    if (reason !== 'peerClosed') {
      outbox.tell('consumerClosed', { ...toReference(received), ...outbox.additive({ reason }) });
    }
  }

  #forget({ id, producer }: Received): void {
    this.#received.delete(id);
    this.#byProducer.delete(producer);
  }

  /** What is received of a producer: by that consumer, or at all. */
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

  /** Names of what the client can choose among; the sender's own, where it has given them any. */
  #profilesOf({ producer, rtpParameters, type }: Consumer): readonly StreamProfile[] {
    if (type === 'simple') return [];
    // The engine says so in the one stream that it sends, e.g. `L3T3`.
    const mode = rtpParameters.encodings?.[0]?.scalabilityMode ?? '';
    return this.#options.ids.profilesOf(producer) ?? profilesOf(Number(/^[LS](\d+)/.exec(mode)?.[1] ?? 1));
  }
}

function toReference({ id, producer }: Received): { id: number; peerName: string } {
  return { id, peerName: producer.peer.id };
}
