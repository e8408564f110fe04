import type { Variant } from '@tureen/protocol/mediasoup-v3';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { Device, FakeHandler, testFakeParameters } from 'mediasoup-client';
import type { types } from 'mediasoup-client';
import type { MemoryConnection } from './MemoryConnection.ts';

type Fields = Record<string, unknown>;

const sctpCapabilities = { numStreams: { OS: 1024, MIS: 1024 } };

/** Names that the two generations of mediasoup-demo use for the same fields. */
const words = {
  classic: {
    routerRtpCapabilities: (answer: unknown) => answer,
    transportId: 'id',
    producerId: 'id',
    dataProducerId: 'id',
    consumerId: 'id',
    dataConsumerId: 'id',
    peerId: 'id',
    purpose: (direction: 'producer' | 'consumer') => ({
      producing: direction === 'producer',
      consuming: direction === 'consumer',
    }),
    sources: { microphone: {}, camera: {}, screen: { share: true } },
    channel: (label: string) => ({ info: `my-${label}-DataProducer` }),
    newPeer: (data: Fields) => data,
  },
  notify: {
    routerRtpCapabilities: (answer: unknown) => (answer as Fields).routerRtpCapabilities,
    transportId: 'transportId',
    producerId: 'producerId',
    dataProducerId: 'dataProducerId',
    consumerId: 'consumerId',
    dataConsumerId: 'dataConsumerId',
    peerId: 'peerId',
    purpose: (direction: 'producer' | 'consumer') => ({ appData: { direction } }),
    sources: { microphone: { source: 'audio' }, camera: { source: 'video' }, screen: { source: 'screensharing' } },
    channel: (label: string) => ({ channel: label }),
    newPeer: (data: Fields) => data.peer as Fields,
  },
} as const;

/** Source of a demo client's track. */
export type DemoSource = keyof (typeof words)['classic']['sources'];

/**
 * Client that sends what the RoomClient of one generation sends, message by message in the same order. It reads only the
 * names that this RoomClient reads, and fails where one is missing.
 */
export class DemoClient {
  readonly variant: Variant;
  connection: MemoryConnection;
  readonly device = new Device({ handlerFactory: FakeHandler.createFactory(testFakeParameters) });
  readonly transports: Partial<Record<'producer' | 'consumer', types.Transport>> = {};
  /** Peers in the list of this client. */
  readonly peers = new Map<string, Fields>();

  constructor(connection: MemoryConnection, variant: Variant) {
    this.connection = connection;
    this.variant = variant;
  }

  get #words(): (typeof words)[Variant] {
    return words[this.variant];
  }

  /** Prepares the client, up to `load()`. */
  async load(): Promise<void> {
    if (this.variant === 'notify') await this.connection.sendRequest('getRtcStatsUrl');
    const answer = await this.connection.sendRequest('getRouterRtpCapabilities');
    const routerRtpCapabilities = this.#words.routerRtpCapabilities(answer) as types.RtpCapabilities;
    await this.device.load({ routerRtpCapabilities });
  }

  async createTransport(direction: 'producer' | 'consumer'): Promise<types.Transport> {
    const asked = { sctpCapabilities, forceTcp: false, ...this.#words.purpose(direction) };
    const answer = (await this.connection.sendRequest('createWebRtcTransport', asked)) as Fields;
    const { iceParameters, iceCandidates, dtlsParameters, sctpParameters } = answer;
    const remote = {
      id: read(answer, this.#words.transportId),
      iceParameters,
      iceCandidates,
      dtlsParameters,
      sctpParameters,
    } as types.TransportOptions;
    const transport =
      direction === 'producer' ? this.device.createSendTransport(remote) : this.device.createRecvTransport(remote);
    const transportId = transport.id;
    transport.on('connect', ({ dtlsParameters: local }, callback, errback) => {
      this.connection
        .sendRequest('connectWebRtcTransport', { transportId, dtlsParameters: local })
        .then(callback, errback);
    });
    transport.on('produce', ({ kind, rtpParameters, appData }, callback, errback) => {
      this.connection.sendRequest('produce', { transportId, kind, rtpParameters, appData }).then((data) => {
        callback({ id: read(data, this.#words.producerId) });
      }, errback);
    });
    transport.on('producedata', ({ sctpStreamParameters, label, protocol, appData }, callback, errback) => {
      this.connection
        .sendRequest('produceData', { transportId, sctpStreamParameters, label, protocol, appData })
        .then((data) => {
          callback({ id: read(data, this.#words.dataProducerId) });
        }, errback);
    });
    this.transports[direction] = transport;
    return transport;
  }

  async join(extra: Fields = {}): Promise<Fields> {
    const answer = (await this.connection.sendRequest('join', {
      displayName: this.variant,
      device: { flag: 'chrome', name: 'Chrome', version: '141.0' },
      rtpCapabilities: this.device.recvRtpCapabilities,
      sctpCapabilities,
      ...extra,
    })) as Fields;
    for (const peer of answer.peers as Fields[]) this.peers.set(read(peer, this.#words.peerId), peer);
    return answer;
  }

  async enter(extra: Fields = {}): Promise<Fields> {
    await this.load();
    await this.createTransport('producer');
    await this.createTransport('consumer');
    return this.join(extra);
  }

  async produce(source: DemoSource): Promise<types.Producer> {
    const track = new FakeMediaStreamTrack({ kind: source === 'microphone' ? 'audio' : 'video' });
    const producer = this.transports.producer?.produce({ track, appData: this.#words.sources[source] });
    if (producer === undefined) throw new Error('no send transport');
    return producer;
  }

  async produceData(label: 'chat' | 'bot'): Promise<types.DataProducer> {
    const appData = this.#words.channel(label);
    const dataProducer = this.transports.producer?.produceData({ label, appData });
    if (dataProducer === undefined) throw new Error('no send transport');
    return dataProducer;
  }

  /** Sends a request in one generation, a notification in the other. */
  async sendMessage(method: string, data: Fields): Promise<void> {
    if (this.variant === 'classic') await this.connection.sendRequest(method, data);
    else this.connection.sendNotification(method, data);
  }

  /** Resolves with the offer of that producer, by the names that this client knows. */
  async offerOf(producerId: string): Promise<{ id: string; kind: string; appData: Fields; peerId: string }> {
    const offer = await this.connection.received<Fields>('newConsumer', (one) => one.producerId === producerId);
    const { kind, appData, peerId } = offer as { kind: string; appData: Fields; peerId: string };
    return { id: read(offer, this.#words.consumerId), kind, appData, peerId };
  }

  async dataOfferOf(dataProducerId: string): Promise<{ id: string; label: string; appData: Fields }> {
    const offer = await this.connection.received<Fields>(
      'newDataConsumer',
      (one) => one.dataProducerId === dataProducerId,
    );
    const { label, appData } = offer as { label: string; appData: Fields };
    return { id: read(offer, this.#words.dataConsumerId), label, appData };
  }

  /** Waits for the announcement of the peer. */
  async sees(peerId: string): Promise<Fields> {
    const data = await this.connection.received<Fields>('newPeer', (one) => {
      const peer = this.#words.newPeer(one) as Fields | undefined;
      return peer?.[this.#words.peerId] === peerId;
    });
    return this.#words.newPeer(data);
  }
}

function read(data: unknown, name: string): string {
  const value = (data as Fields)[name];
  if (typeof value !== 'string') throw new Error(`no '${name}' in ${JSON.stringify(data)}`);
  return value;
}
