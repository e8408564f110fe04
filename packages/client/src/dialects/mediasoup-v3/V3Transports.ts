import type { Written } from '@tureen/protocol/common';
import type { ClientData, ResponseData } from '@tureen/protocol/mediasoup-v3';
import type {
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
import { type SentMethod, toCreateTransport } from './toWire.ts';

export interface V3TransportsOptions {
  readonly media: MediaSession;
  readonly forceTcp: boolean;
  readonly context: Pick<DialectContext, 'emit' | 'logger'>;
  /** Asks the server, and reads what it says. */
  readonly ask: <Method extends SentMethod>(
    method: Method,
    data: Written<ClientData<Method>>,
  ) => Promise<ResponseData<Method>>;
  /** Whether the server takes up a producer as paused. */
  readonly producesPaused: () => boolean;
  /** Whether our end was told of is unknown: the answer was lost. */
  readonly onConnectLost: () => void;
  readonly closeProducer: (id: string) => Promise<void>;
  readonly closeDataProducer: (id: string) => Promise<void>;
}

/** The two transports of a session. */
export class V3Transports {
  readonly #options: V3TransportsOptions;
  /** What is sent over the present one, by its id at the server, and how it is closed there. */
  readonly #sent = new Map<string, (id: string) => Promise<void>>();
  #send: MediaSendTransport | null = null;
  #recv: MediaRecvTransport | null = null;
  #closed = false;

  constructor(options: V3TransportsOptions) {
    this.#options = options;
  }

  /** Has one made at the server. */
  create(direction: TransportDirection): Promise<TransportDescription> {
    return this.#options.ask('createWebRtcTransport', toCreateTransport(direction, this.#options.forceTcp));
  }

  /** Makes our ends of what the server has made. */
  open(send: TransportDescription, recv: TransportDescription): void {
    this.#openSend(send);
    this.#recv = this.#options.media.createRecvTransport(recv, this.#handlers('recv', recv.id));
  }

  get send(): MediaSendTransport {
    if (this.#send === null) throw new TureenError('invalidState', 'there is no send transport');
    return this.#send;
  }

  get recv(): MediaRecvTransport {
    if (this.#recv === null) throw new TureenError('invalidState', 'there is no recv transport');
    return this.#recv;
  }

  of(direction: TransportDirection): MediaTransport {
    return direction === 'send' ? this.send : this.recv;
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
    await transport.restartIce(await this.#options.ask('restartIce', { transportId: transport.id }));
  }

  /**
   * Another send transport. Nothing closes the old one at the server before we leave: what was sent over it is closed there,
   * one by one, as nothing else would take it from the others.
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

  /** Waits for `ready`. Where it rejects, closes what was sent, here and at the server. */
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

  /** It is closed at the server. */
  forget(id: string): void {
    this.#sent.delete(id);
  }

  /** Nothing is told from here on. */
  close(): void {
    this.#closed = true;
  }

  #openSend(description: TransportDescription): void {
    this.#send = this.#options.media.createSendTransport(description, this.#sendHandlers(description.id));
  }

  #sendHandlers(transportId: string): SendTransportHandlers {
    const { ask, producesPaused, closeProducer, closeDataProducer } = this.#options;
    const note = ({ id }: { readonly id: string }, close: (id: string) => Promise<void>) => {
      if (this.directionOf(transportId) !== null) this.#sent.set(id, close);
      // The transport was replaced while the server was asked.
      else this.#closeThere(id, close);
      return id;
    };
    return {
      ...this.#handlers('send', transportId),
      onProduce: async ({ paused, ...rest }) => {
        const extra = paused && producesPaused() ? { paused } : {};
        return note(await ask('produce', { transportId, ...rest, ...extra }), closeProducer);
      },
      onProduceData: async (request) => note(await ask('produceData', { transportId, ...request }), closeDataProducer),
    };
  }

  #handlers(direction: TransportDirection, transportId: string): TransportHandlers {
    const { ask, context, onConnectLost } = this.#options;
    const isOver = () => this.#closed || this.directionOf(transportId) === null;
    return {
      // The answer says nothing but yes, and requests arrive in order: nobody waits for it. A no is a broken transport.
      onConnect: async (dtlsParameters) => {
        ask('connectWebRtcTransport', { transportId, dtlsParameters }).catch((error: unknown) => {
          if (isOver()) return;
          if (isConnectionLoss(error)) {
            onConnectLost();
            return;
          }
          context.logger.warn(`the server refused to connect the ${direction} transport`, error);
          context.emit({ type: 'transportState', direction, state: 'failed' });
        });
      },
      onConnectionState: (state) => {
        if (!isOver()) context.emit({ type: 'transportState', direction, state });
      },
    };
  }

  #closeThere(id: string, close: (id: string) => Promise<void>): void {
    close(id).catch((error: unknown) => {
      this.#options.context.logger.debug(`'${id}' was not there any more`, error);
    });
  }
}
