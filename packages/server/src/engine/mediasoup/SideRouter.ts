import type { types } from 'mediasoup';
import { MediaError } from '../MediaBackend.ts';
import type { PayloadTypes } from '../MediaBackend.ts';
import { renumberedCodecs } from './renumberedCodecs.ts';

/** Parts of a {@link SideRouter}. */
export interface SideRouterOptions {
  /** Router of the room, where all producers are. */
  readonly main: types.Router;
  /** Router on the same worker, used by nothing else. */
  readonly router: types.Router;
}

/**
 * Sends the media of a room under other payload types than those of the room's router.
 *
 * The worker sets the payload type of a packet once, where a producer receives the packet. Consumers cannot change the number.
 * So a side router pipes a producer to a router of its own, which gives the packets the numbers that these clients offer.
 */
export class SideRouter {
  readonly router: types.Router;
  readonly #main: types.Router;
  /** Payload type of this router, by that of the main router. */
  readonly #payloadTypes = new Map<number, number>();
  readonly #pipes = new Map<string, Promise<string>>();

  constructor({ main, router }: SideRouterOptions) {
    this.#main = main;
    this.router = router;
  }

  /** Tells whether this router can use these numbers beside those it uses already. */
  fits(payloadTypes: PayloadTypes): boolean {
    const used = new Set(this.#payloadTypes.values());
    return [...payloadTypes].every(([from, to]) => {
      const known = this.#payloadTypes.get(from);
      return known === undefined ? !used.has(to) : known === to;
    });
  }

  /** Sets the numbers of codecs. Throws a {@link MediaError} `invalidParameters` where the numbers do not fit. */
  add(payloadTypes: PayloadTypes): void {
    if (!this.fits(payloadTypes)) {
      const wanted = [...payloadTypes.values()].join(', ');
      throw new MediaError('invalidParameters', `the payload types ${wanted} contradict those in use`);
    }
    const merged = new Map([...this.#payloadTypes, ...payloadTypes]);
    this.router.updateMediaCodecs(renumberedCodecs(this.#main.rtpCapabilities, merged));
    for (const [from, to] of merged) this.#payloadTypes.set(from, to);
  }

  /** Makes a producer of the main router available on this router, once. Resolves with the ID that it has here. */
  pipe(producerId: string): Promise<string> {
    const known = this.#pipes.get(producerId);
    if (known !== undefined) return known;
    const pipe = this.#pipe(producerId);
    this.#pipes.set(producerId, pipe);
    return pipe;
  }

  async #pipe(producerId: string): Promise<string> {
    try {
      const { pipeProducer } = await this.#main.pipeToRouter({
        producerId,
        router: this.router,
        // The worker knows producers of all its routers by their IDs.
        keepId: false,
        enableSctp: false,
      });
      if (pipeProducer === undefined) throw new MediaError('refused', 'the producer was not piped');
      pipeProducer.observer.once('close', () => {
        this.#pipes.delete(producerId);
      });
      return pipeProducer.id;
    } catch (error) {
      this.#pipes.delete(producerId);
      throw error;
    }
  }
}
