import type { Clock } from '@tureen/kernel';
import type { Logger } from '../../shared/logger.ts';

/** Time in ms without a message from the server after which the room probes the server. */
const silenceMs = 10_000;

/** Time in ms in which any message must arrive after a probe. */
const probeTimeoutMs = 5000;

export interface LivenessOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Sends a request. Undefined where the session knows no request that this server answers. */
  readonly probe: (timeoutMs: number) => Promise<void> | undefined;
  readonly onDead: (reason: string) => void;
}

/**
 * Watches one connection from `start()` to `stop()`. Probes the server after 10 s without a message, and at each `check()`. A
 * connection that carries no message of any kind within 5 s of the probe is dead.
 */
export class Liveness {
  readonly #options: LivenessOptions;
  #receivedAt = 0;
  /** Time of the probe that waits for a message. */
  #probedAt: number | null = null;
  #isWatching = false;
  #cancel: () => void = () => {};

  constructor(options: LivenessOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isWatching = true;
    this.handleMessage();
    this.#wait();
  }

  /** Stops watching. Idempotent. */
  stop(): void {
    this.#isWatching = false;
    this.#cancel();
  }

  /** Handles any message, which proves that the connection is alive, even if malformed. */
  handleMessage(): void {
    this.#receivedAt = this.#options.clock.now();
    this.#probedAt = null;
  }

  /** Probes at once, unless a probe is pending. */
  check(): void {
    if (this.#isWatching && this.#probedAt === null) this.#probe();
  }

  /** Uses one timer for all messages: a message only moves its end. */
  #wait(): void {
    const { clock } = this.#options;
    this.#cancel();
    this.#cancel = clock.after(Math.max(0, this.#receivedAt + silenceMs - clock.now()), () => {
      if (clock.now() - this.#receivedAt < silenceMs) this.#wait();
      else this.#probe();
    });
  }

  #probe(isRepeated = false): void {
    const { clock, logger, probe, onDead } = this.#options;
    const response = probe(probeTimeoutMs);
    if (response === undefined) {
      this.handleMessage();
      this.#wait();
      return;
    }
    const probedAt = clock.now();
    this.#probedAt = probedAt;
    this.#cancel();
    this.#cancel = clock.after(probeTimeoutMs, () => {
      if (this.#probedAt === null) this.#wait();
      // The page slept, and the response may have arrived unread. Probes once more only: in a hidden tab every timer is late.
      else if (!isRepeated && clock.now() - probedAt > 2 * probeTimeoutMs) this.#probe(true);
      else onDead('the connection is dead');
    });
    response.then(
      () => {
        if (this.#probedAt === probedAt) this.handleMessage();
      },
      (error: unknown) => {
        logger.debug('failed to probe the server', error);
      },
    );
  }
}
