import { formatIssue } from '@tureen/protocol/common';
import { writeEnvelope } from '@tureen/protocol/mediasoup-v2-shared';
import type { DialectChannel } from '../../room/DialectPort.ts';
import { TureenError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { V2Options } from './options.ts';
import type { ClientWord, V2Profile } from './V2Profile.ts';

/** Says what there is to say, in the envelope that was chosen. */
export class V2Requests {
  readonly #channel: DialectChannel;
  readonly #words: V2Profile;
  readonly #envelope: NonNullable<V2Options['envelope']>;
  readonly #logger: Logger;
  #hasLeft = false;

  constructor(channel: DialectChannel, words: V2Profile, logger: Logger, { envelope = 'notification' }: V2Options) {
    this.#channel = channel;
    this.#words = words;
    this.#envelope = envelope;
    this.#logger = logger;
  }

  /** Says it, by the name that the dialect has for it: what resolves is the answer to a request, read. */
  async say(word: ClientWord, data: object): Promise<unknown> {
    const { codec, name } = this.#words;
    const canonical = codec.canonicalMethod(word) as never;
    const message = codec.writeClientMessage(canonical, data as never);
    const { method } = message;
    const carried = writeEnvelope(message, this.#envelope);
    if (message.kind === 'notification') {
      // A program of the time treats what comes after `leave` as a fault of its own, and may end of it.
      if (this.#hasLeft) return undefined;
      this.#hasLeft = word === 'leave';
      if (carried.kind === 'notification') await this.#channel.notify(carried.method, carried.data);
      // Acknowledged, and no more than that: whoever told does not wait.
      else
        this.#channel.request(carried.method, carried.data).catch((error: unknown) => {
          this.#logger.debug(`'${method}' was not acknowledged`, error);
        });
      return undefined;
    }
    const answer = await this.#channel.request(carried.method, carried.data);
    const read = codec.readResponse(canonical, answer);
    if (read.ok) return read.value;
    throw new TureenError('badResponse', `the answer to '${method}' makes no sense: ${formatIssue(read.issue)}`, {
      method,
      hint: `does the server speak ${name}?`,
    });
  }

  /** A question that all of them answer, if only by refusing it. */
  async probe(timeoutMs: number): Promise<void> {
    const method = 'queryRoom';
    const carried = writeEnvelope({ kind: 'request', method, payload: { method, target: 'room' } }, this.#envelope);
    try {
      await this.#channel.request(carried.method, carried.data, { timeoutMs });
    } catch (error) {
      if (!(error instanceof TureenError) || error.code !== 'requestRefused') throw error;
    }
  }

  /** A message beside the payloads, under its own name in every envelope. */
  async ask(method: string, data: object): Promise<void> {
    await this.#channel.request(method, data);
  }
}
