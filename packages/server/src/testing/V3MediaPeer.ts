import { readTransport } from '@tureen/protocol/mediasoup-v3';
import type { NewConsumer, TransportResponse } from '@tureen/protocol/mediasoup-v3';
import { MediaStreamTrack } from 'werift';
import type { RTCPeerConnection } from 'werift';
import { planPush } from '../dialects/push-pull/sdp/planPush.ts';
import { readOffer } from '../dialects/push-pull/sdp/readOffer.ts';
import { writeAnswer } from '../dialects/push-pull/sdp/writeAnswer.ts';
import { openConnection, whenConnected } from './PushPullPeer.ts';
import { idOf } from './V3Client.ts';
import type { V3Client } from './V3Client.ts';

/** Peer with real audio: ICE, DTLS and RTP of a third-party implementation. */
export class V3MediaPeer {
  readonly client: V3Client;
  readonly #connections = new Set<RTCPeerConnection>();
  #recvTransport: TransportResponse | undefined;

  constructor(client: V3Client) {
    this.client = client;
  }

  /** Joins as its client, which creates no transport itself. */
  async join(options: Parameters<V3Client['join']>[0] = {}) {
    await this.client.loadDevice();
    this.#recvTransport = await this.#createTransport('recv');
    return this.client.join(options);
  }

  /** Sends audio. Resolves when the media is connected. */
  async send() {
    const transport = await this.#createTransport('send');
    const connection = this.#open('push');
    const track = new MediaStreamTrack({ kind: 'audio' });
    connection.addTransceiver(track, { direction: 'sendonly' });
    await connection.setLocalDescription(await connection.createOffer());
    const offer = readOffer(connection.localDescription!.sdp);
    const routerRtpCapabilities = this.client.device.recvRtpCapabilities as Parameters<
      typeof planPush
    >[1]['routerRtpCapabilities'];
    const [plan] = planPush(offer, { routerRtpCapabilities, allowSimulcast: false });
    const { mid, kind, rtpParameters, answered } = plan!;
    await this.#connect(connection, transport, offer, [mid, { direction: 'recvonly', rtpParameters: answered }]);
    const answer = await this.client.sendMessage('produce', {
      transportId: transport.id,
      kind,
      rtpParameters,
      appData: {},
    });
    return { producerId: idOf(answer, 'producerId'), track };
  }

  /** Receives a consumer. Resolves when the media is connected. */
  async receive({ rtpParameters }: NewConsumer): Promise<Reception> {
    const connection = this.#open('pull');
    const transceiver = connection.addTransceiver('audio', { direction: 'recvonly' });
    const reception = new Reception();
    transceiver.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe(({ header }) => {
        reception.add(header.sequenceNumber);
      });
    });
    await connection.setLocalDescription(await connection.createOffer());
    const offer = readOffer(connection.localDescription!.sdp);
    const { mid } = offer.sections[0]!;
    const msid = { streamId: 'stream', trackId: 'track' };
    await this.#connect(connection, this.#recvTransport!, offer, [mid, { direction: 'sendonly', rtpParameters, msid }]);
    return reception;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.close()));
  }

  async #createTransport(direction: 'send' | 'recv'): Promise<TransportResponse> {
    const [producing, consuming] = [direction === 'send', direction === 'recv'];
    const read = readTransport(
      await this.client.sendMessage('createWebRtcTransport', { producing, consuming, forceTcp: false }),
    );
    if (!read.ok) throw new Error(read.issue.path);
    return read.value;
  }

  async #connect(
    connection: RTCPeerConnection,
    transport: TransportResponse,
    offer: ReturnType<typeof readOffer>,
    section: Parameters<typeof writeAnswer>[2] extends ReadonlyMap<infer Mid, infer Section> ? [Mid, Section] : never,
  ): Promise<void> {
    const { dtlsParameters } = offer;
    const connected = whenConnected(connection);
    await this.client.sendMessage('connectWebRtcTransport', { transportId: transport.id, dtlsParameters });
    await connection.setRemoteDescription({ type: 'answer', sdp: writeAnswer(offer, transport, new Map([section])) });
    await connected;
  }

  #open(what: 'push' | 'pull'): RTCPeerConnection {
    const connection = openConnection(what);
    this.#connections.add(connection);
    return connection;
  }
}

/** Sequence numbers of received packets, in order. */
export class Reception {
  readonly numbers: number[] = [];
  #waiting: (() => void)[] = [];

  add(sequenceNumber: number): void {
    this.numbers.push(sequenceNumber);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Resolves when that number of further packets arrived. */
  async more(count: number): Promise<void> {
    const until = this.numbers.length + count;
    while (this.numbers.length < until) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  /** Number of missing packets between the first and the last. */
  get lost(): number {
    const [first = 0] = this.numbers;
    return ((this.numbers.at(-1) ?? first) - first + 1 - this.numbers.length) & 0xffff;
  }
}
