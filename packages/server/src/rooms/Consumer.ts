import type { MediaKind, RtpParameters } from '@tureen/protocol/common';
import { MediaError } from '../engine/port/MediaError.ts';
import type { ConsumerScore, Layers, MediaConsumer } from '../engine/port/MediaConsumer.ts';
import type { MediaProducerType } from '../engine/port/MediaProducer.ts';
import type { MediaStats } from '../engine/port/MediaTransport.ts';
import type { Peer } from './Peer.ts';
import type { Actor } from './PeerEvents.ts';
import type { Producer } from './Producer.ts';
import type { Transport } from './Transport.ts';

/** What a {@link Consumer} is made of. */
export interface ConsumerOptions {
  /** Made paused. */
  readonly media: MediaConsumer;
  readonly producer: Producer;
  /** Who receives it. */
  readonly owner: Peer;
  readonly transport: Transport;
  /** `isUnwanted`: its owner has given it up. */
  readonly onClosed: (consumer: Consumer, isUnwanted: boolean) => void;
}

/** One producer's media on its way to one peer. */
export class Consumer {
  readonly producer: Producer;
  readonly transport: Transport;
  readonly #media: MediaConsumer;
  readonly #owner: Peer;
  readonly #onClosed: (consumer: Consumer, isUnwanted: boolean) => void;
  #isAccepted = false;
  #isPaused = false;
  #isPausedByServer = false;
  /** What the engine was last asked for. */
  #isFlowing = false;
  /** Takes back a resume that waits for others; undefined where none does. */
  #cancelResume: (() => void) | undefined;
  #closed = false;

  constructor({ media, producer, owner, transport, onClosed }: ConsumerOptions) {
    this.#media = media;
    this.producer = producer;
    this.transport = transport;
    this.#owner = owner;
    this.#onClosed = onClosed;
    media.on('score', ({ score }) => {
      this.#owner.emit('consumerScore', { consumer: this, score });
    });
    media.on('layersChanged', ({ layers }) => {
      this.#owner.emit('consumerLayersChanged', { consumer: this, layers });
    });
  }

  get id(): string {
    return this.#media.id;
  }

  /** Whose media it is. */
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

  /** What is asked for; undefined where there is nothing to choose. */
  get preferredLayers(): Layers | undefined {
    return this.#media.preferredLayers;
  }

  /** What is being sent; undefined: nothing, or nothing to choose. */
  get currentLayers(): Layers | undefined {
    return this.#media.currentLayers;
  }

  /** By its owner. */
  get paused(): boolean {
    return this.#isPaused;
  }

  /** Not by its owner: nothing would come, even if the owner wants it. */
  get sourcePaused(): boolean {
    return this.producer.paused || this.#isPausedByServer;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The owner's end is ready: from now on, or as soon as the others that are ready too, media flows, unless it is paused. */
  async accept(): Promise<void> {
    this.#isAccepted = true;
    await this.#settle();
  }

  /** Idempotent. The server's pause is apart from the owner's; the owner is told of it. */
  async pause(by: 'owner' | 'server' = 'owner'): Promise<void> {
    await this.#setPaused(true, by);
  }

  /** Idempotent. Takes back that one's own pause. */
  async resume(by: 'owner' | 'server' = 'owner'): Promise<void> {
    await this.#setPaused(false, by);
  }

  /**
   * What is above the highest layer counts as the highest. Without effect where there is nothing to choose. The owner is
   * told where the server does it.
   */
  async setPreferredLayers(layers: Layers, by: 'owner' | 'server' = 'owner'): Promise<void> {
    await this.#media.setPreferredLayers(layers);
    if (by === 'server' && !this.#closed) this.#owner.emit('consumerPreferredLayersSet', { consumer: this, layers });
  }

  /** 1 (what a consumer begins with) to 255; 0 counts as 1. */
  setPriority(priority: number): Promise<void> {
    return this.#media.setPriority(priority);
  }

  requestKeyFrame(): Promise<void> {
    return this.#media.requestKeyFrame();
  }

  getStats(): Promise<MediaStats> {
    return this.#media.getStats();
  }

  /** Closed by its owner (who is not told), or by the server. */
  close(by: 'owner' | 'server', reason = 'closed'): void {
    if (!this.#end(by === 'owner')) return;
    this.#media.close();
    if (by === 'server') this.#owner.emit('consumerClosed', { consumer: this, reason });
  }

  /** Its transport is gone, and the media with it. The owner was told of the transport. */
  parentClosed(): void {
    this.#end();
  }

  /** Its producer is gone, and the media with it. */
  producerClosed(reason: string): void {
    if (this.#end()) this.#owner.emit('consumerClosed', { consumer: this, reason });
  }

  /** Its producer was paused or resumed; the engine follows by itself. */
  producerPaused(isPaused: boolean, by: Actor): void {
    if (!this.#isPausedByServer) this.#saySourcePaused(isPaused, by);
  }

  #saySourcePaused(isPaused: boolean, by: Actor): void {
    if (!this.#closed) this.#owner.emit(isPaused ? 'consumerPaused' : 'consumerResumed', { consumer: this, by });
  }

  async #setPaused(isPaused: boolean, by: 'owner' | 'server'): Promise<void> {
    if (by === 'owner') this.#isPaused = isPaused;
    else if (this.#isPausedByServer !== isPaused) {
      this.#isPausedByServer = isPaused;
      if (!this.producer.paused) this.#saySourcePaused(isPaused, 'server');
    }
    await this.#settle();
  }

  #end(isUnwanted = false): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    this.#cancelWaiting();
    this.#onClosed(this, isUnwanted);
    return true;
  }

  /**
   * Sound resumes at once. A picture needs a key frame, so its gate says when: this resolves without waiting for that, so
   * that a pause can overtake it.
   */
  async #settle(): Promise<void> {
    const shouldFlow = this.#isAccepted && !this.#isPaused && !this.#isPausedByServer;
    if (this.#closed) return;
    if (!shouldFlow) {
      this.#cancelWaiting();
      if (!this.#isFlowing) return;
      this.#isFlowing = false;
      await this.#media.pause();
      return;
    }
    if (this.#isFlowing || this.#cancelResume !== undefined) return;
    // A paused producer is asked for nothing until it resumes.
    if (this.kind === 'audio' || this.producer.paused) {
      await this.#resume();
      return;
    }
    let resumed: Promise<void> | undefined;
    let isWaiting = false;
    const cancel = this.producer.keyFrameGate.pass(() => {
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

  /** For a resume that its caller no longer waits for. */
  #report(resumed: Promise<void>): void {
    resumed.catch((error: unknown) => {
      // It closed while the worker was asked.
      if (error instanceof MediaError && error.code === 'closed') return;
      this.#owner.logger.warn({ err: error, consumerId: this.id }, 'consumer could not be resumed');
    });
  }

  #cancelWaiting(): void {
    this.#cancelResume?.();
    this.#cancelResume = undefined;
  }
}
