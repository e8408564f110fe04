import type { Clock } from '@tureen/kernel';
import type { MediaKind, RtpParameters } from '@tureen/protocol/common';
import { MediaError } from '../engine/port/MediaError.ts';
import type { MediaProducer, MediaProducerType, StreamScore } from '../engine/port/MediaProducer.ts';
import type { MediaStats } from '../engine/port/MediaTransport.ts';
import type { Consumer } from './Consumer.ts';
import type { Peer } from './Peer.ts';
import { ProducerKeyFrames } from './ProducerKeyFrames.ts';
import type { Transport } from './Transport.ts';
import { emitOnPeer } from './emitOnPeer.ts';

/** Actor that closes, pauses or resumes a producer. */
export type ProducerActor = 'owner' | 'server';

/** Parts of a {@link Producer}. */
export interface ProducerOptions {
  readonly media: MediaProducer;
  /** Peer that sends. */
  readonly peer: Peer;
  readonly transport: Transport;
  readonly paused: boolean;
  /** Data of the app; any JSON. */
  readonly appData: unknown;
  /** Clock of the key frame gate. Default: the system clock. */
  readonly clock?: Clock | undefined;
  readonly onClosed: (producer: Producer, reason: string) => void;
  /** Called for a pause or resume, before the receivers are notified. */
  readonly onPausedChanged: (producer: Producer, by: ProducerActor) => void;
}

/** Media that one peer sends to the room. */
export class Producer {
  readonly peer: Peer;
  readonly transport: Transport;
  /** Data of the app; any JSON. */
  readonly appData: unknown;
  readonly keyFrames: ProducerKeyFrames;
  readonly #media: MediaProducer;
  readonly #onClosed: (producer: Producer, reason: string) => void;
  readonly #onPausedChanged: (producer: Producer, by: ProducerActor) => void;
  readonly #consumers = new Set<Consumer>();
  #score: readonly StreamScore[] = [];
  #paused: boolean;
  #closed = false;

  constructor({ media, peer, transport, paused, appData, clock, onClosed, onPausedChanged }: ProducerOptions) {
    this.#media = media;
    this.peer = peer;
    this.transport = transport;
    this.appData = appData;
    this.keyFrames = new ProducerKeyFrames({
      media,
      clock,
      roundTripMs: () => transport.handshake.roundTripMs,
      measureRoundTrip: (onMeasured) => {
        peer.signalingRoundTrip.measure(onMeasured);
      },
      canRequest: () => !this.#closed && !this.#paused,
      request: () => this.#requestKeyFrame(),
      onFailure: (error) => {
        // The producer closed while the worker worked on the request.
        if (error instanceof MediaError && error.code === 'closed') return;
        peer.logger.warn({ err: error, producerId: this.id }, 'cannot request a key frame');
      },
    });
    this.#paused = paused;
    this.#onClosed = onClosed;
    this.#onPausedChanged = onPausedChanged;
    media.on('score', ({ score }) => {
      this.#score = score;
      emitOnPeer(this.peer, 'producerScore', { producer: this, score });
    });
  }

  get id(): string {
    return this.#media.id;
  }

  get kind(): MediaKind {
    return this.#media.kind;
  }

  get type(): MediaProducerType {
    return this.#media.type;
  }

  get rtpParameters(): RtpParameters {
    return this.#media.rtpParameters;
  }

  /** RTP parameters with the payload types of the router. */
  get consumableRtpParameters(): RtpParameters {
    return this.#media.consumableRtpParameters;
  }

  get score(): readonly StreamScore[] {
    return this.#score;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Pauses the producer. Idempotent. Notifies the receivers, and the owner where the server pauses. */
  async pause(by: ProducerActor = 'server'): Promise<void> {
    await this.#setPaused(true, by);
  }

  /** Resumes the producer. Idempotent. Notifies as {@link pause} does. */
  async resume(by: ProducerActor = 'server'): Promise<void> {
    await this.#setPaused(false, by);
  }

  getStats(): Promise<MediaStats> {
    return this.#media.getStats();
  }

  /** Closes the producer and its consumers. The owner is notified where the server closes it. */
  close(by: ProducerActor = 'server', reason = 'server'): void {
    if (!this.#end('producerClosed')) return;
    this.#media.close();
    if (by === 'server') emitOnPeer(this.peer, 'producerClosed', { producer: this, by, reason });
  }

  /**
   * Handles the close of the transport, which closes the media. Notifies the receivers; the owner is notified only of the
   * transport.
   */
  parentClosed(reason: string): void {
    this.#end(reason);
  }

  /** Adds a consumer of this producer. */
  addConsumer(consumer: Consumer): void {
    this.#consumers.add(consumer);
  }

  removeConsumer(consumer: Consumer): void {
    this.#consumers.delete(consumer);
  }

  /** Requests a key frame through a consumer that receives, if any. */
  async #requestKeyFrame(): Promise<void> {
    for (const consumer of this.#consumers) if (consumer.isActive) return consumer.requestKeyFrame();
    await this.#media.requestKeyFrame();
  }

  async #setPaused(isPaused: boolean, by: ProducerActor): Promise<void> {
    if (this.#closed || this.#paused === isPaused) return;
    // The state applies from now on: a consumer that is created meanwhile starts with it.
    this.#paused = isPaused;
    this.#onPausedChanged(this, by);
    for (const consumer of this.#consumers) consumer.producerPaused(isPaused, by === 'owner' ? 'remote' : 'server');
    if (by === 'server') emitOnPeer(this.peer, isPaused ? 'producerPaused' : 'producerResumed', { producer: this, by });
    await (isPaused ? this.#media.pause() : this.#media.resume());
  }

  #end(reason: string): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    for (const consumer of this.#consumers) consumer.producerClosed(reason);
    this.#consumers.clear();
    this.keyFrames.close();
    this.#onClosed(this, reason);
    return true;
  }
}
