import { type IceParameters, type ParseResult, formatIssue } from '@tureen/protocol/common';
import {
  type TransportResponse,
  fromV2IceParameters,
  fromV2Transport,
  isDuplicatedIdError,
  randomEntityId,
  toV2ProducerParameters,
} from '@tureen/protocol/mediasoup-v2-shared';
import type {
  MediaConnectionState,
  MediaRecvTransport,
  MediaSendTransport,
  MediaSession,
  SendTransportHandlers,
  TransportDescription,
  TransportHandlers,
} from '../../media/MediaEngine.ts';
import type { TransportDirection } from '../../room/entityInfo.ts';
import { TureenError } from '../../shared/errors.ts';
import type { V2Requests } from './V2Requests.ts';

export interface V2TransportsOptions {
  readonly requests: V2Requests;
  readonly media: MediaSession;
  readonly forceTcp: boolean;
  readonly onState: (direction: TransportDirection, state: MediaConnectionState) => void;
}

/**
 * The two transports of a session. Whoever asks for a transport or producer gives it its number; the server's end has no DTLS
 * parameters of ours before media is to flow.
 */
export class V2Transports {
  readonly #options: V2TransportsOptions;
  /** Numbers that were given: none is given twice. */
  readonly #ids = new Set<number>();
  /** What was said of a transport and is not known to have arrived. */
  readonly #unsure = new Set<unknown>();
  #send: MediaSendTransport | null = null;
  #recv: MediaRecvTransport | null = null;

  constructor(options: V2TransportsOptions) {
    this.#options = options;
  }

  /** Asks for one while `joining` is on its way. */
  async ask(direction: TransportDirection, joining: Promise<unknown>): Promise<TransportDescription> {
    const { requests, forceTcp } = this.#options;
    const options = {
      udp: !forceTcp,
      tcp: true,
      preferIPv4: false,
      preferIPv6: false,
      preferUdp: false,
      preferTcp: false,
    };
    const ask = async () => {
      const id = this.#newId();
      const answer = (await requests.send('createTransport', { id, direction, options })) as TransportResponse;
      return { id: String(id), ...complete('createTransport', fromV2Transport(answer)) };
    };
    try {
      return await ask();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Somebody has that number. Or the server does not take messages in order, and the join was not through.
      await joining;
      return ask();
    }
  }

  /** Makes our ends of what the server has made. A spy has none to send on. */
  open(send: TransportDescription | null, recv: TransportDescription): void {
    if (send !== null) this.#openSend(send);
    this.#recv = this.#options.media.createRecvTransport(recv, this.#handlers('recv', Number(recv.id)));
  }

  /** Whether both ends know the same of the transports: else they cannot be gone on with. */
  get areSure(): boolean {
    return this.#unsure.size === 0;
  }

  get send(): MediaSendTransport {
    if (this.#send === null) throw new TureenError('invalidState', 'there is no send transport');
    return this.#send;
  }

  get recv(): MediaRecvTransport {
    if (this.#recv === null) throw new TureenError('invalidState', 'there is no recv transport');
    return this.#recv;
  }

  of(direction: TransportDirection): MediaSendTransport | MediaRecvTransport | null {
    return direction === 'send' ? this.#send : this.#recv;
  }

  directionOf(id: number): TransportDirection | null {
    if (this.#send?.id === String(id)) return 'send';
    return this.#recv?.id === String(id) ? 'recv' : null;
  }

  async restartIce(direction: TransportDirection): Promise<void> {
    const transport = this.of(direction);
    if (transport === null) return;
    const id = Number(transport.id);
    const answer = await this.#unsureDuring(direction, () => this.#options.requests.send('restartTransport', { id }));
    const { iceParameters } = answer as { iceParameters: IceParameters };
    await transport.restartIce(complete('restartTransport', fromV2IceParameters(iceParameters)));
  }

  /** Another one to send on; with the old one the server closes what was on it. */
  async rebuildSend(): Promise<void> {
    const before = this.send;
    const id = Number(before.id);
    await this.#unsureDuring('rebuild', async () => {
      this.#openSend(await this.ask('send', Promise.resolve()));
      before.close();
      this.#unsure.delete(id);
      this.#options.onState('send', 'new');
      await this.#options.requests.send('closeTransport', { id });
    });
  }

  /** Without an answer nobody knows what the server has. A refusal is one. */
  async #unsureDuring<T>(what: string, work: () => Promise<T>): Promise<T> {
    this.#unsure.add(what);
    const done = () => this.#unsure.delete(what);
    try {
      const result = await work();
      done();
      return result;
    } catch (error) {
      if (isRefusal(error)) done();
      throw error;
    }
  }

  #openSend(send: TransportDescription): void {
    this.#send = this.#options.media.createSendTransport(send, this.#sendHandlers(Number(send.id)));
  }

  #sendHandlers(transportId: number): SendTransportHandlers {
    return {
      ...this.#handlers('send', transportId),
      onProduce: async ({ kind, rtpParameters: parameters, appData, paused }) => {
        const rtpParameters = toV2ProducerParameters(parameters);
        const ask = async () => {
          const id = this.#newId();
          await this.#options.requests.send('createProducer', {
            id,
            kind,
            transportId,
            rtpParameters,
            paused,
            appData,
          });
          return String(id);
        };
        try {
          return await ask();
        } catch (error) {
          // Somebody has that number.
          if (isRefusal(error) && isDuplicatedIdError(error.message)) return ask();
          throw error;
        }
      },
      onProduceData: () => Promise.reject(new TureenError('unsupported', 'there are no data channels')),
    };
  }

  #handlers(direction: TransportDirection, transportId: number): TransportHandlers {
    return {
      // Nobody confirms it: a server that cannot connect closes the transport, and says so.
      onConnect: async (dtlsParameters) => {
        this.#unsure.add(transportId);
        await this.#options.requests.send('updateTransport', { id: transportId, dtlsParameters });
      },
      onConnectionState: (state) => {
        if (state === 'connected') this.#unsure.delete(transportId);
        // One that was replaced is nobody's any more.
        if (this.directionOf(transportId) !== null) this.#options.onState(direction, state);
      },
    };
  }

  #newId(): number {
    let id: number;
    do id = randomEntityId();
    while (this.#ids.has(id));
    this.#ids.add(id);
    return id;
  }
}

function isRefusal(error: unknown): error is TureenError {
  return TureenError.is(error) && error.code === 'requestRefused';
}

/** The value, or what the server left out. */
function complete<T>(method: string, read: ParseResult<T>): T {
  if (read.ok) return read.value;
  throw new TureenError('badResponse', `the answer to '${method}' makes no sense: ${formatIssue(read.issue)}`, {
    method,
  });
}
