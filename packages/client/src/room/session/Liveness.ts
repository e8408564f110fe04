import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';

/** ms without a message from the server after which the room asks for one. */
const silentForMs = 10_000;

/** ms that the server has for any message after that. */
const probeWithinMs = 5000;

export interface LivenessOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Asks the server for a response; undefined where no request is known that this server answers. */
  readonly probe: (timeoutMs: number) => Promise<void> | undefined;
  readonly onDead: (reason: string) => void;
}

/**
 * Watches one connection from `start()` to `stop()`. Probes the server after 10 s without a message, and at each `check()`. A
 * connection that carries no message of any kind within 5 s of the probe is dead.
 */
export class Liveness {
  readonly #options: LivenessOptions;
  #heardAt = 0;
  /** When the probe was sent that waits for a message. */
  #askedAt: number | null = null;
  #isWatching = false;
  #cancel: () => void = () => {};

  constructor(options: LivenessOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isWatching = true;
    this.heard();
    this.#wait();
  }

  /** Idempotent. */
  stop(): void {
    this.#isWatching = false;
    this.#cancel();
  }

  /** Any message is a sign of life, a malformed one too. */
  heard(): void {
    this.#heardAt = this.#options.clock.now();
    this.#askedAt = null;
  }

  /** Probes at once, unless a probe waits already. */
  check(): void {
    if (this.#isWatching && this.#askedAt === null) this.#ask();
  }

  /** One timer for all messages: what came meanwhile only moves its end. */
  #wait(): void {
    const { clock } = this.#options;
    this.#cancel();
    this.#cancel = clock.after(Math.max(0, this.#heardAt + silentForMs - clock.now()), () => {
      if (clock.now() - this.#heardAt < silentForMs) this.#wait();
      else this.#ask();
    });
  }

  #ask(isAgain = false): void {
    const { clock, logger, probe, onDead } = this.#options;
    const answer = probe(probeWithinMs);
    if (answer === undefined) {
      this.heard();
      this.#wait();
      return;
    }
    const askedAt = clock.now();
    this.#askedAt = askedAt;
    this.#cancel();
    this.#cancel = clock.after(probeWithinMs, () => {
      if (this.#askedAt === null) this.#wait();
      // The page slept: the response may be here and not read yet. Once, as in a hidden tab every timer is late.
      else if (!isAgain && clock.now() - askedAt > 2 * probeWithinMs) this.#ask(true);
      else onDead('the connection was dead');
    });
    answer.then(
      () => {
        if (this.#askedAt === askedAt) this.heard();
      },
      (error: unknown) => {
        logger.debug('the probe was not answered', error);
      },
    );
  }
}
