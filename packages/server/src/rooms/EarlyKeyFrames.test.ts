import { describe, expect, it } from 'vitest';
import { emitOn, ManualClock, TypedEmitter } from '@tureen/kernel';
import type { MediaProducer, MediaProducerEvents } from '../engine/port/MediaProducer.ts';
import { EarlyKeyFrames } from './EarlyKeyFrames.ts';
import type { EarlyKeyFrameOutcome } from './EarlyKeyFrames.ts';
import { Handshake } from './Handshake.ts';
import { ProducerKeyFrames } from './ProducerKeyFrames.ts';

/** Sender that needs a certain time for a key frame, behind an engine that keeps 500 ms between two requests. */
class Sender {
  readonly keyFrames: ProducerKeyFrames;
  /** Times of the requests that reach the sender. */
  readonly requests: number[] = [];
  watched = 0;
  roundTripMs: number | undefined;
  /** Reports the measurement of the round trip. */
  measured = () => {};
  isPaused = false;
  /** Resolves with the first error of a request. */
  readonly failed: Promise<unknown>;
  readonly #media: TypedEmitter<MediaProducerEvents>;
  readonly #clock: ManualClock;
  readonly #delayMs: number;
  #isQuiet = false;
  #isAskedAgain = false;

  constructor(
    clock: ManualClock,
    { delayMs = 120, roundTripMs = undefined as number | undefined, error = false } = {},
  ) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.roundTripMs = roundTripMs;
    let onFailure = (_error: unknown) => {};
    this.failed = new Promise((resolve) => (onFailure = resolve));
    const media = new TypedEmitter<MediaProducerEvents>();
    this.#media = media;
    const methods: Partial<MediaProducer> = {
      keyFrameRequestDelayMs: 500,
      watchKeyFrames: async () => {
        this.watched += 1;
      },
    };
    this.keyFrames = new ProducerKeyFrames({
      media: Object.assign(media, methods) as unknown as MediaProducer,
      clock,
      roundTripMs: () => this.roundTripMs,
      measureRoundTrip: (onMeasured) => {
        this.measured = onMeasured;
        if (this.roundTripMs !== undefined) onMeasured();
      },
      canRequest: () => !this.isPaused,
      request: async () => {
        if (error) throw new Error('refused');
        this.request();
      },
      onFailure,
    });
  }

  /** Handles a request by the engine, for example for a consumer that became active. */
  request(): void {
    if (this.#isQuiet) {
      this.#isAskedAgain = true;
      return;
    }
    this.requests.push(this.#clock.now());
    this.#isQuiet = true;
    this.#clock.after(500, () => {
      this.#isQuiet = false;
      if (this.#isAskedAgain) this.request();
      this.#isAskedAgain = false;
    });
    this.#clock.after(this.#delayMs, () => {
      this.sendKeyFrame(this.#delayMs);
    });
  }

  sendKeyFrame(requestedMsAgo?: number): void {
    emitOn(this.#media, 'keyFrame', { requestedMsAgo });
  }
}

/** Receiver whose client is 50 ms away. */
function receiver(clock: ManualClock, { isEnabled = true, signalingMs = undefined as number | undefined } = {}) {
  const counts = { requested: 0, used: 0, missed: 0 };
  const outcomes: [EarlyKeyFrameOutcome, number][] = [];
  const handshake = new Handshake({ clock, signalingMs: () => signalingMs });
  const early = new EarlyKeyFrames({
    clock,
    handshake,
    isEnabled,
    counts,
    onOutcome: (...outcome) => {
      outcomes.push(outcome);
    },
  });
  const senders = new Set<Sender>();
  const iceState = (state: 'connected' | 'completed') => {
    handshake.handleIceState(state);
    handshake.handleDtlsState('connecting');
    early.handleProgress();
  };
  return {
    early,
    counts,
    outcomes,
    expect(sender: Sender): () => void {
      senders.add(sender);
      return early.expect(sender.keyFrames);
    },
    /** First check of the client. */
    check: () => {
      iceState('connected');
    },
    /** Nomination, which comes with the first DTLS flight, 100 ms after the check. */
    complete: () => {
      iceState('completed');
    },
    /** From the first check to the nomination. */
    nominate(): void {
      iceState('connected');
      clock.advance(100);
      iceState('completed');
    },
    /** End of the handshake: the engine requests the key frames. */
    connect(): void {
      early.handleConnected();
      for (const sender of senders) sender.request();
    },
  };
}

/** Sender that has sent key frames before, each after these delays. */
function knownSender(clock: ManualClock, ...delaysMs: number[]): Sender {
  const sender = new Sender(clock, { delayMs: delaysMs.at(-1)! });
  for (const delayMs of delaysMs) sender.sendKeyFrame(delayMs);
  return sender;
}

describe('EarlyKeyFrames', () => {
  it('requests a key frame with the nomination where the sender needs longer than the handshake', () => {
    const clock = new ManualClock();
    const [sender, late] = [knownSender(clock, 150), receiver(clock)];
    late.expect(sender);
    late.nominate();
    expect(sender.requests).toEqual([100]);
    clock.advance(110);
    late.connect();
    clock.advance(40);
    expect(late.outcomes).toEqual([['used', 40]]);
    expect(late.counts).toEqual({ requested: 1, used: 1, missed: 0 });
  });

  it('waits, so that the key frame arrives 30 ms after the predicted end of the handshake', () => {
    const clock = new ManualClock();
    const [sender, late] = [knownSender(clock, 60), receiver(clock)];
    late.expect(sender);
    late.nominate();
    expect(sender.requests).toEqual([]);
    clock.advance(100);
    late.connect();
    clock.advance(29);
    expect(late.outcomes).toEqual([]);
    clock.advance(1);
    expect(sender.requests).toEqual([170]);
    expect(late.outcomes).toEqual([['used', 30]]);
  });

  it('plans from the first check on where the round trip of the signaling is known', () => {
    const clock = new ManualClock();
    const [sender, late] = [knownSender(clock, 150), receiver(clock, { signalingMs: 100 })];
    late.expect(sender);
    late.check();
    clock.advance(79);
    expect(sender.requests).toEqual([]);
    clock.advance(121);
    expect(sender.requests).toEqual([80]);
    late.connect();
    clock.advance(30);
    expect(late.outcomes).toEqual([['used', 30]]);
  });

  it('plans again where the nomination shows a longer round trip', () => {
    const clock = new ManualClock();
    const [sender, late] = [knownSender(clock, 60), receiver(clock, { signalingMs: 100 })];
    late.expect(sender);
    late.check();
    clock.advance(160);
    late.complete();
    clock.advance(1000);
    expect(sender.requests).toEqual([190]);
  });

  it('counts a key frame that arrives before the transport is connected', () => {
    const clock = new ManualClock();
    const [sender, late] = [knownSender(clock, 150), receiver(clock)];
    late.expect(sender);
    late.nominate();
    clock.advance(170);
    late.connect();
    expect(late.outcomes).toEqual([['missed', -20]]);
    expect(late.counts).toEqual({ requested: 1, used: 0, missed: 1 });
    clock.advance(1000);
    expect(sender.requests).toEqual([100, 600]);
    expect(late.outcomes).toHaveLength(1);
  });

  it('counts a key frame as missed where only the repeated request brings one', () => {
    const clock = new ManualClock();
    const [sender, late] = [knownSender(clock, 150, 700), receiver(clock)];
    late.expect(sender);
    late.nominate();
    clock.advance(100);
    late.connect();
    clock.advance(600);
    expect(late.outcomes).toEqual([['missed', 600]]);
  });

  it('leaves the request to the engine where the delay of the sender is unknown, and measures that delay', () => {
    const clock = new ManualClock();
    const [sender, late, later] = [new Sender(clock), receiver(clock), receiver(clock)];
    late.expect(sender);
    expect(sender.watched).toBe(0);
    late.nominate();
    expect(sender.watched).toBe(1);
    clock.advance(100);
    expect(sender.requests).toEqual([]);
    late.connect();
    expect(sender.requests).toEqual([200]);
    clock.advance(1000);
    later.expect(sender);
    later.nominate();
    clock.advance(100);
    expect(sender.requests).toEqual([200, 1310]);
    expect(sender.watched).toBe(1);
  });

  it('takes the round trip to the sender where no key frame was measured', () => {
    const clock = new ManualClock();
    const [sender, late] = [new Sender(clock, { roundTripMs: 90 }), receiver(clock)];
    late.expect(sender);
    late.nominate();
    clock.advance(40);
    expect(sender.requests).toEqual([140]);
  });

  it('leaves the request to the engine until the round trip to the sender is measured', () => {
    const clock = new ManualClock();
    const [sender, late, gone] = [new Sender(clock), receiver(clock), receiver(clock)];
    late.expect(sender);
    const remove = gone.expect(sender);
    late.nominate();
    gone.check();
    remove();
    clock.advance(60);
    sender.roundTripMs = 90;
    sender.measured();
    expect(sender.requests).toEqual([160]);
    expect(gone.counts.requested).toBe(0);
  });

  it('takes the shortest of the last five delays', () => {
    const clock = new ManualClock();
    const [sender, late] = [knownSender(clock, 40, 150, 80, 200, 150, 150), receiver(clock)];
    late.expect(sender);
    late.nominate();
    clock.advance(50);
    expect(sender.requests).toEqual([150]);
  });

  it('leaves the request to the engine where the sender is faster than 30 ms', () => {
    const clock = new ManualClock();
    const [sender, late] = [knownSender(clock, 25), receiver(clock)];
    late.expect(sender);
    late.nominate();
    expect(clock.pending).toBe(0);
    clock.advance(100);
    late.connect();
    expect(sender.requests).toEqual([200]);
    expect(late.counts).toEqual({ requested: 0, used: 0, missed: 0 });
  });

  it('leaves the request to the engine where the client is faster than its prediction', () => {
    const clock = new ManualClock();
    const [sender, late] = [knownSender(clock, 60), receiver(clock)];
    late.expect(sender);
    late.nominate();
    clock.advance(50);
    late.connect();
    expect(sender.requests).toEqual([150]);
    clock.advance(1000);
    expect(sender.requests).toEqual([150]);
    expect(late.outcomes).toEqual([]);
  });

  it('requests one key frame for all late joiners whose handshakes end together', () => {
    const clock = new ManualClock();
    const sender = knownSender(clock, 150);
    const joiners = Array.from({ length: 10 }, () => receiver(clock));
    for (const late of joiners) {
      late.expect(sender);
      late.check();
    }
    clock.advance(100);
    for (const late of joiners) late.complete();
    expect(sender.requests).toEqual([100]);
    clock.advance(110);
    for (const late of joiners) late.connect();
    clock.advance(40);
    expect(joiners.flatMap(({ outcomes }) => outcomes)).toEqual(joiners.map(() => ['used', 40]));
    expect(joiners.reduce((sum, { counts }) => sum + counts.requested, 0)).toBe(1);
    clock.advance(5000);
    expect(sender.requests).toEqual([100, 600]);
  });

  it('requests at most two key frames per second for late joiners that come one by one', () => {
    const clock = new ManualClock();
    const sender = knownSender(clock, 150);
    const joiners = Array.from({ length: 40 }, () => receiver(clock));
    for (const late of joiners) {
      late.expect(sender);
      clock.after(0, () => {
        late.check();
      });
      clock.after(100, () => {
        late.complete();
      });
      clock.after(210, () => {
        late.connect();
      });
      clock.advance(50);
    }
    clock.advance(2000);
    expect(sender.requests.length).toBeLessThanOrEqual(2 + (joiners.length * 50) / 500);
    expect(clock.pending).toBe(0);
  });

  it('plans for a consumer that resumes between the nomination and the end of the handshake', () => {
    const clock = new ManualClock();
    const [sender, late] = [knownSender(clock, 120), receiver(clock)];
    late.nominate();
    clock.advance(40);
    late.expect(sender);
    expect(sender.requests).toEqual([140]);
  });

  it('plans nothing for a consumer that resumes after the predicted end', () => {
    const clock = new ManualClock();
    const [sender, late] = [knownSender(clock, 120), receiver(clock)];
    late.nominate();
    clock.advance(100);
    late.expect(sender);
    expect(sender.requests).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('requests nothing from a paused producer', () => {
    const clock = new ManualClock();
    const [sender, late] = [knownSender(clock, 150), receiver(clock)];
    sender.isPaused = true;
    late.expect(sender);
    late.nominate();
    clock.advance(100);
    expect(sender.requests).toEqual([]);
    expect(late.counts.requested).toBe(0);
  });

  it('requests nothing for a consumer that pauses or closes meanwhile, and leaves no timer', () => {
    const clock = new ManualClock();
    const [sender, late] = [knownSender(clock, 60), receiver(clock)];
    const remove = late.expect(sender);
    late.nominate();
    expect(clock.pending).toBe(1);
    remove();
    expect(clock.pending).toBe(0);
    late.connect();
    clock.advance(1000);
    expect(late.outcomes).toEqual([]);
  });

  it('requests nothing for a transport that closes meanwhile, and leaves no timer', () => {
    const clock = new ManualClock();
    const [sender, late] = [knownSender(clock, 60), receiver(clock)];
    late.expect(sender);
    late.nominate();
    late.early.close();
    expect(clock.pending).toBe(0);
    clock.advance(1000);
    expect(sender.requests).toEqual([]);
  });

  it('forgets a consumer whose transport closes before the key frame arrives', () => {
    const clock = new ManualClock();
    const [sender, late] = [knownSender(clock, 150), receiver(clock)];
    late.expect(sender);
    late.nominate();
    late.early.close();
    clock.advance(1000);
    expect(late.outcomes).toEqual([]);
    expect(late.counts).toEqual({ requested: 1, used: 0, missed: 0 });
  });

  it('leaves all requests to the engine where disabled', () => {
    const clock = new ManualClock();
    const [sender, late] = [knownSender(clock, 150), receiver(clock, { isEnabled: false })];
    late.expect(sender);
    late.nominate();
    clock.advance(100);
    expect(sender.watched).toBe(0);
    expect(sender.requests).toEqual([]);
    late.connect();
    expect(sender.requests).toEqual([200]);
    expect(sender.keyFrames.requestEarly()).toBe('shared');
  });

  it('reports a request that fails', async () => {
    const clock = new ManualClock();
    const [sender, late] = [new Sender(clock, { roundTripMs: 150, error: true }), receiver(clock)];
    late.expect(sender);
    late.nominate();
    expect(await sender.failed).toEqual(new Error('refused'));
  });
});
