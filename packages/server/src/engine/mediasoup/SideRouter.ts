import type { types } from 'mediasoup';
import { MediaError } from '../MediaBackend.ts';
import type { PayloadTypes } from '../MediaBackend.ts';
import { renumberedCodecs } from './renumberedCodecs.ts';
import { RouterPipe } from './RouterPipe.ts';

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
  readonly #pipe: RouterPipe;
  /** Producers of this router, by the ID of the original. */
  readonly #copies = new Map<string, Promise<types.Producer>>();

  private constructor(main: types.Router, router: types.Router, pipe: RouterPipe) {
    this.#main = main;
    this.router = router;
    this.#pipe = pipe;
  }

  /**
   * @param main - Router of the room, where all producers are.
   * @param router - Router on the same worker, used by nothing else. Closed where this fails.
   */
  static async open(main: types.Router, router: types.Router): Promise<SideRouter> {
    try {
      return new SideRouter(main, router, await RouterPipe.open(main, router));
    } catch (error) {
      router.close();
      throw error;
    }
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
  async bring(producerId: string): Promise<string> {
    const known = this.#copies.get(producerId);
    const copy = known ?? this.#copy(producerId);
    if (known === undefined) this.#copies.set(producerId, copy);
    return (await copy).id;
  }

  /** Closes the router and everything on it. Idempotent. */
  close(): void {
    this.#pipe.close();
    this.router.close();
  }

  async #copy(producerId: string): Promise<types.Producer> {
    const forget = () => this.#copies.delete(producerId);
    try {
      const copy = await this.#pipe.carry(producerId);
      copy.observer.once('close', forget);
      if (copy.closed) forget();
      return copy;
    } catch (error) {
      forget();
      throw error;
    }
  }
}
