import type { types } from 'mediasoup';
import { SerialQueue } from '@tureen/kernel';
import { MediaError } from '../port/MediaError.ts';
import { SideRouter } from './SideRouter.ts';
import type { WorkerCalls } from './WorkerCalls.ts';

/** Use of a side router. */
export interface SideRouterLease {
  readonly side: SideRouter;
  /** Ends this use. The router closes after its last use. Idempotent. */
  readonly release: () => void;
}

/** Parts of a {@link SideRouterSlot}. */
export interface SideRouterSlotOptions {
  /** Router of the room. */
  readonly main: types.Router;
  /** Creates another router on the same worker. */
  readonly createRouter: () => Promise<types.Router>;
  /** Requests to that worker. */
  readonly calls: WorkerCalls;
}

/** {@link SideRouter} of one room, which exists while it is used. */
export class SideRouterSlot {
  readonly #options: SideRouterSlotOptions;
  readonly #queue = new SerialQueue();
  #side: SideRouter | undefined;
  #users = 0;
  #closed = false;

  constructor(options: SideRouterSlotOptions) {
    this.#options = options;
  }

  /** Creates the side router if there is none. Rejects with a {@link MediaError} `closed` once the room closed. */
  acquire(): Promise<SideRouterLease> {
    return this.#queue.run(async () => {
      const side = this.#side ?? (await this.#make());
      this.#side = side;
      this.#users += 1;
      let isReleased = false;
      const release = () => {
        if (isReleased) return;
        isReleased = true;
        this.#users -= 1;
        if (this.#users > 0) return;
        this.#side = undefined;
        side.close();
      };
      return { side, release };
    });
  }

  /** Closes the side router. */
  close(): void {
    this.#closed = true;
    this.#side?.close();
    this.#side = undefined;
  }

  async #make(): Promise<SideRouter> {
    if (this.#closed) throw new MediaError('closed', 'the router is closed');
    const { main, createRouter, calls } = this.#options;
    const side = await SideRouter.open({ main, side: await createRouter(), calls });
    if (!this.#closed) return side;
    side.close();
    throw new MediaError('closed', 'the router is closed');
  }
}
