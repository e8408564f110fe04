import type { MediaConnectionState } from '../../media/MediaEngine.ts';
import type { TransportDirection } from '../entityInfo.ts';
import { TransportRecovery, type TransportRecoveryOptions } from './TransportRecovery.ts';

/** ms within which a restart for one direction is one for the other. */
const sharedWithinMs = 2000;

const directions: readonly TransportDirection[] = ['send', 'recv'];

/** Repairs media that broke while signalling stands, each direction by itself but for ICE, which is restarted both ways. */
export class MediaRecovery {
  readonly #options: TransportRecoveryOptions;
  /** In the order of the directions, as are the restarts. */
  #repairs: readonly TransportRecovery[] = [];
  #restarts: readonly Promise<void>[] = [];
  #restartedAt = -Infinity;

  constructor(options: TransportRecoveryOptions) {
    this.#options = options;
    this.end();
  }

  /** A session is joined: a new one, or one that goes on with the transports that it had. */
  start(isResumed: boolean): void {
    this.#restartedAt = -Infinity;
    for (const repair of this.#repairs) repair.start(isResumed);
  }

  /** Signalling is gone: nothing can be asked for. */
  stop(): void {
    for (const repair of this.#repairs) repair.stop();
  }

  /** The room was left: what was learnt of the way is forgotten too. */
  end(): void {
    this.stop();
    const options = { ...this.#options, restartIce: (direction: TransportDirection) => this.#restart(direction) };
    this.#repairs = directions.map((direction) => new TransportRecovery(direction, options));
  }

  handleState(direction: TransportDirection, state: MediaConnectionState): void {
    this.#repairs[directions.indexOf(direction)]?.handleState(state);
  }

  /** There is a network again: what is broken waits no longer. */
  handleOnline(): void {
    this.#restartedAt = -Infinity;
    for (const repair of this.#repairs) repair.handleOnline();
  }

  /** Both directions take the same way: what broke one will break the other, if it is not about to. */
  async #restart(direction: TransportDirection): Promise<void> {
    const { clock, restartIce } = this.#options;
    if (clock.now() - this.#restartedAt >= sharedWithinMs) {
      this.#restartedAt = clock.now();
      this.#restarts = directions.map((one) => restartIce(one));
      for (const restart of this.#restarts) restart.catch(() => {});
    }
    await this.#restarts[directions.indexOf(direction)];
  }
}
