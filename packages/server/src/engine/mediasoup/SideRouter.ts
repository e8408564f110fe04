import type { types } from 'mediasoup';
import { SerialQueue } from '@tureen/kernel';
import { MediaError } from '../port/MediaError.ts';
import { RouterPipe } from './RouterPipe.ts';
import type { WorkerCalls } from './WorkerCalls.ts';

/** Maximum number of payload types of one producer at a time. Browsers need two or three. */
const MAX_COPIES = 8;

/** Use of a producer on a side router. */
export interface CopyLease {
  /** ID of the copy on the side router. */
  readonly producerId: string;
  /** Ends this use. The copy closes after its last use. Idempotent. */
  readonly release: () => void;
}

interface Copy {
  readonly producerId: string;
  readonly made: Promise<types.Producer>;
  users: number;
}

/**
 * Sends the media of a room under payload types other than those of the room's router.
 *
 * The worker sets the payload type of a packet once, where a producer receives the packet. Consumers cannot change the
 * number. So a side router has copies of producers, fed by a pipe: one for each payload type that clients need.
 */
export class SideRouter {
  readonly router: types.Router;
  readonly #pipe: RouterPipe;
  /** Copies by the ID of the original and the payload type. */
  readonly #copies = new Map<string, Copy>();
  /** The codecs of the router change for each copy, so copies are created one after the other. */
  readonly #queue = new SerialQueue();

  private constructor(router: types.Router, pipe: RouterPipe) {
    this.router = router;
    this.#pipe = pipe;
  }

  /**
   * Opens a side router.
   *
   * @param ends - `main`: router of the room, with all producers. `side`: router on the same worker that nothing else uses;
   * closed if this fails. `calls`: requests to that worker.
   */
  static async open(ends: {
    readonly main: types.Router;
    readonly side: types.Router;
    readonly calls: WorkerCalls;
  }): Promise<SideRouter> {
    const { main, side, calls } = ends;
    try {
      return new SideRouter(side, await RouterPipe.open({ from: main, to: side, calls }));
    } catch (error) {
      side.close();
      throw error;
    }
  }

  /**
   * Makes a producer of the main router available under a payload type.
   *
   * @throws MediaError `refused` where the producer already has too many payload types.
   */
  async bring(producerId: string, payloadType: number): Promise<CopyLease> {
    const key = `${producerId} ${String(payloadType)}`;
    const copy = this.#copies.get(key) ?? this.#add(key, producerId, payloadType);
    copy.users += 1;
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      copy.users -= 1;
      if (copy.users === 0) this.#drop(key, copy);
    };
    try {
      return { producerId: (await copy.made).id, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Closes the router and its children. Idempotent. */
  close(): void {
    this.#pipe.close();
    this.router.close();
  }

  #add(key: string, producerId: string, payloadType: number): Copy {
    const known = [...this.#copies.values()].filter((copy) => copy.producerId === producerId);
    if (known.length >= MAX_COPIES) {
      const limit = String(MAX_COPIES);
      throw new MediaError('refused', `this producer already has ${limit} other payload types`);
    }
    const made = this.#queue.run(() => this.#pipe.carry(producerId, payloadType));
    const copy: Copy = { producerId, made, users: 0 };
    this.#copies.set(key, copy);
    made.then(
      (producer) => {
        producer.observer.once('close', () => {
          this.#drop(key, copy);
        });
      },
      () => {},
    );
    return copy;
  }

  #drop(key: string, copy: Copy): void {
    if (this.#copies.get(key) !== copy) return;
    this.#copies.delete(key);
    copy.made.then(
      (producer) => this.#pipe.end(producer),
      () => {},
    );
  }
}
