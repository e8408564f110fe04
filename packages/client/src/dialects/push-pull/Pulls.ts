import type { Epoch } from '@tureen/kernel';
import type { MediaConsumer } from '../../media/MediaEngine.ts';
import type { PeerConnectionSession } from '../../media/PeerConnectionMedia.ts';
import type { ConsumeSettings, DialectContext } from '../../room/DialectPort.ts';
import type { ConsumerOffer } from '../../room/entityInfo.ts';
import { TureenError } from '../../shared/errors.ts';
import { assertNotDropped } from './assertNotDropped.ts';
import type { ConnectionStates } from './ConnectionStates.ts';
import { PullBatcher } from './PullBatcher.ts';
import { InboundMonitor } from './InboundMonitor.ts';
import type { RemoteUsers } from './RemoteUsers.ts';
import type { Requests } from './Requests.ts';

export interface PullsOptions {
  readonly context: DialectContext;
  readonly media: PeerConnectionSession;
  readonly requests: Requests;
  readonly states: ConnectionStates;
  readonly users: RemoteUsers;
  /** Ends when the connection drops. */
  readonly epoch: Epoch;
  readonly emit: DialectContext['emit'];
}

/** Consumers of a session. Each is pulled from a user. */
export class Pulls {
  readonly #options: PullsOptions;
  readonly #batcher: PullBatcher;
  readonly #monitor: InboundMonitor;
  /** IDs of the pushers that the server sends. */
  readonly #pulled = new Set<string>();
  /** IDs of the consumers that the app closed. */
  readonly #closed = new Set<string>();

  constructor(options: PullsOptions) {
    const { context, media, requests, states, emit } = options;
    this.#options = options;
    this.#monitor = new InboundMonitor({
      clock: context.clock,
      isConnected: (consumer) => states.isConnected(consumer),
      onSpeaker: (peerId, volume) => emit({ type: 'activeSpeaker', peerId, volume }),
      onSilent: (consumerId, isSilent) =>
        emit({ type: isSilent ? 'consumerPaused' : 'consumerResumed', consumerId, by: 'unknown' }),
    });
    this.#batcher = new PullBatcher({
      media,
      connection: () => states.add('recv'),
      exchange: (pulls) => async (sdp) => {
        const specs = pulls.map(({ kind, id }) => ({ type: kind, pusherId: id }));
        const [first] = pulls;
        return (await requests.request('pull', { sdp, targetUserId: first?.userId ?? '', specs })).sdp;
      },
    });
  }

  async consume(
    { id, kind, peerId, remotePaused }: ConsumerOffer,
    { paused }: ConsumeSettings,
  ): Promise<MediaConsumer> {
    const { context, requests, users, epoch } = this.#options;
    const known = users.find(id);
    if (known === undefined) throw new TureenError('closed', `pusher '${id}' has closed`);
    const { signal } = epoch;
    try {
      const consumer = await this.#batcher.pull({ id, kind, userId: known.userId, rtpParam: known.rtpParam });
      assertNotDropped(signal, consumer);
      this.#pulled.add(id);
      const mayFallSilent = !requests.extensions.has('pusherClosed');
      this.#monitor.add(consumer, { peerId, mayFallSilent, isSilent: remotePaused });
      if (paused) await this.setPaused(id, true);
      return consumer;
    } catch (error) {
      if (TureenError.is(error) && (error.code === 'unsupportedCodec' || error.serverCode === 488)) {
        context.emit({ type: 'consumerUnsupported', peerId, producerId: id, kind, reason: error.message });
      }
      throw error;
    }
  }

  async setPaused(consumerId: string, paused: boolean): Promise<void> {
    // The server sends nothing before a pull.
    if (this.#pulled.has(consumerId))
      await this.#options.requests.requestIfSupported('pausePull', paused ? 'pausePull' : 'resumePull', consumerId);
  }

  async close(consumerId: string): Promise<void> {
    this.#closed.add(consumerId);
    if (this.#pulled.delete(consumerId)) await this.#options.requests.end('closeConsumer', consumerId);
  }

  isPulled(consumerId: string): boolean {
    return this.#pulled.has(consumerId);
  }

  /** Returns whether the app closed the consumer. */
  isClosed(consumerId: string): boolean {
    return this.#closed.has(consumerId);
  }

  /** Removes a consumer whose connection ended. The room pulls again. */
  forget(consumerId: string): void {
    this.#pulled.delete(consumerId);
  }

  /** Ends the pulls that the server closed, after a resume. The room consumes again what it finds closed. */
  retainOnly(sent: ReadonlySet<string>): void {
    this.#options.states.end((id) => this.#pulled.has(id) && !sent.has(id));
    for (const id of this.#pulled) if (!sent.has(id)) this.#pulled.delete(id);
  }

  stop(): void {
    this.#monitor.close();
  }
}
