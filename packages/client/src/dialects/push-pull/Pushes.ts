import type { Epoch } from '@tureen/kernel';
import type { MediaProduceOptions, MediaProducer } from '../../media/MediaEngine.ts';
import type { PeerConnectionSession } from '../../media/PeerConnectionMedia.ts';
import type { DialectContext } from '../../room/DialectPort.ts';
import { TureenError } from '../../shared/errors.ts';
import { assertNotDropped } from './assertNotDropped.ts';
import type { ConnectionStates } from './ConnectionStates.ts';
import type { Requests } from './Requests.ts';
import type { UserIdentity } from './UserIdentity.ts';

export interface PushesOptions {
  readonly context: DialectContext;
  readonly media: PeerConnectionSession;
  readonly requests: Requests;
  readonly states: ConnectionStates;
  readonly user: UserIdentity;
  /** Ends when the connection drops. */
  readonly epoch: Epoch;
  /** Whether the user joined as audience, which pushes nothing. */
  readonly isAudience: boolean;
}

/** Producers of a session. Each is a push. */
export class Pushes {
  readonly #options: PushesOptions;
  #count = 0;

  constructor(options: PushesOptions) {
    this.#options = options;
  }

  async produce(options: MediaProduceOptions): Promise<MediaProducer> {
    const { media, requests, states, user, epoch, isAudience } = this.#options;
    if (isAudience)
      throw new TureenError('unsupported', 'the audience cannot produce', { hint: 'Join without `audience`.' });
    const { appData = {}, paused } = options;
    const { source } = appData;
    const details = { appData, paused, ...(typeof source === 'string' ? { source } : {}) };
    const id = `${requests.user.userId}/${++this.#count}`;
    const connection = states.add('send');
    const { signal } = epoch;
    const producer = await media.push(
      { ...options, id },
      async (sdp) => {
        const response = await requests.request('push', {
          sdp,
          ...(requests.extensions.has('pushDetails') ? details : {}),
        });
        return { sdp: response.sdp, id: response.pushers?.[0]?.pusherId };
      },
      connection,
    );
    assertNotDropped(signal, producer);
    connection.carries = [producer];
    user.pushers.add(producer.id);
    if (paused === true && !requests.extensions.has('pushDetails')) await this.setPaused(producer.id, true);
    return producer;
  }

  async close(producerId: string): Promise<void> {
    this.#options.user.pushers.delete(producerId);
    await this.#options.requests.end('unpush', producerId);
  }

  async setPaused(producerId: string, paused: boolean): Promise<void> {
    await this.#options.requests.requestIfSupported('pausePush', paused ? 'pausePush' : 'resumePush', producerId);
  }

  /** Ends pushes over dead connections, without waiting for the server. */
  discard(producerIds: Iterable<string>): void {
    for (const id of [...producerIds])
      this.close(id).catch((error: unknown) => {
        this.#options.context.logger.debug(`failed to close '${id}'`, error);
      });
  }
}
