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
  /** Made paused. */
  readonly media: MediaConsumer;
  readonly producer: Producer;
  /** The peer that receives. */
  readonly owner: Peer;
  readonly transport: Transport;
  /** `isUnwanted`: its owner closed it. */
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
  /** Whether the engine was last requested to resume. */
  #isFlowing = false;
  /** Cancels a resume that waits for a key frame; undefined where none does. */
  #cancelResume: (() => void) | undefined;
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

  /** The peer that sends the media. */
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

  /** Requested layers; undefined where there is nothing to choose. */
  get preferredLayers(): Layers | undefined {
    return this.#media.preferredLayers;
  }

  /** Layers that are sent; undefined where nothing is sent, or there is nothing to choose. */
  get currentLayers(): Layers | undefined {
    return this.#media.currentLayers;
  }

  /** Whether its owner paused it. */
  get paused(): boolean {
    return this.#isPaused;
  }

  /** Whether its producer or the server is paused: no media flows, even if the owner resumes. */
  get sourcePaused(): boolean {
    return this.producer.paused || this.#isPausedByServer;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The owner is ready: media flows from now on, or with the other consumers that become ready, unless it is paused. */
  async accept(): Promise<void> {
    this.#isAccepted = true;
    await this.#settle();
  }

  /** Pauses. Idempotent. The owner is notified of a pause by the server, which is independent of its own. */
  async pause(by: 'owner' | 'server' = 'owner'): Promise<void> {
    await this.#setPaused(true, by);
  }

  /** Ends the pause of the same actor. Idempotent. */
  async resume(by: 'owner' | 'server' = 'owner'): Promise<void> {
    await this.#setPaused(false, by);
  }

  /**
   * Chooses layers; a layer above the highest counts as the highest. Without effect where there is nothing to choose. The owner is
   * notified where the server chose.
   */
  async setPreferredLayers(layers: Layers, by: 'owner' | 'server' = 'owner'): Promise<void> {
    await this.#media.setPreferredLayers(layers);
    if (by === 'server' && !this.#closed)
      emitOnPeer(this.#owner, 'consumerPreferredLayersSet', { consumer: this, layers });
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

  /** Closes the consumer. The owner is notified where the server closes it. */
  close(by: 'owner' | 'server', reason = 'server'): void {
    if (!this.#end(by === 'owner')) return;
    this.#media.close();
    if (by === 'server') emitOnPeer(this.#owner, 'consumerClosed', { consumer: this, reason });
  }

  /** Its transport closed, and the media with it. The owner is notified of the transport only. */
  parentClosed(): void {
    this.#end();
  }

  /** Its producer closed, and the media with it. */
  producerClosed(reason: string): void {
    if (this.#end()) emitOnPeer(this.#owner, 'consumerClosed', { consumer: this, reason });
  }

  /** Its producer was paused or resumed, and the engine has followed. */
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
    this.#onClosed(this, isUnwanted);
    return true;
  }

  /**
   * Pauses or resumes the engine. Audio resumes at once. Video resumes when the key frame gate of its producer lets it; this does
   * not wait for the gate, so that a pause can overtake the resume.
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
    // A paused producer sends no key frame until it resumes.
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

  /** Logs the error of a resume for which no caller waits. */
  #report(resumed: Promise<void>): void {
    resumed.catch((error: unknown) => {
      // The consumer closed while the worker resumed it.
      if (error instanceof MediaError && error.code === 'closed') return;
      this.#owner.logger.warn({ err: error, consumerId: this.id }, 'consumer could not be resumed');
    });
  }

  #cancelWaiting(): void {
    this.#cancelResume?.();
    this.#cancelResume = undefined;
  }
}
