import type { DtlsParameters } from '@tureen/protocol/common';
import type {
  MediaConnectionState,
  MediaRecvTransport,
  MediaSendTransport,
  MediaSession,
  MediaTransport,
  SendTransportHandlers,
  TransportDescription,
  TransportHandlers,
} from '../../media/MediaEngine.ts';
import type { DialectContext } from '../../room/DialectPort.ts';
import type { TransportDirection } from '../../room/entityInfo.ts';
import { TureenError, isConnectionLoss } from '../../shared/errors.ts';
import { toCreateTransport } from './toWire.ts';
import type { V3Requests } from './V3Requests.ts';

export interface V3TransportsOptions {
  readonly media: MediaSession;
  readonly forceTcp: boolean;
  readonly context: Pick<DialectContext, 'emit' | 'logger'>;
  readonly requests: V3Requests;
  /** The response to a connect request was lost: the server may or may not have connected the transport. */
  readonly onConnectLost: () => void;
  readonly closeProducer: (id: string) => Promise<void>;
  readonly closeDataProducer: (id: string) => Promise<void>;
}

/** The two transports of a session. */
export class V3Transports {
  readonly #options: V3TransportsOptions;
  /** Producers and data producers of the send transport by ID, with the function that closes each at the server. */
  readonly #sent = new Map<string, (id: string) => Promise<void>>();
  /** States of the transports that carry nothing yet. */
  readonly #unused = new Map<TransportDirection, MediaConnectionState>([
    ['send', 'new'],
    ['recv', 'new'],
  ]);
  /** Repeat requests to connect that a server refused before the transport was used. */
  readonly #repeatConnect: Partial<Record<TransportDirection, () => void>> = {};
  #send: MediaSendTransport | null = null;
  #recv: MediaRecvTransport | null = null;
  #closed = false;

  constructor(options: V3TransportsOptions) {
    this.#options = options;
  }

  /** Requests a transport from the server. */
  create(direction: TransportDirection): Promise<TransportDescription> {
    return this.#options.requests.request(
      'createWebRtcTransport',
      toCreateTransport(direction, this.#options.forceTcp),
    );
  }

  /** Opens the local ends. The receive transport connects at once: the first picture would wait for it. */
  open(send: TransportDescription, recv: TransportDescription): void {
    this.#recv = this.#options.media.createRecvTransport(recv, this.#handlers('recv', recv.id));
    this.connect('recv');
    this.#openSend(send);
  }

  /** Connects a transport before it carries anything, where it has data channels. */
  connect(direction: TransportDirection): void {
    (direction === 'send' ? this.#send : this.#recv)?.connect?.().catch((error: unknown) => {
      this.#options.context.logger.debug(`failed to connect the ${direction} transport early`, error);
    });
  }

  /** Transport that sends, from now on in use. */
  get send(): MediaSendTransport {
    this.#use('send');
    return this.of('send') as MediaSendTransport;
  }

  /** Transport that receives, from now on in use. */
  get recv(): MediaRecvTransport {
    this.#use('recv');
    return this.of('recv') as MediaRecvTransport;
  }

  /** Marks a transport as used, and reports its state to the room again. */
  #use(direction: TransportDirection): void {
    const state = this.#unused.get(direction);
    if (state === undefined) return;
    this.#unused.delete(direction);
    this.#repeatConnect[direction]?.();
    if (state !== 'new') this.#options.context.emit({ type: 'transportState', direction, state });
  }

  of(direction: TransportDirection): MediaTransport {
    const transport = direction === 'send' ? this.#send : this.#recv;
    if (transport === null) throw new TureenError('invalidState', `there is no ${direction} transport`);
    return transport;
  }

  directionOf(transportId: string): TransportDirection | null {
    if (this.#send?.id === transportId) return 'send';
    return this.#recv?.id === transportId ? 'recv' : null;
  }

  async getStats(direction: TransportDirection): Promise<RTCStatsReport | null> {
    return (await (direction === 'send' ? this.#send : this.#recv)?.getStats()) ?? null;
  }

  async restartIce(direction: TransportDirection): Promise<void> {
    const transport = this.of(direction);
    await transport.restartIce(await this.#options.requests.request('restartIce', { transportId: transport.id }));
  }

  /**
   * Replaces the send transport. The server keeps the old one until the peer leaves. Its producers are therefore closed one by
   * one; nothing else removes them from the other peers.
   */
  async rebuildSend(): Promise<void> {
    const description = await this.create('send');
    const before = this.#send;
    const sent = [...this.#sent];
    this.#sent.clear();
    this.#openSend(description);
    before?.close();
    this.#options.context.emit({ type: 'transportState', direction: 'send', state: 'new' });
    for (const [id, close] of sent) this.#closeThere(id, close);
  }

  /** Waits for `ready`. If that rejects, closes the producer here and at the server. */
  async keepIf(ready: Promise<void>, sent: { readonly id: string; close(): void }): Promise<void> {
    try {
      await ready;
    } catch (error) {
      sent.close();
      const close = this.#sent.get(sent.id);
      if (close !== undefined) this.#closeThere(sent.id, close);
      throw error;
    }
  }

  /** Removes a producer that is closed at the server. */
  forget(id: string): void {
    this.#sent.delete(id);
  }

  /** Closes both transports. Reports nothing afterwards. */
  close(): void {
    this.#closed = true;
  }

  #openSend(description: TransportDescription): void {
    this.#send = this.#options.media.createSendTransport(description, this.#sendHandlers(description.id));
  }

  #sendHandlers(transportId: string): SendTransportHandlers {
    const { requests, closeProducer, closeDataProducer } = this.#options;
    const remember = ({ id }: { readonly id: string }, close: (id: string) => Promise<void>) => {
      if (this.directionOf(transportId) !== null) this.#sent.set(id, close);
      // The transport was replaced while the request was pending.
      else this.#closeThere(id, close);
      return id;
    };
    return {
      ...this.#handlers('send', transportId),
      onProduce: async ({ paused, ...rest }) => {
        const extra = paused && requests.extensions.has('producePaused') ? { paused } : {};
        return remember(await requests.request('produce', { transportId, ...rest, ...extra }), closeProducer);
      },
      onProduceData: async (request) =>
        remember(await requests.request('produceData', { transportId, ...request }), closeDataProducer),
    };
  }

  #handlers(direction: TransportDirection, transportId: string): TransportHandlers {
    const { requests, context, onConnectLost } = this.#options;
    const isOver = () => this.#closed || this.directionOf(transportId) === null;
    const onConnectionState = (state: MediaConnectionState) => {
      if (isOver()) return;
      const isUnused = this.#unused.has(direction);
      if (isUnused) this.#unused.set(direction, state);
      context.emit({ type: 'transportState', direction, state, isUnused });
    };
    // The response carries no data and requests arrive in order, so nothing waits for it. An error response fails the transport.
    const onConnect = async (dtlsParameters: DtlsParameters) => {
      requests.request('connectWebRtcTransport', { transportId, dtlsParameters }).catch((error: unknown) => {
        if (isOver()) return;
        if (isConnectionLoss(error)) {
          onConnectLost();
          return;
        }
        context.logger.warn(`failed to connect the ${direction} transport`, error);
        // The server may connect transports only after the join.
        if (this.#unused.has(direction)) this.#repeatConnect[direction] = () => void onConnect(dtlsParameters);
        else onConnectionState('failed');
      });
    };
    return {
      onConnect,
      onConnectionState,
    };
  }

  #closeThere(id: string, close: (id: string) => Promise<void>): void {
    close(id).catch((error: unknown) => {
      this.#options.context.logger.debug(`failed to close '${id}'`, error);
    });
  }
}
