import type { types } from 'mediasoup';

/** Connects two routers of one worker, so that producers of the first can be consumed on the second. */
export class RouterPipe {
  readonly #from: types.PipeTransport;
  readonly #to: types.PipeTransport;

  private constructor(from: types.PipeTransport, to: types.PipeTransport) {
    this.#from = from;
    this.#to = to;
  }

  /** Makes the two ends, on loopback addresses. */
  static async open(from: types.Router, to: types.Router): Promise<RouterPipe> {
    const listenInfo = { protocol: 'udp', ip: '127.0.0.1' } as const;
    const ends: types.PipeTransport[] = [];
    try {
      for (const router of [from, to]) ends.push(await router.createPipeTransport({ listenInfo }));
      const [one, other] = ends as [types.PipeTransport, types.PipeTransport];
      await Promise.all([one.connect(addressOf(other)), other.connect(addressOf(one))]);
      return new RouterPipe(one, other);
    } catch (error) {
      for (const end of ends) end.close();
      throw error;
    }
  }

  /** Sends a producer of the first router through the pipe. The copy pauses, resumes and closes as the original does. */
  async carry(producerId: string): Promise<types.Producer> {
    const consumer = await this.#from.consume({ producerId });
    try {
      const { kind, rtpParameters, producerPaused } = consumer;
      // The worker knows producers of all its routers by their IDs, so the copy needs an ID of its own.
      const copy = await this.#to.produce({ kind, rtpParameters, paused: producerPaused });
      const follow = () => {
        if (consumer.closed) copy.close();
        // A copy that closes meanwhile needs no pause.
        else (consumer.producerPaused ? copy.pause() : copy.resume()).catch(() => {});
      };
      consumer.observer.on('close', follow);
      consumer.observer.on('pause', follow);
      consumer.observer.on('resume', follow);
      // The original may have changed while the copy was made.
      if (consumer.closed || consumer.producerPaused !== producerPaused) follow();
      return copy;
    } catch (error) {
      consumer.close();
      throw error;
    }
  }

  /** Closes the pipe and all copies. Idempotent. */
  close(): void {
    // This end first: its consumers end with it, without a request for each.
    this.#from.close();
    this.#to.close();
  }
}

function addressOf({ tuple: { localAddress, localPort } }: types.PipeTransport) {
  return { ip: localAddress, port: localPort };
}
