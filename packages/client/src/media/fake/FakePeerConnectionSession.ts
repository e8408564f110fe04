import type { MediaKind } from '@tureen/protocol/common';

import { invalidArgument } from '../../shared/invalidArgument.ts';
import { TureenError } from '../../shared/errors.ts';
import { wrongCodec } from '../checks.ts';
import { type LayerSupport, fitEncodings } from '../fitEncodings.ts';
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

const support: LayerSupport = { ignoresModes: false, sendsDescriptor: true, forwardsDescriptor: false };

const closedError = () => new TureenError('closed', 'the media session is closed');

type Wanted = Pick<PullRequest, 'kind' | 'rtpParam'>;

/** Returns the header extensions by name, which both kinds share. */
const extensionsOf = ({ rtpParam }: Wanted): Record<string, number | undefined> => ({
  mid: rtpParam.mid_ext_id,
  tcc: rtpParam.tcc_ext_id,
  absSendTime: rtpParam.abs_send_time_ext_id,
});

/** Returns the payload types by name; each belongs to one kind. */
const payloadTypesOf = ({ kind, rtpParam }: Wanted): Record<string, number | undefined> => ({
  [`${kind} media`]: rtpParam.payload_type,
  [`${kind} retransmission`]: rtpParam.rtx_payload_type,
});

/** Returns whether no name has two numbers, and no number two names. */
function areDistinct(wanted: readonly Wanted[], read: (one: Wanted) => Record<string, number | undefined>): boolean {
  const pairs = new Set(
    wanted.flatMap((one) =>
      Object.entries(read(one)).flatMap(([name, number]) => (number ? [`${name}=${number}`] : [])),
    ),
  );
  const [names, numbers] = [0, 1].map((part) => new Set([...pairs].map((pair) => pair.split('=')[part])));
  return names!.size === pairs.size && numbers!.size === pairs.size;
}

/** Connections of one attempt to join, without media. */
export class FakePeerConnectionSession implements PeerConnectionSession {
  /** Open connections, oldest first. */
  readonly connections = new Set<FakePeerConnection>();

  readonly #options: FakeSessionOptions<FakePeerConnectionSession>;
  #closed = false;

  constructor(options: FakeSessionOptions<FakePeerConnectionSession>) {
    this.#options = options;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Newest open connection of a push. Throws without one. */
  get pushConnection(): FakePeerConnection {
    return this.#newest('send');
  }

  /** Newest open connection of a pull. Throws without one. */
  get pullConnection(): FakePeerConnection {
    return this.#newest('recv');
  }

  async push(
    options: PeerConnectionPushOptions,
    exchange: PushExchange,
    handlers: PeerConnectionHandlers,
  ): Promise<PushedProducer> {
    if (this.#closed) throw closedError();
    if (options.track.readyState === 'ended') throw new TureenError('invalidState', 'the track has ended');
    const kind = options.track.kind as MediaKind;
    const codec = options.codec?.toLowerCase();
    if (codec !== undefined && !codec.startsWith(`${kind}/`)) throw wrongCodec(options.codec, kind);
    if (!this.#knows((mimeType) => (codec ?? mimeType) === mimeType && mimeType.startsWith(`${kind}/`)))
      throw new TureenError('unsupportedCodec', `no ${options.codec ?? kind} codec`);
    fitEncodings(options.encodings ?? [], { ...support, codec: codec ?? '', isNamed: true });
    return this.#open('send', handlers).push(options, exchange);
  }

  async pull(
    wanted: readonly PullRequest[],
    exchange: SdpExchange,
    handlers: PeerConnectionHandlers,
  ): Promise<readonly MediaConsumer[]> {
    if (this.#closed) throw closedError();
    if (!this.canPullTogether(wanted))
      throw invalidArgument('streams', 'Pull each stream alone.', 'the streams cannot share a connection');
    const unknown = wanted.find((one) => !this.canReceive(one));
    if (unknown !== undefined)
      throw new TureenError('unsupportedCodec', `${unknown.rtpParam.codec} cannot be received`);
    return this.#open('recv', handlers).pull(wanted, exchange);
  }

  canPullTogether(wanted: readonly Pick<PullRequest, 'kind' | 'rtpParam'>[]): boolean {
    const kinds = new Set(wanted.map(({ kind }) => kind));
    if (wanted.length === 0 || kinds.size !== wanted.length) return false;
    return areDistinct(wanted, extensionsOf) && areDistinct(wanted, payloadTypesOf);
  }

  canReceive({ kind, rtpParam }: Pick<PullRequest, 'kind' | 'rtpParam'>): boolean {
    return this.#knows((mimeType) => mimeType === `${kind}/${rtpParam.codec}`.toLowerCase());
  }

  async getTransportStats(direction: 'send' | 'recv'): Promise<RTCStatsReport | null> {
    if (this.#closed) throw closedError();
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
