import type { MediaConnectionState } from '../../media/MediaEngine.ts';
import type { TransportDirection } from '../entityInfo.ts';
import { TransportRecovery, type TransportRecoveryOptions } from './TransportRecovery.ts';

/** Time in ms within which one ICE restart serves both directions. */
const sharedRestartMs = 2000;

const directions: readonly TransportDirection[] = ['send', 'recv'];

/** Recovers media that broke while signaling works. Each direction recovers alone, but ICE restarts in both. */
export class MediaRecovery {
  readonly #options: TransportRecoveryOptions;
  /** Recoveries in the order of `directions`, as are the restarts. */
  #recoveries: readonly TransportRecovery[] = [];
  #restarts: readonly Promise<void>[] = [];
  #restartedAt = -Infinity;

  constructor(options: TransportRecoveryOptions) {
    this.#options = options;
    this.end();
  }

  /** The room joined: a new session, or a resumed one with its transports. */
  start(isResumed: boolean): void {
    this.#restartedAt = -Infinity;
    for (const recovery of this.#recoveries) recovery.start(isResumed);
  }

  /** The connection dropped: no step is possible. */
  stop(): void {
    for (const recovery of this.#recoveries) recovery.stop();
  }

  /** The session ended: discards the state of the transports too. */
  end(): void {
    this.stop();
    const options = { ...this.#options, restartIce: (direction: TransportDirection) => this.#restart(direction) };
    this.#recoveries = directions.map((direction) => new TransportRecovery(direction, options));
  }

  handleState(direction: TransportDirection, state: MediaConnectionState): void {
    this.#recoveries[directions.indexOf(direction)]?.handleState(state);
  }

  /** The network returned: takes the next step at once. */
  handleOnline(): void {
    this.#restartedAt = -Infinity;
    for (const recovery of this.#recoveries) recovery.handleOnline();
  }

  /** Restarts ICE in both directions. They use the same network path, so both are broken or about to be. */
  async #restart(direction: TransportDirection): Promise<void> {
    const { clock, restartIce } = this.#options;
    if (clock.now() - this.#restartedAt >= sharedRestartMs) {
      this.#restartedAt = clock.now();
      this.#restarts = directions.map((one) => restartIce(one));
      for (const restart of this.#restarts) restart.catch(() => {});
    }
    await this.#restarts[directions.indexOf(direction)];
  }
}
