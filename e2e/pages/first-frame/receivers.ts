import { ProtooTransport, Room, mediasoupV3 } from '@tureen/client';
import { Device, type types } from 'mediasoup-client';
import * as protoo from 'protoo-client';

export interface ReceiveRequest {
  readonly serverUrl: string;
  readonly roomId: string;
  readonly peerId: string;
}

/** Joins a room and shows the only picture in it. */
export interface Receiver {
  /** Resolves with the element as soon as there is a track. Rejects if there is none. */
  receive(request: ReceiveRequest): Promise<HTMLVideoElement>;
  leave(): Promise<void>;
}

export type ReceiverName = 'room' | 'demo';

/** Receives like an app on Tureen. */
class RoomReceiver implements Receiver {
  #room: Room | null = null;

  async receive({ serverUrl, roomId, peerId }: ReceiveRequest): Promise<HTMLVideoElement> {
    const room = new Room({
      roomId,
      peerId,
      dialect: mediasoupV3(),
      transport: new ProtooTransport({ url: serverUrl }),
    });
    this.#room = room;
    const shown = new Promise<HTMLVideoElement>((resolve) => {
      room.on('newConsumer', ({ consumer }) => {
        const element = consumer.attach();
        document.body.append(element);
        if (element instanceof HTMLVideoElement) resolve(element);
      });
    });
    await room.join();
    return shown;
  }

  async leave(): Promise<void> {
    await this.#room?.leave();
  }
}

/** Fields of a response that are passed on. */
type TransportAnswer = types.TransportOptions;
type ConsumerOffer = Required<Pick<types.ConsumerOptions, 'id' | 'producerId' | 'kind' | 'rtpParameters'>>;

/** Capabilities that mediasoup-client used to report for browsers. */
const sctpCapabilities = { numStreams: { OS: 1024, MIS: 1024 } };

/** mediasoup-client and protoo-client in the order of the demo's app: each request waits for the response to the last. */
class DemoReceiver implements Receiver {
  #peer: protoo.Peer | null = null;

  async receive({ serverUrl, roomId, peerId }: ReceiveRequest): Promise<HTMLVideoElement> {
    const url = new URL(serverUrl);
    url.search = String(new URLSearchParams({ roomId, peerId }));
    const peer = new protoo.Peer(new protoo.WebSocketTransport(url.href));
    this.#peer = peer;
    const transport = Promise.withResolvers<types.Transport>();
    const shown = new Promise<HTMLVideoElement>((resolve, reject) => {
      peer.on('request', ({ method, data }, accept) => {
        if (method !== 'newConsumer') return;
        void (async () => {
          const { id, producerId, kind, rtpParameters } = data as ConsumerOffer;
          const consumer = await (await transport.promise).consume({ id, producerId, kind, rtpParameters });
          accept();
          const element = document.createElement('video');
          Object.assign(element, { autoplay: true, muted: true, playsInline: true });
          element.srcObject = new MediaStream([consumer.track]);
          document.body.append(element);
          resolve(element);
        })().catch(reject);
      });
    });
    await new Promise<void>((resolve) => {
      peer.on('open', resolve);
    });
    const device = new Device();
    await device.load({
      routerRtpCapabilities: (await peer.request('getRouterRtpCapabilities', {})) as types.RtpCapabilities,
    });
    device.createSendTransport(await this.#createTransport(peer, 'producing'));
    const recv = device.createRecvTransport(await this.#createTransport(peer, 'consuming'));
    recv.on('connect', ({ dtlsParameters }, callback, errback) => {
      peer.request('connectWebRtcTransport', { transportId: recv.id, dtlsParameters }).then(callback, errback);
    });
    transport.resolve(recv);
    await peer.request('join', {
      displayName: peerId,
      device: { flag: 'chrome', name: 'Chrome', version: '1' },
      rtpCapabilities: device.recvRtpCapabilities,
      sctpCapabilities,
    });
    return shown;
  }

  async leave(): Promise<void> {
    this.#peer?.close();
  }

  async #createTransport(peer: protoo.Peer, use: 'producing' | 'consuming'): Promise<TransportAnswer> {
    const answer = await peer.request('createWebRtcTransport', {
      forceTcp: false,
      producing: use === 'producing',
      consuming: use === 'consuming',
      sctpCapabilities,
    });
    return { ...(answer as TransportAnswer), iceServers: [] };
  }
}

export const receivers: Readonly<Record<ReceiverName, () => Receiver>> = {
  room: () => new RoomReceiver(),
  demo: () => new DemoReceiver(),
};
