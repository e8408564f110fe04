import type { MediaConnectionState } from '../media/MediaEngine.ts';
import type { TransportDirection } from './ports.ts';
import { TransportRepair, type TransportRepairOptions } from './TransportRepair.ts';

/** ms within which a restart for one direction is one for the other. */
const sharedWithinMs = 2000;

const directions: readonly TransportDirection[] = ['send', 'recv'];

/** Repairs media that broke while signalling stands, each direction by itself but for ICE, which is restarted both ways. */
export class IceRecovery {
  readonly #options: TransportRepairOptions;
  #repairs: Record<TransportDirection, TransportRepair>;
  /** The last ones. */
  readonly #restarts = new Map<TransportDirection, { readonly asked: Promise<void>; readonly at: number }>();

  constructor(options: TransportRepairOptions) {
    this.#options = options;
    this.#repairs = this.#make();
  }

  /** A session is joined: a new one, or one that goes on with the transports that it had. */
  start(isResumed: boolean): void {
    this.#restarts.clear();
    for (const direction of directions) this.#repairs[direction].start(isResumed);
  }

  /** Signalling is gone: nothing can be asked for. */
  stop(): void {
    for (const direction of directions) this.#repairs[direction].stop();
  }

  /** The room was left: what was learnt of the way is forgotten too. */
  end(): void {
    this.stop();
    this.#repairs = this.#make();
  }

  handleState(direction: TransportDirection, state: MediaConnectionState): void {
    this.#repairs[direction].handleState(state);
  }

  /** There is a network again: what is broken waits no longer. */
  handleOnline(): void {
    this.#restarts.clear();
    for (const direction of directions) this.#repairs[direction].handleOnline();
  }

  #make(): Record<TransportDirection, TransportRepair> {
    const options = { ...this.#options, restartIce: (direction: TransportDirection) => this.#restart(direction) };
    return { send: new TransportRepair('send', options), recv: new TransportRepair('recv', options) };
  }

  /** Both directions take the same way: what broke one will break the other, if it is not about to. */
  async #restart(direction: TransportDirection): Promise<void> {
    const at = this.#options.clock.now();
    for (const one of directions) {
      if (at - (this.#restarts.get(one)?.at ?? -Infinity) < sharedWithinMs) continue;
      const asked = this.#options.restartIce(one);
      asked.catch(() => {});
      this.#restarts.set(one, { asked, at });
    }
    await this.#restarts.get(direction)?.asked;
  }
}
