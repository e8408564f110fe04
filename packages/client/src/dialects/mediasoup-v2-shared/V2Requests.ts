import { formatIssue } from '@tureen/protocol/common';
import { writeEnvelope } from '@tureen/protocol/mediasoup-v2-shared';
import type { DialectContext } from '../../room/DialectPort.ts';
import { TureenError } from '../../shared/errors.ts';
import type { V2Options } from './options.ts';
import type { V2ClientMethod, V2Profile } from './V2Profile.ts';

/** Messages to the server, in the envelope of the options. */
export class V2Requests {
  readonly #context: Pick<DialectContext, 'channel' | 'logger'>;
  readonly #profile: V2Profile;
  readonly #envelope: NonNullable<V2Options['envelope']>;
  #hasLeft = false;

  constructor(
    context: Pick<DialectContext, 'channel' | 'logger'>,
    profile: V2Profile,
    { envelope = 'notification' }: V2Options,
  ) {
    this.#context = context;
    this.#profile = profile;
    this.#envelope = envelope;
  }

  /** Sends a message by the name of the dialect. Resolves to the response to a request. */
  async send(name: V2ClientMethod, data: object): Promise<unknown> {
    const { codec, name: dialectName } = this.#profile;
    const canonical = codec.canonicalMethod(name) as never;
    const message = codec.writeClientMessage(canonical, data as never);
    const { method } = message;
    const carried = writeEnvelope(message, this.#envelope);
    if (message.kind === 'notification') {
      // A mediasoup 2 program treats a message after `leave` as an internal error, and may exit.
      if (this.#hasLeft) return undefined;
      this.#hasLeft = name === 'leave';
      if (carried.kind === 'notification') await this.#context.channel.notify(carried.method, carried.data);
      // The response only acknowledges, so nothing waits for it.
      else
        this.#context.channel.request(carried.method, carried.data).catch((error: unknown) => {
          this.#context.logger.debug(`failed to send '${method}'`, error);
        });
      return undefined;
    }
    const response = await this.#context.channel.request(carried.method, carried.data);
    const read = codec.readResponse(canonical, response);
    if (read.ok) return read.value;
    throw new TureenError('badResponse', `the response to '${method}' is malformed: ${formatIssue(read.issue)}`, {
      method,
      hint: `Check that the server speaks ${dialectName}.`,
    });
  }

  /** Sends a request that all servers answer, if only with an error response. */
  async probe(timeoutMs: number): Promise<void> {
    const method = 'queryRoom';
    const carried = writeEnvelope({ kind: 'request', method, payload: { method, target: 'room' } }, this.#envelope);
    try {
      await this.#context.channel.request(carried.method, carried.data, { timeoutMs });
    } catch (error) {
      if (!TureenError.is(error) || error.code !== 'requestRefused') throw error;
    }
  }

  /** Sends an out-of-band request, under its own name in every envelope. */
  async requestOutOfBand(method: string, data: object): Promise<void> {
    await this.#context.channel.request(method, data);
  }
}
