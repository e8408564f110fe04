import type { MediaKind } from '@tureen/protocol/common';

import { TureenError } from '../../shared/errors.ts';
import type { MediaConsumer } from '../MediaEngine.ts';
import type {
  PeerConnectionHandlers,
  PeerConnectionPushOptions,
  PeerConnectionSession,
  PullRequest,
  PushedProducer,
  PushExchange,
  SdpExchange,
} from '../PeerConnectionMedia.ts';
import type { FakeSessionOptions } from './FakeMedia.ts';
import { FakePeerConnection } from './FakePeerConnection.ts';
import { newest } from './newest.ts';

/** The connections of one attempt, without media. */
export class FakePeerConnectionSession implements PeerConnectionSession {
  /** Those that are open, oldest first. */
  readonly connections = new Set<FakePeerConnection>();

  readonly #options: FakeSessionOptions<FakePeerConnectionSession>;
  #closed = false;

  constructor(options: FakeSessionOptions<FakePeerConnectionSession>) {
    this.#options = options;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The newest open connection of a push; throws where there is none. */
  get pushConnection(): FakePeerConnection {
    return this.#newest('send');
  }

  /** The newest open connection of a pull; throws where there is none. */
  get pullConnection(): FakePeerConnection {
    return this.#newest('recv');
  }

  async push(
    options: PeerConnectionPushOptions,
    exchange: PushExchange,
    handlers: PeerConnectionHandlers,
  ): Promise<PushedProducer> {
    if (options.track.readyState === 'ended') throw new TureenError('invalidState', 'the track has ended');
    const kind = options.track.kind as MediaKind;
    const codec = options.codec?.toLowerCase();
    if (!this.#knows((mimeType) => (codec ?? mimeType) === mimeType && mimeType.startsWith(`${kind}/`)))
      throw new TureenError('unsupportedCodec', `no ${options.codec ?? kind} codec`);
    return this.#open('send', handlers).push(options, exchange);
  }

  async pull(
    wanted: readonly PullRequest[],
    exchange: SdpExchange,
    handlers: PeerConnectionHandlers,
  ): Promise<readonly MediaConsumer[]> {
    const unknown = wanted.find((one) => !this.canReceive(one));
    if (unknown !== undefined)
      throw new TureenError('unsupportedCodec', `${unknown.rtpParam.codec} cannot be received`);
    return this.#open('recv', handlers).pull(wanted, exchange);
  }

  canPullTogether(wanted: readonly Pick<PullRequest, 'kind' | 'rtpParam'>[]): boolean {
    const [first, second] = wanted;
    if (first === undefined || second === undefined) return wanted.length === 1;
    const [one, other] = [first.rtpParam, second.rtpParam];
    return (
      wanted.length === 2 &&
      first.kind !== second.kind &&
      (one.mid_ext_id ?? 0) === (other.mid_ext_id ?? 0) &&
      (!one.tcc_ext_id || !other.tcc_ext_id || one.tcc_ext_id === other.tcc_ext_id)
    );
  }

  canReceive({ kind, rtpParam }: Pick<PullRequest, 'kind' | 'rtpParam'>): boolean {
    return this.#knows((mimeType) => mimeType === `${kind}/${rtpParam.codec}`.toLowerCase());
  }

  async getTransportStats(direction: 'send' | 'recv'): Promise<RTCStatsReport | null> {
    if (this.#closed) throw new TureenError('closed', 'the media session is closed');
    return [...this.connections].find((connection) => connection.direction === direction)?.stats ?? null;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const connection of [...this.connections]) connection.close();
    this.#options.onClosed(this);
  }

  #knows(isWanted: (mimeType: string) => boolean): boolean {
    return this.#options.mimeTypes.some((mimeType) => isWanted(mimeType.toLowerCase()));
  }

  #open(direction: 'send' | 'recv', handlers: PeerConnectionHandlers): FakePeerConnection {
    if (this.#closed) throw new TureenError('closed', 'the media session is closed');
    const connection = new FakePeerConnection({
      direction,
      handlers,
      script: this.#options.script,
      autoConnect: this.#options.autoConnect,
      onClosed: (closed) => this.connections.delete(closed),
    });
    this.connections.add(connection);
    return connection;
  }

  #newest(direction: 'send' | 'recv'): FakePeerConnection {
    const open = [...this.connections].filter((connection) => connection.direction === direction);
    return newest(open, `${direction} connection`);
  }
}
