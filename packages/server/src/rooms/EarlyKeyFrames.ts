import { type Clock, systemClock } from '@tureen/kernel';
import type { Handshake } from './Handshake.ts';
import type { ProducerKeyFrames } from './ProducerKeyFrames.ts';

/** Time that the arrival of a key frame is planned after the predicted end of the handshake, in ms. */
const MARGIN_MS = 30;
/** Time after the request in which a key frame arrives that answers the request, in ms. */
const USEFUL_MS = 400;

/** Outcome of a key frame that was requested before the receiver's transport was connected. */
export type EarlyKeyFrameOutcome =
  /** The key frame arrived after the transport was connected, and the receiver got it. */
  | 'used'
  /** The key frame arrived before, or was lost. The receiver waits for the next. */
  | 'missed';

/** Numbers of early key frames since the start of the server. */
export interface EarlyKeyFrameCounts {
  /** Requests to senders. */
  requested: number;
  /** Receivers that got the key frame. */
  used: number;
  /** Receivers that had to wait for the next one. */
  missed: number;
}

/** Parts of {@link EarlyKeyFrames}. */
export interface EarlyKeyFramesOptions {
  readonly clock?: Clock | undefined;
  readonly handshake: Handshake;
  /** Whether to request key frames before the transport is connected. */
  readonly isEnabled: boolean;
  readonly counts: EarlyKeyFrameCounts;
  /** Called with the time from the connection to the key frame, in ms; below 0 for a key frame that arrived before. */
  readonly onOutcome: (outcome: EarlyKeyFrameOutcome, afterConnectedMs: number) => void;
}

/** Consumer that becomes active when the transport is connected. */
interface Receiver {
  readonly keyFrames: ProducerKeyFrames;
  cancelTimer: () => void;
  cancelWaiting: () => void;
  /** Present once the receiver waits for the delay of the sender. */
  cancelMeasuring: (() => void) | undefined;
  requestedAt: number | undefined;
  arrivedAt: number | undefined;
}

/** Handlers of a consumer that its owner was offered and has not accepted. */
export interface OfferedHandlers {
  /** The handshake ends after the owner is ready, so the consumer may resume. */
  readonly onLateHandshake: () => void;
  /** The transport is connected first. `readyMs`: remaining time until the owner is ready; 0: the owner is late. */
  readonly onConnected: (readyMs: number) => void;
}

/** Consumer that its owner was offered and has not accepted. */
interface Offered extends OfferedHandlers {
  /** Expected time at which the owner is ready. */
  readonly readyAt: number;
}

/**
 * Requests key frames for the consumers of one transport so that they arrive when the DTLS handshake ends, not a round trip
 * to the sender later. A key frame that arrives before is lost for the consumer, and the engine holds the next request back.
 * So a key frame is requested early only where the end of the handshake and the delay of the sender are known.
 */
export class EarlyKeyFrames {
  readonly #options: EarlyKeyFramesOptions;
  readonly #clock: Clock;
  readonly #receivers = new Set<Receiver>();
  readonly #offered = new Set<Offered>();

  constructor(options: EarlyKeyFramesOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  get isEnabled(): boolean {
    return this.#options.isEnabled;
  }

  /** Adds a consumer that resumed before the transport is connected. Returns a function that removes the consumer. */
  expect(keyFrames: ProducerKeyFrames): () => void {
    const receiver: Receiver = {
      keyFrames,
      cancelTimer: () => {},
      cancelWaiting: () => {},
      cancelMeasuring: undefined,
      requestedAt: undefined,
      arrivedAt: undefined,
    };
    this.#receivers.add(receiver);
    this.#plan(receiver);
    return () => {
      this.#remove(receiver);
    };
  }

  /**
   * Adds a consumer that its owner was offered before the transport is connected, and accepts `readyMs` from now. Calls one of
   * the handlers, at most once. Returns a function that removes the consumer.
   */
  offer(readyMs: number, handlers: OfferedHandlers): () => void {
    const offered: Offered = { ...handlers, readyAt: this.#clock.now() + readyMs };
    this.#offered.add(offered);
    this.#judge(offered);
    return () => {
      this.#offered.delete(offered);
    };
  }

  /** Handles progress of the handshake. */
  handleProgress(): void {
    for (const offered of this.#offered) this.#judge(offered);
    for (const receiver of this.#receivers) this.#plan(receiver);
  }

  /** Handles the end of the handshake: the engine activates the consumers, and requests their key frames. */
  handleConnected(): void {
    const now = this.#clock.now();
    for (const offered of this.#offered) {
      this.#offered.delete(offered);
      offered.onConnected(Math.max(0, offered.readyAt - now));
    }
    for (const receiver of this.#receivers) {
      receiver.cancelTimer();
      receiver.keyFrames.gate.noteRequest();
      if (receiver.requestedAt === undefined) this.#remove(receiver);
      else if (receiver.arrivedAt !== undefined) this.#settle(receiver, 'missed', receiver.arrivedAt - now);
      else this.#awaitKeyFrame(receiver, receiver.requestedAt, now);
    }
  }

  /** Handles the close of the transport, or a handshake that failed. */
  close(): void {
    this.#offered.clear();
    for (const receiver of this.#receivers) this.#remove(receiver);
  }

  #judge(offered: Offered): void {
    const { endsAt } = this.#options.handshake;
    if (endsAt === undefined || endsAt + MARGIN_MS < offered.readyAt) return;
    this.#offered.delete(offered);
    offered.onLateHandshake();
  }

  #plan(receiver: Receiver): void {
    const { isEnabled, handshake } = this.#options;
    if (!isEnabled || !handshake.hasBegun || receiver.requestedAt !== undefined) return;
    if (!this.#receivers.has(receiver)) return;
    receiver.cancelTimer();
    const { keyFrames } = receiver;
    if (receiver.cancelMeasuring === undefined) {
      keyFrames.watch();
      receiver.cancelMeasuring = keyFrames.onMeasured(() => {
        this.#plan(receiver);
      });
    }
    const { endsAt } = handshake;
    const { delayMs } = keyFrames;
    // A fast sender gains nothing: the key frame arrives soon after the request at the end of the handshake.
    if (endsAt === undefined || delayMs === undefined || delayMs <= MARGIN_MS) return;
    const now = this.#clock.now();
    if (now >= endsAt) return;
    const waitMs = endsAt + MARGIN_MS - delayMs - now;
    if (waitMs <= 0) this.#request(receiver);
    else
      receiver.cancelTimer = this.#clock.after(waitMs, () => {
        this.#request(receiver);
      });
  }

  #request(receiver: Receiver): void {
    const { keyFrames } = receiver;
    const outcome = keyFrames.requestEarly();
    if (outcome === 'none') return;
    if (outcome === 'requested') this.#options.counts.requested += 1;
    receiver.requestedAt = this.#clock.now();
    receiver.cancelWaiting = keyFrames.onNext(() => {
      receiver.arrivedAt = this.#clock.now();
    });
  }

  #awaitKeyFrame(receiver: Receiver, requestedAt: number, connectedAt: number): void {
    receiver.cancelWaiting();
    receiver.cancelWaiting = receiver.keyFrames.onNext(() => {
      const now = this.#clock.now();
      const isAnswer = now - requestedAt <= USEFUL_MS;
      this.#settle(receiver, isAnswer ? 'used' : 'missed', now - connectedAt);
    });
  }

  #settle(receiver: Receiver, outcome: EarlyKeyFrameOutcome, afterConnectedMs: number): void {
    this.#options.counts[outcome] += 1;
    this.#remove(receiver);
    this.#options.onOutcome(outcome, afterConnectedMs);
  }

  #remove(receiver: Receiver): void {
    receiver.cancelTimer();
    receiver.cancelWaiting();
    receiver.cancelMeasuring?.();
    this.#receivers.delete(receiver);
  }
}
