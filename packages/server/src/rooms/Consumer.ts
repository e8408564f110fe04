import type { MediaKind, RtpParameters } from '@tureen/protocol/common';
import { MediaError } from '../engine/port/MediaError.ts';
import type { ConsumerScore, Layers, MediaConsumer } from '../engine/port/MediaConsumer.ts';
import type { MediaProducerType } from '../engine/port/MediaProducer.ts';
import type { MediaStats } from '../engine/port/MediaTransport.ts';
import type { Peer } from './Peer.ts';
import type { Actor } from './PeerEvents.ts';
import type { Producer } from './Producer.ts';
import type { Transport } from './Transport.ts';
import { emitOnPeer } from './emitOnPeer.ts';

/** Parts of a {@link Consumer}. */
export interface ConsumerOptions {
  /** Media, created paused. */
  readonly media: MediaConsumer;
  readonly producer: Producer;
  /** Peer that receives. */
  readonly owner: Peer;
  readonly transport: Transport;
  /** `isUnwanted`: the owner closed the consumer. */
  readonly onClosed: (consumer: Consumer, isUnwanted: boolean) => void;
}

/** Media of one producer for one peer. */
export class Consumer {
  readonly producer: Producer;
  readonly transport: Transport;
  readonly #media: MediaConsumer;
  readonly #owner: Peer;
  readonly #onClosed: (consumer: Consumer, isUnwanted: boolean) => void;
  #isAccepted = false;
  /** Whether video flows before the owner accepts. */
  #isEarly = false;
  #isPaused = false;
  #isPausedByServer = false;
  /** Whether the engine was last requested to resume. */
  #isFlowing = false;
  /** Cancels a resume that waits for a key frame; undefined otherwise. */
  #cancelResume: (() => void) | undefined;
  #cancelEarlyKeyFrame = () => {};
  #cancelEarlyMedia = () => {};
  #closed = false;

  constructor({ media, producer, owner, transport, onClosed }: ConsumerOptions) {
    this.#media = media;
    this.producer = producer;
    this.transport = transport;
    this.#owner = owner;
    this.#onClosed = onClosed;
    media.on('score', ({ score }) => {
      emitOnPeer(this.#owner, 'consumerScore', { consumer: this, score });
    });
    media.on('layersChanged', ({ layers }) => {
      emitOnPeer(this.#owner, 'consumerLayersChanged', { consumer: this, layers });
    });
  }

  get id(): string {
    return this.#media.id;
  }

  /** Peer that sends the media. */
  get peer(): Peer {
    return this.producer.peer;
  }

  get kind(): MediaKind {
    return this.producer.kind;
  }

  get type(): MediaProducerType {
    return this.#media.type;
  }

  get rtpParameters(): RtpParameters {
    return this.#media.rtpParameters;
  }

  get score(): ConsumerScore {
    return this.#media.score;
  }

  /** Requested layers; undefined where there is no choice. */
  get preferredLayers(): Layers | undefined {
    return this.#media.preferredLayers;
  }

  /** Layers that are sent; undefined where nothing is sent, or there is no choice. */
  get currentLayers(): Layers | undefined {
    return this.#media.currentLayers;
  }

  /** Whether the owner paused the consumer. */
  get paused(): boolean {
    return this.#isPaused;
  }

  /** Whether the producer or the server paused the source: no media flows, even if the owner resumes. */
  get sourcePaused(): boolean {
    return this.producer.paused || this.#isPausedByServer;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Whether the engine sends the producer's media to the owner. */
  get isActive(): boolean {
    return this.#isFlowing && !this.producer.paused && this.transport.isConnected;
  }

  /** Whether the owner is ready. */
  get accepted(): boolean {
    return this.#isAccepted;
  }

  /**
   * Handles the offer to an owner that receives every consumer at once, `readyMs` after it gets the offer. Video flows before the
   * owner accepts, so that the key frame arrives when the owner is ready and not a round trip later.
   */
  sendEarly(readyMs: number): void {
    if (this.kind === 'audio') return;
    const { transport, producer } = this;
    producer.keyFrames.watch();
    const resume = () => {
      this.#isEarly = true;
      this.#report(this.#settle());
    };
    const sendOnConnected = (ms: number) => {
      this.#cancelEarlyMedia = producer.keyFrames.whenToRequest(ms, resume);
    };
    // Before the handshake ends nothing flows, so the owner only has to be ready by then.
    if (transport.isConnected) sendOnConnected(readyMs);
    else
      this.#cancelEarlyMedia = transport.earlyKeyFrames.offer(readyMs, {
        onLateHandshake: resume,
        onConnected: sendOnConnected,
      });
  }

  /**
   * Handles that the owner is ready. Media flows from now on, or with the other consumers that become ready, unless the
   * consumer is paused.
   */
  async accept(): Promise<void> {
    this.#isAccepted = true;
    this.#cancelEarlyMedia();
    await this.#settle();
  }

  /** Pauses the consumer. Idempotent. A pause by the server is independent of the owner's, and the owner is notified of it. */
  async pause(by: 'owner' | 'server' = 'owner'): Promise<void> {
    await this.#setPaused(true, by);
  }

  /** Ends the pause of the same actor. Idempotent. */
  async resume(by: 'owner' | 'server' = 'owner'): Promise<void> {
    await this.#setPaused(false, by);
  }

  /**
   * Chooses layers; a layer above the highest counts as the highest. Has no effect where there is no choice. The owner is
   * notified where the server chooses.
   */
  async setPreferredLayers(layers: Layers, by: 'owner' | 'server' = 'owner'): Promise<void> {
    await this.#media.setPreferredLayers(layers);
    if (by === 'server' && !this.#closed)
      emitOnPeer(this.#owner, 'consumerPreferredLayersSet', { consumer: this, layers });
  }

  /** Sets the priority, 1 (the default) to 255; 0 counts as 1. */
  setPriority(priority: number): Promise<void> {
    return this.#media.setPriority(priority);
  }

  requestKeyFrame(): Promise<void> {
    return this.#media.requestKeyFrame();
  }

  getStats(): Promise<MediaStats> {
    return this.#media.getStats();
  }

  /** Closes the consumer. The owner is notified where the server closes it. */
  close(by: 'owner' | 'server', reason = 'server'): void {
    if (!this.#end(by === 'owner')) return;
    this.#media.close();
    if (by === 'server') emitOnPeer(this.#owner, 'consumerClosed', { consumer: this, reason });
  }

  /** Handles the close of the transport, which closes the media. The owner is notified only of the transport. */
  parentClosed(): void {
    this.#end();
  }

  /** Handles the close of the producer, which closes the media. */
  producerClosed(reason: string): void {
    if (this.#end()) emitOnPeer(this.#owner, 'consumerClosed', { consumer: this, reason });
  }

  /** Handles a pause or resume of the producer, which the engine has followed. */
  producerPaused(isPaused: boolean, by: Actor): void {
    if (!this.#isPausedByServer) this.#notifySourcePaused(isPaused, by);
  }

  #notifySourcePaused(isPaused: boolean, by: Actor): void {
    if (!this.#closed) emitOnPeer(this.#owner, isPaused ? 'consumerPaused' : 'consumerResumed', { consumer: this, by });
  }

  async #setPaused(isPaused: boolean, by: 'owner' | 'server'): Promise<void> {
    if (by === 'owner') this.#isPaused = isPaused;
    else if (this.#isPausedByServer !== isPaused) {
      this.#isPausedByServer = isPaused;
      if (!this.producer.paused) this.#notifySourcePaused(isPaused, 'server');
    }
    await this.#settle();
  }

  #end(isUnwanted = false): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    this.#cancelWaiting();
    this.#cancelEarlyMedia();
    this.#onClosed(this, isUnwanted);
    return true;
  }

  /**
   * Pauses or resumes the engine. Audio resumes at once. Video resumes when the key frame gate of its producer allows it.
   * This method does not wait for the gate, so that a pause can overtake the resume.
   */
  async #settle(): Promise<void> {
    const shouldFlow = (this.#isAccepted || this.#isEarly) && !this.#isPaused && !this.#isPausedByServer;
    if (this.#closed) return;
    if (!shouldFlow) {
      this.#cancelWaiting();
      if (!this.#isFlowing) return;
      this.#isFlowing = false;
      await this.#media.pause();
      return;
    }
    if (this.#isFlowing || this.#cancelResume !== undefined) return;
    // A paused producer sends no key frame until it resumes.
    if (this.kind === 'audio' || this.producer.paused) {
      await this.#resume();
      return;
    }
    // The engine requests the key frame when the transport is connected.
    if (!this.transport.isConnected) {
      this.#cancelEarlyKeyFrame = this.transport.earlyKeyFrames.expect(this.producer.keyFrames);
      await this.#resume();
      return;
    }
    let resumed: Promise<void> | undefined;
    let isWaiting = false;
    const cancel = this.producer.keyFrames.gate.pass(() => {
      this.#cancelResume = undefined;
      resumed = this.#resume();
      if (isWaiting) this.#report(resumed);
    });
    isWaiting = resumed === undefined;
    if (isWaiting) this.#cancelResume = cancel;
    await resumed;
  }

  #resume(): Promise<void> {
    this.#isFlowing = true;
    return this.#media.resume();
  }

  /** Logs the error of a resume that no caller awaits. */
  #report(resumed: Promise<void>): void {
    resumed.catch((error: unknown) => {
      // The consumer closed while the worker resumed it.
      if (error instanceof MediaError && error.code === 'closed') return;
      this.#owner.logger.warn({ err: error, consumerId: this.id }, 'cannot resume the consumer');
    });
  }

  #cancelWaiting(): void {
    this.#cancelResume?.();
    this.#cancelResume = undefined;
    this.#cancelEarlyKeyFrame();
  }
}
