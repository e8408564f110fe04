import * as v2 from '@tureen/protocol/mediasoup-v2';
import * as alpha from '@tureen/protocol/mediasoup-v2-alpha';
import * as beta from '@tureen/protocol/mediasoup-v2-beta';
import {
  fromV2Capabilities,
  fromV2ConsumerParameters,
  fromV2Transport,
  randomEntityId,
  toV2Capabilities,
  toV2ProducerParameters,
  writeEnvelope,
} from '@tureen/protocol/mediasoup-v2-shared';
import type {
  Envelope,
  Extension,
  TransportResponse,
  V2Consumer,
  V2Message,
  V2RtpCapabilities,
} from '@tureen/protocol/mediasoup-v2-shared';
import type { RtpCapabilities } from '@tureen/protocol/common';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { Device, FakeHandler, testFakeParameters } from 'mediasoup-client';
import type { types } from 'mediasoup-client';
import type { MemoryConnection } from './MemoryConnection.ts';

/** Names of the mediasoup 2 dialects. */
export const v2Names = ['mediasoup-v2', 'mediasoup-v2-beta', 'mediasoup-v2-alpha'] as const;
export type V2Name = (typeof v2Names)[number];

interface Messages {
  isClientRequestMethod(name: string): boolean;
  writeClientMessage(method: never, data: never): V2Message;
}

const messagesOf: Readonly<Record<V2Name, Messages>> = {
  'mediasoup-v2': v2,
  'mediasoup-v2-beta': beta,
  'mediasoup-v2-alpha': alpha,
};

/** Names that differ from those of mediasoup-v2. */
const namesIn: Readonly<Record<V2Name, Readonly<Record<string, string>>>> = {
  'mediasoup-v2': {},
  'mediasoup-v2-beta': { join: 'joinRoom', leave: 'leaveRoom', closed: 'roomClosed' },
  'mediasoup-v2-alpha': {
    createProducer: 'createReceiver',
    pauseProducer: 'pauseReceiver',
    resumeProducer: 'resumeReceiver',
    closeProducer: 'closeReceiver',
    enableConsumer: 'enableSender',
    pauseConsumer: 'stopSender',
    resumeConsumer: 'playSender',
    closed: 'roomClosed',
    peerClosed: 'peerLeft',
    newConsumer: 'newSender',
    consumerClosed: 'senderClosed',
    consumerPaused: 'senderPaused',
    consumerResumed: 'senderResumed',
    producerClosed: 'receiverClosed',
    producerPaused: 'receiverPaused',
    producerResumed: 'receiverResumed',
  },
};

/** Payload of a server message, as received. */
export type Payload = Readonly<Record<string, unknown>>;

/** Peer in the response to join; `senders` in the alpha dialect. */
interface JoinedPeer {
  readonly name: string;
  readonly consumers?: readonly V2Consumer[];
  readonly senders?: readonly V2Consumer[];
  readonly appData?: unknown;
  readonly dialect?: string;
}

export interface JoinAnswer {
  readonly peers: readonly JoinedPeer[];
  readonly rtpCapabilities?: V2RtpCapabilities;
  readonly extensions?: readonly Extension[];
  readonly resumeToken?: string;
  readonly resumed?: {
    readonly producers: readonly { readonly id: number; readonly paused: boolean }[];
    readonly consumers: readonly { readonly id: number; readonly paused: boolean; readonly producerPaused: boolean }[];
  };
}

export interface JoinV2Options {
  readonly appData?: unknown;
  readonly spy?: boolean;
  readonly extensions?: readonly Extension[];
  readonly resumeToken?: string | undefined;
  readonly holds?: V2Holds;
  /** Capabilities in the join. Default: those of the device; none in the alpha dialect. */
  readonly rtpCapabilities?: RtpCapabilities;
}

/** Numbers of the entities that the client still has. */
export interface V2Holds {
  readonly producers?: readonly number[];
  readonly consumers?: readonly number[];
}

/** Transport of the client, and its number in messages. */
export interface NumberedTransport {
  readonly id: number;
  readonly transport: types.Transport;
}

/**
 * Client of any mediasoup 2 dialect: today's mediasoup-client with its fake browser and converted parameters, over a
 * connection in memory. Methods take the names of mediasoup-v2.
 */
export class V2Client {
  /** Current connection. */
  connection: MemoryConnection;
  readonly dialect: V2Name;
  readonly peerName: string;
  readonly device = new Device({ handlerFactory: FakeHandler.createFactory(testFakeParameters) });
  envelope: Envelope = 'notification';
  send: NumberedTransport | undefined;
  recv: NumberedTransport | undefined;

  constructor(connection: MemoryConnection, dialect: V2Name, peerName: string) {
    this.connection = connection;
    this.dialect = dialect;
    this.peerName = peerName;
  }

  /** Returns the name in the dialect. */
  nameOf(word: string): string {
    return namesIn[this.dialect][word] ?? word;
  }

  /** Sends a message as a request or a notification, as in the dialect, in the envelope of this client. */
  async sendMessage(word: string, data: object = {}): Promise<unknown> {
    const message = messagesOf[this.dialect].writeClientMessage(this.nameOf(word) as never, data as never);
    const carried = writeEnvelope(message, this.envelope);
    if (carried.kind === 'request') return this.connection.sendRequest(carried.method, carried.data);
    this.connection.sendNotification(carried.method, carried.data);
    return undefined;
  }

  /** All messages of the server so far, in any envelope. */
  get payloads(): Payload[] {
    return this.connection.arrivals.flatMap((arrival) => {
      if (arrival.kind !== 'notification' && arrival.kind !== 'request') return [];
      const data = arrival.data as Payload;
      return typeof data.method === 'string' ? [data] : [{ method: arrival.method, ...data }];
    });
  }

  /** Returns the messages of one name. */
  all(word: string): Payload[] {
    return this.payloads.filter(({ method }) => method === this.nameOf(word));
  }

  /** Resolves with the first matching message of that name, past or future. */
  async received(word: string, where: (payload: Payload) => boolean = () => true): Promise<Payload> {
    const name = this.nameOf(word);
    const arrival = await this.connection.arrival((candidate) => {
      if (candidate.kind !== 'notification' && candidate.kind !== 'request') return false;
      const data = candidate.data as Payload;
      return (data.method ?? candidate.method) === name && where(data);
    });
    return (arrival as { data: Payload }).data;
  }

  /** Resolves with the next message of that name. */
  next(word: string): Promise<Payload> {
    const before = new Set(this.payloads);
    return this.received(word, (payload) => !before.has(payload));
  }

  async join(options: JoinV2Options = {}): Promise<JoinAnswer> {
    const { appData, spy, extensions, rtpCapabilities, resumeToken, holds } = options;
    const isAlpha = this.dialect === 'mediasoup-v2-alpha';
    if (!isAlpha && !this.device.loaded) await this.loadDevice();
    const capabilities = rtpCapabilities ?? (isAlpha ? undefined : this.device.recvRtpCapabilities);
    const answer = (await this.sendMessage('join', {
      ...(this.dialect === 'mediasoup-v2' ? { peerName: this.peerName } : {}),
      ...(capabilities === undefined ? {} : { rtpCapabilities: toV2Capabilities(capabilities) }),
      ...(spy === undefined ? {} : { spy }),
      ...(appData === undefined ? {} : { appData }),
      ...(extensions === undefined ? {} : { extensions }),
      ...(resumeToken === undefined ? {} : { resumeToken, holds }),
    })) as JoinAnswer;
    if (answer.rtpCapabilities !== undefined && !this.device.loaded) await this.#load(answer.rtpCapabilities);
    return answer;
  }

  /** Resumes on that connection, with the entities that the client still has. */
  async resume(connection: MemoryConnection, resumeToken: string | undefined, holds: V2Holds = {}, appData?: unknown) {
    this.connection = connection;
    return this.join({ extensions: ['resumeToken', 'textMessage'], resumeToken: resumeToken ?? '', holds, appData });
  }

  async loadDevice(): Promise<void> {
    const { rtpCapabilities } = (await this.sendMessage('queryRoom')) as { rtpCapabilities: V2RtpCapabilities };
    await this.#load(rtpCapabilities);
  }

  /** Creates a transport without DTLS parameters, which follow in updateTransport, as today's mediasoup-client requires. */
  async createTransport(direction: 'send' | 'recv', extra: object = {}): Promise<NumberedTransport> {
    const id = randomEntityId();
    const answer = await this.sendMessage('createTransport', { id, direction, options: {}, ...extra });
    const remote = fromV2Transport(answer as TransportResponse);
    if (!remote.ok) throw new Error(remote.issue.path);
    const parameters = { id: String(id), ...remote.value } as types.TransportOptions;
    const transport =
      direction === 'send' ? this.device.createSendTransport(parameters) : this.device.createRecvTransport(parameters);
    transport.on('connect', ({ dtlsParameters }, callback, errback) => {
      this.sendMessage('updateTransport', { id, dtlsParameters }).then(callback, errback);
    });
    transport.on('produce', ({ kind, rtpParameters, appData }, callback, errback) => {
      const producerId = randomEntityId();
      const v2Parameters = toV2ProducerParameters(rtpParameters);
      const data = { id: producerId, kind, transportId: id, rtpParameters: v2Parameters, paused: false, appData };
      this.sendMessage('createProducer', data).then(() => {
        callback({ id: String(producerId) });
      }, errback);
    });
    const numbered = { id, transport };
    if (direction === 'send') this.send = numbered;
    else this.recv = numbered;
    return numbered;
  }

  /** Sends a track; `encodings` with rids make it simulcast. Resolves with the producer's ID. */
  async produce(kind: 'audio' | 'video', options: Partial<types.ProducerOptions> = {}): Promise<number> {
    const { transport } = this.send ?? (await this.createTransport('send'));
    const producer = await transport.produce({ track: new FakeMediaStreamTrack({ kind }), ...options });
    return Number(producer.id);
  }

  /** Subscribes to a consumer, locally and at the server. Resolves with the server's response. */
  async enable(entry: Payload | V2Consumer, extra: object = {}): Promise<unknown> {
    const { id, kind, rtpParameters } = entry as V2Consumer;
    const recv = this.recv ?? (await this.createTransport('recv'));
    await recv.transport.consume({
      id: String(id),
      producerId: String(id),
      kind,
      rtpParameters: fromV2ConsumerParameters(rtpParameters, { id, kind }) as types.RtpParameters,
    });
    return this.sendMessage('enableConsumer', {
      id,
      ...(this.dialect === 'mediasoup-v2' ? { transportId: recv.id } : {}),
      ...(this.dialect === 'mediasoup-v2-alpha' ? { rtpSettings: { useRtx: true } } : { paused: false }),
      ...extra,
    });
  }

  async #load(rtpCapabilities: V2RtpCapabilities): Promise<void> {
    await this.device.load({ routerRtpCapabilities: fromV2Capabilities(rtpCapabilities) as types.RtpCapabilities });
  }
}

/** Returns a peer's consumers from the response to a join. */
export function consumersOf({ peers }: JoinAnswer, name: string): readonly V2Consumer[] {
  const peer = peers.find((candidate) => candidate.name === name);
  return peer?.consumers ?? peer?.senders ?? [];
}
