import type { MediaKind, RtpParameters } from '@tureen/protocol/common';
import type { MediaProducer, MediaProducerType, StreamScore } from '../engine/port/MediaProducer.ts';
import type { MediaStats } from '../engine/port/MediaTransport.ts';
import type { Clock } from '../shared/clock.ts';
import type { Consumer } from './Consumer.ts';
import { KeyFrameGate } from './KeyFrameGate.ts';
import type { Peer } from './Peer.ts';
import type { Transport } from './Transport.ts';

/** Who closes, pauses or resumes a producer. */
export type ProducerActor = 'owner' | 'server';

/** What a {@link Producer} is made of. */
export interface ProducerOptions {
  readonly media: MediaProducer;
  /** Who sends it. */
  readonly peer: Peer;
  readonly transport: Transport;
  readonly paused: boolean;
  /** The app's; any JSON. */
  readonly appData: unknown;
  /** For the times at which its consumers resume. Default: the machine's. */
  readonly clock?: Clock | undefined;
  readonly onClosed: (producer: Producer, reason: string) => void;
  /** Paused or resumed, before those who receive it are told. */
  readonly onPausedChanged: (producer: Producer, by: ProducerActor) => void;
}

/** Media that one peer sends to the room. */
export class Producer {
  readonly peer: Peer;
  readonly transport: Transport;
  /** The app's; any JSON. */
  readonly appData: unknown;
  /** Decides when its consumers resume. */
  readonly keyFrameGate: KeyFrameGate;
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
    this.keyFrameGate = new KeyFrameGate({ clock, requestDelayMs: media.keyFrameRequestDelayMs });
    this.#paused = paused;
    this.#onClosed = onClosed;
    this.#onPausedChanged = onPausedChanged;
    media.on('score', ({ score }) => {
      this.#score = score;
      this.peer.emit('producerScore', { producer: this, score });
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

  /** The same in the router's numbers. */
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

  /** Idempotent. Everyone who receives it is told; its owner too, where the server does it. */
  async pause(by: ProducerActor = 'server'): Promise<void> {
    await this.#setPaused(true, by);
  }

  /** Idempotent. Told as {@link pause} is. */
  async resume(by: ProducerActor = 'server'): Promise<void> {
    await this.#setPaused(false, by);
  }

  getStats(): Promise<MediaStats> {
    return this.#media.getStats();
  }

  /** Closes it, with every consumer of it. The owner is told where the server does it. */
  close(by: ProducerActor = 'server', reason = 'closed'): void {
    if (!this.#end('producerClosed')) return;
    this.#media.close();
    if (by === 'server') this.peer.emit('producerClosed', { producer: this, by, reason });
  }

  /** Its transport is gone, and the media with it. The owner was told of the transport; those who receive it are now. */
  parentClosed(reason: string): void {
    this.#end(reason);
  }

  /** A consumer of it exists from now on. */
  addConsumer(consumer: Consumer): void {
    this.#consumers.add(consumer);
  }

  removeConsumer(consumer: Consumer): void {
    this.#consumers.delete(consumer);
  }

  async #setPaused(isPaused: boolean, by: ProducerActor): Promise<void> {
    if (this.#closed || this.#paused === isPaused) return;
    // What is wanted counts from now on: a consumer made meanwhile says so from the start.
    this.#paused = isPaused;
    this.#onPausedChanged(this, by);
    for (const consumer of this.#consumers) consumer.producerPaused(isPaused, by === 'owner' ? 'remote' : 'server');
    if (by === 'server') this.peer.emit(isPaused ? 'producerPaused' : 'producerResumed', { producer: this, by });
    await (isPaused ? this.#media.pause() : this.#media.resume());
  }

  #end(reason: string): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    for (const consumer of this.#consumers) consumer.producerClosed(reason);
    this.#consumers.clear();
    this.keyFrameGate.close();
    this.#onClosed(this, reason);
    return true;
  }
}
