import type { types } from 'mediasoup';
import { MediaError } from '../port/MediaError.ts';
import { closingLate } from './WorkerCalls.ts';
import type { WorkerCalls } from './WorkerCalls.ts';

/** Ends of a {@link RouterPipe}. */
export interface PipeEnds {
  readonly from: types.Router;
  readonly to: types.Router;
  /** Requests to the worker of both routers. */
  readonly calls: WorkerCalls;
}

/** Pipe between two routers of one worker: the second can consume producers of the first. */
export class RouterPipe {
  readonly #from: types.PipeTransport;
  readonly #to: types.PipeTransport;
  readonly #target: types.Router;
  readonly #calls: WorkerCalls;

  private constructor(from: types.PipeTransport, to: types.PipeTransport, { to: target, calls }: PipeEnds) {
    this.#from = from;
    this.#to = to;
    this.#target = target;
    this.#calls = calls;
  }

  /** Creates both ends, on loopback addresses. */
  static async open(ends: PipeEnds): Promise<RouterPipe> {
    const { from, to, calls } = ends;
    const listenInfo = { protocol: 'udp', ip: '127.0.0.1' } as const;
    const made: types.PipeTransport[] = [];
    try {
      for (const router of [from, to])
        made.push(await calls.run(() => router.createPipeTransport({ listenInfo }), closingLate));
      const [one, other] = made as [types.PipeTransport, types.PipeTransport];
      await calls.run(() => Promise.all([one.connect(addressOf(other)), other.connect(addressOf(one))]));
      return new RouterPipe(one, other, ends);
    } catch (error) {
      for (const end of made) end.close();
      throw error;
    }
  }

  /**
   * Pipes a producer of the first router to the second, as a producer with this payload type. The copy pauses, resumes and
   * closes with the original. Wait for the result before the next call.
   */
  async carry(producerId: string, payloadType: number): Promise<types.Producer> {
    const consumer = await this.#calls.run(() => this.#from.consume({ producerId }), closingLate);
    try {
      const { kind, rtpParameters, producerPaused } = consumer;
      const codec = rtpParameters.codecs.find(({ mimeType }) => !/\/rtx$/i.test(mimeType));
      if (codec === undefined) throw new MediaError('invalidParameters', 'the producer has no codec');
      const { mimeType, clockRate, channels = 1, parameters = {} } = codec;
      this.#target.updateMediaCodecs([
        {
          kind,
          mimeType,
          clockRate,
          parameters,
          preferredPayloadType: payloadType,
          ...(kind === 'audio' ? { channels } : {}),
        },
      ]);
      // The worker identifies producers of all its routers by ID, so the copy needs its own.
      const copy = await this.#calls.run(
        () =>
          this.#to.produce({
            kind,
            rtpParameters: { ...rtpParameters, codecs: [codec] },
            paused: producerPaused,
          }),
        closingLate,
      );
      const follow = () => {
        if (consumer.closed) copy.close();
        // A copy that closed meanwhile needs no pause.
        else (consumer.producerPaused ? copy.pause() : copy.resume()).catch(() => {});
      };
      copy.observer.once('close', () => {
        consumer.close();
      });
      consumer.observer.on('close', follow);
      consumer.observer.on('pause', follow);
      consumer.observer.on('resume', follow);
      // The original may have changed while the copy was created.
      if (consumer.closed || consumer.producerPaused !== producerPaused) follow();
      return copy;
    } catch (error) {
      consumer.close();
      throw error;
    }
  }

  /**
   * Closes an unused copy. The original may have closed just now, so a pending notification of that is handled first: the
   * worker logs an error for a request to close a closed entity.
   */
  async end(copy: types.Producer): Promise<void> {
    // The copy closed with the pipe.
    if (this.#from.closed) return;
    try {
      await this.#calls.run(() => this.#from.enableTraceEvent([]));
      // mediasoup delivers notifications in a later turn than responses.
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    } catch {
      // The pipe closed meanwhile, or the worker hangs.
    }
    copy.close();
  }

  /** Closes the pipe and all copies. Idempotent. */
  close(): void {
    // The sending end first: its consumers close with it, without a request for each.
    this.#from.close();
    this.#to.close();
  }
}

function addressOf({ tuple: { localAddress, localPort } }: types.PipeTransport) {
  return { ip: localAddress, port: localPort };
}
