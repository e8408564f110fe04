import type { types } from 'mediasoup';

/**
 * Requests key frames of producers that no client receives. The worker requests a key frame where a consumer becomes active,
 * and only then. So this class creates a consumer on a direct transport and closes it at once. Such a consumer forwards
 * nothing before the key frame, which arrives later.
 */
export class KeyFrameRequests {
  readonly #router: types.Router;
  #transport: Promise<types.DirectTransport> | undefined;

  constructor(router: types.Router) {
    this.#router = router;
  }

  /** Requests a key frame. The first call creates the transport, which closes with the router. */
  readonly requestKeyFrame = async ({ id }: types.Producer): Promise<void> => {
    const transport = await this.#openTransport();
    const { rtpCapabilities } = this.#router;
    const consumer = await transport.consume({ producerId: id, rtpCapabilities, enableRtx: false });
    consumer.close();
  };

  #openTransport(): Promise<types.DirectTransport> {
    this.#transport ??= this.#router.createDirectTransport().catch((error: unknown) => {
      this.#transport = undefined;
      throw error;
    });
    return this.#transport;
  }
}
