import type { types } from 'mediasoup';
import { SerialQueue } from '../../shared/SerialQueue.ts';
import { MediaError } from '../MediaBackend.ts';
import type { PayloadTypes } from '../MediaBackend.ts';
import { SideRouter } from './SideRouter.ts';

/** Most side routers of one room. Browsers of the same make and age share a side router. */
const MAX_SIDE_ROUTERS = 8;

/** A side router in use. */
export interface SideRouterLease {
  readonly side: SideRouter;
  /** Ends this use. The last user's release closes the router. Idempotent. */
  readonly release: () => void;
}

/** The {@link SideRouter}s of one room, each alive as long as it is used. */
export class SideRouters {
  readonly #main: types.Router;
  readonly #createRouter: () => Promise<types.Router>;
  /** Users of each. */
  readonly #sides = new Map<SideRouter, number>();
  readonly #queue = new SerialQueue();
  #closed = false;

  constructor(main: types.Router, createRouter: () => Promise<types.Router>) {
    this.#main = main;
    this.#createRouter = createRouter;
  }

  /**
   * Finds or makes a side router that uses these payload types.
   *
   * @throws MediaError `refused` where the room has too many, `invalidParameters` where no router can use these numbers.
   */
  acquire(payloadTypes: PayloadTypes): Promise<SideRouterLease> {
    return this.#queue.run(async () => {
      const known = [...this.#sides.keys()].find((side) => side.fits(payloadTypes));
      const side = known ?? (await this.#make());
      const lease = this.#lease(side);
      try {
        side.add(payloadTypes);
      } catch (error) {
        lease.release();
        throw error;
      }
      return lease;
    });
  }

  /** Closes all. */
  close(): void {
    this.#closed = true;
    for (const side of this.#sides.keys()) side.close();
    this.#sides.clear();
  }

  async #make(): Promise<SideRouter> {
    if (this.#sides.size >= MAX_SIDE_ROUTERS) {
      const limit = String(MAX_SIDE_ROUTERS);
      throw new MediaError('refused', `the clients of this room use ${limit} other sets of payload types`);
    }
    const side = await SideRouter.open(this.#main, await this.#createRouter());
    if (!this.#closed) return side;
    side.close();
    throw new MediaError('closed', 'the router is closed');
  }

  #lease(side: SideRouter): SideRouterLease {
    this.#sides.set(side, (this.#sides.get(side) ?? 0) + 1);
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      const users = (this.#sides.get(side) ?? 1) - 1;
      if (users > 0) this.#sides.set(side, users);
      else {
        this.#sides.delete(side);
        side.close();
      }
    };
    return { side, release };
  }
}
