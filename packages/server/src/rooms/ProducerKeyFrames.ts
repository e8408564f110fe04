import { type Clock, systemClock } from '@tureen/kernel';
import type { MediaProducer } from '../engine/port/MediaProducer.ts';
import { KeyFrameGate } from './KeyFrameGate.ts';

/** Number of measured delays that count. */
const MAX_DELAYS = 5;

/** Parts of {@link ProducerKeyFrames}. */
export interface ProducerKeyFramesOptions {
  readonly media: MediaProducer;
  readonly clock?: Clock | undefined;
  /** Returns the round trip to the sender, in ms. */
  readonly roundTripMs: () => number | undefined;
  /** Measures the round trip to the sender. */
  readonly measureRoundTrip: (onMeasured: () => void) => void;
  /** Returns whether the sender can send a key frame now. */
  readonly canRequest: () => boolean;
  /** Requests a key frame now. */
  readonly request: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

/** Key frames of one video producer: the requests for them, their arrival, and how long the sender takes. */
export class ProducerKeyFrames {
  /** Gate that decides when the consumers resume. */
  readonly gate: KeyFrameGate;
  readonly #options: ProducerKeyFramesOptions;
  readonly #delaysMs: number[] = [];
  readonly #waiting = new Set<() => void>();
  #isWatched = false;
  #isRoundTripMeasured = false;
  /** Called when the round trip is measured. */
  readonly #onMeasured = new Set<() => void>();

  constructor(options: ProducerKeyFramesOptions) {
    const { media, clock } = options;
    this.#options = options;
    this.gate = new KeyFrameGate({ clock, requestDelayMs: media.keyFrameRequestDelayMs });
    media.on('keyFrame', ({ requestedMsAgo }) => {
      if (requestedMsAgo !== undefined) this.#addDelay(requestedMsAgo);
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      for (const onKeyFrame of waiting) onKeyFrame();
    });
  }

  /**
   * Time that a key frame takes at least, from the request, in ms: the shortest of the last five, or the round trip to the
   * sender. Undefined before the first measurement.
   */
  get delayMs(): number | undefined {
    if (this.#delaysMs.length > 0) return Math.min(...this.#delaysMs);
    return this.#isRoundTripMeasured ? this.#options.roundTripMs() : undefined;
  }

  /** Reports and measures key frames from now on, and measures the round trip to the sender once. */
  watch(): void {
    const { media, measureRoundTrip, onFailure } = this.#options;
    if (!this.#isWatched) {
      this.#isWatched = true;
      media.watchKeyFrames().catch(onFailure);
    }
    // A measurement from the time when the sender connected is often too long, as its page is busy then. A measurement ends
    // without a result where the sender's connection does.
    if (!this.#isRoundTripMeasured) measureRoundTrip(this.#handleMeasured);
  }

  /** Calls back once, when the round trip is measured. Returns a function that cancels. */
  onMeasured(handleMeasured: () => void): () => void {
    this.#onMeasured.add(handleMeasured);
    return () => {
      this.#onMeasured.delete(handleMeasured);
    };
  }

  /**
   * Requests a key frame for a consumer that becomes active before the key frame arrives. Returns whether a key frame is on
   * its way: requested now, or for another consumer.
   */
  requestEarly(): 'requested' | 'shared' | 'none' {
    const { canRequest, request, onFailure } = this.#options;
    if (!canRequest()) return 'none';
    return this.gate.requestEarly(() => {
      request().catch(onFailure);
    });
  }

  /**
   * Calls back at the first moment from which a requested key frame takes until `ms` from now, or longer. Does not call back
   * where the sender's delay is unknown, or where no request is possible at that moment. Returns a function that cancels.
   */
  whenToRequest(ms: number, onTime: () => void): () => void {
    const { canRequest, clock = systemClock } = this.#options;
    const { delayMs } = this;
    if (delayMs === undefined) return () => {};
    const onDue = () => {
      if (canRequest() && this.gate.isOpen) onTime();
    };
    if (delayMs < ms) return clock.after(ms - delayMs, onDue);
    onDue();
    return () => {};
  }

  /** Calls back once, at the next key frame. Returns a function that cancels. */
  onNext(onKeyFrame: () => void): () => void {
    this.#waiting.add(onKeyFrame);
    return () => {
      this.#waiting.delete(onKeyFrame);
    };
  }

  /** Handles the close of the producer. */
  close(): void {
    this.gate.close();
    this.#waiting.clear();
    this.#onMeasured.clear();
  }

  readonly #handleMeasured = (): void => {
    this.#isRoundTripMeasured = true;
    const waiting = [...this.#onMeasured];
    this.#onMeasured.clear();
    for (const handleMeasured of waiting) handleMeasured();
  };

  #addDelay(delayMs: number): void {
    this.#delaysMs.push(delayMs);
    if (this.#delaysMs.length > MAX_DELAYS) this.#delaysMs.shift();
  }
}
