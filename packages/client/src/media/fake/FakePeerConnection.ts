import type { MediaKind } from '@tureen/protocol/common';

import { TureenError } from '../../shared/errors.ts';
import type { MediaConnectionState } from '../MediaEngine.ts';
import type {
  PeerConnectionHandlers,
  PeerConnectionPushOptions,
  PullRequest,
  PushedProducer,
  PushExchange,
  SdpExchange,
} from '../PeerConnectionMedia.ts';
import { CancellationScope } from '../CancellationScope.ts';
import { FakeConsumer } from './FakeConsumer.ts';
import { FakeProducer } from './FakeProducer.ts';
import type { FakeOperation, FakeScript } from './FakeScript.ts';
import { fakeOffer, pulledParameters, type FakeSection } from './fakeSdp.ts';

export interface FakePeerConnectionOptions {
  readonly direction: 'send' | 'recv';
  readonly handlers: PeerConnectionHandlers;
  readonly script: FakeScript;
  readonly autoConnect: boolean;
  readonly onClosed: (connection: FakePeerConnection) => void;
}

/** A push or a pull: its offer, its answer and its tracks. */
export class FakePeerConnection {
  readonly direction: 'send' | 'recv';
  readonly producers = new Set<FakeProducer>();
  readonly consumers = new Set<FakeConsumer>();
  /** Requested tracks of a pull. */
  wanted: readonly PullRequest[] = [];
  /** Result of `getTransportStats()`, for a test to set. */
  stats: RTCStatsReport = new Map() as RTCStatsReport;

  readonly #options: FakePeerConnectionOptions;
  readonly #pending = new CancellationScope();
  #state: MediaConnectionState = 'new';
  /** Whether to report states to the owner: for a push, once its connection was answered. */
  #isOwned: boolean;
  #offer: string | undefined;
  #answer: string | undefined;

  constructor(options: FakePeerConnectionOptions) {
    this.direction = options.direction;
    this.#options = options;
    this.#isOwned = options.direction === 'recv';
  }

  /** Offer, once sent. */
  get offer(): string | undefined {
    return this.#offer;
  }

  /** Answer of the server, once received. */
  get answer(): string | undefined {
    return this.#answer;
  }

  get connectionState(): MediaConnectionState {
    return this.#state;
  }

  get closed(): boolean {
    return this.#state === 'closed';
  }

  /** Number of pending calls. */
  get waiting(): number {
    return [...this.producers].reduce((sum, producer) => sum + producer.waiting, this.#pending.size);
  }

  /** Sets the state as ICE or DTLS would, and reports it to the owner. */
  setConnectionState(state: Exclude<MediaConnectionState, 'closed'>): void {
    if (this.closed || this.#state === state) return;
    this.#state = state;
    if (this.#isOwned) this.#options.handlers.onConnectionState(state);
  }

  async push(options: PeerConnectionPushOptions, exchange: PushExchange): Promise<PushedProducer> {
    const kind = options.track.kind as MediaKind;
    let { id } = options;
    await this.#negotiate('produce', [{ kind, direction: 'sendonly' }], async (offer) => {
      const answer = await exchange(offer);
      id = answer.id ?? id;
      return answer.sdp;
    });
    const producer = new FakeProducer(
      {
        id,
        kind,
        track: options.track,
        paused: options.paused ?? false,
        rtpParameters: { mid: '0', codecs: [], headerExtensions: [], encodings: [] },
      },
      this.#options.script,
      () => {
        this.producers.delete(producer);
        this.close();
      },
    );
    this.producers.add(producer);
    return Object.assign(producer, { mid: '0' });
  }

  async pull(wanted: readonly PullRequest[], exchange: SdpExchange): Promise<readonly FakeConsumer[]> {
    this.wanted = wanted;
    const sections = wanted.map(({ kind, rtpParam }) => ({ kind, direction: 'recvonly' as const, rtpParam }));
    await this.#negotiate('consume', sections, exchange);
    const consumers = wanted.map(({ id, kind, rtpParam }, index) => {
      const rtpParameters = pulledParameters(kind, rtpParam, String(index));
      const consumer = new FakeConsumer({ id, producerId: id, kind, rtpParameters }, () => {
        this.consumers.delete(consumer);
        if (this.consumers.size === 0) this.close();
      });
      return consumer;
    });
    for (const consumer of consumers) this.consumers.add(consumer);
    return consumers;
  }

  close(): void {
    if (this.closed) return;
    this.#state = 'closed';
    this.#pending.close(new TureenError('closed', 'the connection is closed'));
    for (const one of [...this.producers, ...this.consumers]) one.close();
    if (this.#isOwned) this.#options.handlers.onConnectionState('closed');
    this.#options.onClosed(this);
  }

  /** Exchanges offer and answer. A failure closes the connection. */
  async #negotiate(operation: FakeOperation, sections: readonly FakeSection[], exchange: SdpExchange): Promise<void> {
    try {
      await this.#pending.run(this.#options.script.step(operation));
      this.#offer = fakeOffer(sections);
      const answer = await this.#pending.run(exchange(this.#offer));
      if (!answer.startsWith('v=0')) throw new TureenError('badResponse', 'the answer is not an SDP');
      this.#answer = answer;
      this.#isOwned = true;
    } catch (error) {
      this.close();
      throw error;
    }
    if (!this.#options.autoConnect) return;
    this.setConnectionState('connecting');
    this.setConnectionState('connected');
  }
}
