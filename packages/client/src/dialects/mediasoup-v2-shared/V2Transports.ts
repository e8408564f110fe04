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
 * The two transports of a session. The client chooses the IDs of transports and producers. The server gets the client's DTLS
 * parameters when media is about to flow.
 */
export class V2Transports {
  readonly #options: V2TransportsOptions;
  /** IDs that this session has used: each is used once. */
  readonly #ids = new Set<number>();
  /** Changes of transports that the server has not confirmed. */
  readonly #unconfirmed = new Set<unknown>();
  #send: MediaSendTransport | null = null;
  #recv: MediaRecvTransport | null = null;

  constructor(options: V2TransportsOptions) {
    this.#options = options;
  }

  /** Requests a transport from the server, while the request to join is pending. */
  async create(direction: TransportDirection, joining: Promise<unknown>): Promise<TransportDescription> {
    const { requests, forceTcp } = this.#options;
    const options = {
      udp: !forceTcp,
      tcp: true,
      preferIPv4: false,
      preferIPv6: false,
      preferUdp: false,
      preferTcp: false,
    };
    const request = async () => {
      const id = this.#newId();
      const response = (await requests.send('createTransport', { id, direction, options })) as TransportResponse;
      return { id: String(id), ...assertComplete('createTransport', fromV2Transport(response)) };
    };
    try {
      return await request();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Either the ID is in use, or the server handles messages out of order and has not handled the join yet.
      await joining;
      return request();
    }
  }

  /** Opens the local ends. A spy has no send transport. */
  open(send: TransportDescription | null, recv: TransportDescription): void {
    if (send !== null) this.#openSend(send);
    this.#recv = this.#options.media.createRecvTransport(recv, this.#handlers('recv', Number(recv.id)));
  }

  /** Whether both ends agree about the transports. A resume is possible only then. */
  get areConfirmed(): boolean {
    return this.#unconfirmed.size === 0;
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
    const response = await this.#unconfirmedDuring(direction, () =>
      this.#options.requests.send('restartTransport', { id }),
    );
    const { iceParameters } = response as { iceParameters: IceParameters };
    await transport.restartIce(assertComplete('restartTransport', fromV2IceParameters(iceParameters)));
  }

  /** Replaces the send transport. The server closes the old one, with its producers. */
  async rebuildSend(): Promise<void> {
    const before = this.send;
    const id = Number(before.id);
    await this.#unconfirmedDuring('rebuild', async () => {
      this.#openSend(await this.create('send', Promise.resolve()));
      before.close();
      this.#unconfirmed.delete(id);
      this.#options.onState('send', 'new');
      await this.#options.requests.send('closeTransport', { id });
    });
  }

  /**
   * Marks the transports as unconfirmed during `work`, and afterwards if it got no response: the state of the server is then
   * unknown. A refusal is a response.
   */
  async #unconfirmedDuring<T>(change: string, work: () => Promise<T>): Promise<T> {
    this.#unconfirmed.add(change);
    const confirm = () => this.#unconfirmed.delete(change);
    try {
      const result = await work();
      confirm();
      return result;
    } catch (error) {
      if (isRefusal(error)) confirm();
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
        const request = async () => {
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
          return await request();
        } catch (error) {
          if (isRefusal(error) && isDuplicatedIdError(error.message)) return request();
          throw error;
        }
      },
      onProduceData: () => Promise.reject(new TureenError('unsupported', 'there are no data channels')),
    };
  }

  #handlers(direction: TransportDirection, transportId: number): TransportHandlers {
    return {
      // There is no response: a server that cannot connect the transport sends `transportClosed`.
      onConnect: async (dtlsParameters) => {
        this.#unconfirmed.add(transportId);
        await this.#options.requests.send('updateTransport', { id: transportId, dtlsParameters });
      },
      onConnectionState: (state) => {
        if (state === 'connected') this.#unconfirmed.delete(transportId);
        // States of a replaced transport are ignored.
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

/** Returns the value. Throws `badResponse` where the server left out a field. */
function assertComplete<T>(method: string, read: ParseResult<T>): T {
  if (read.ok) return read.value;
  throw new TureenError('badResponse', `the response to '${method}' is malformed: ${formatIssue(read.issue)}`, {
    method,
  });
}
