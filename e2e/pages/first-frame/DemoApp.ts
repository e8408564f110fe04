import { encodingsFor } from '@tureen/client';
import { Device, type types } from 'mediasoup-client';
import * as protoo from 'protoo-client';
import { type App, type JoinRequest, camera } from './App.ts';

/** Fields of a response that are passed on. */
type TransportAnswer = types.TransportOptions;
type ConsumerOffer = Required<Pick<types.ConsumerOptions, 'id' | 'producerId' | 'kind' | 'rtpParameters'>>;

/** Capabilities that mediasoup-client used to report for browsers. */
const sctpCapabilities = { numStreams: { OS: 1024, MIS: 1024 } };

export interface DemoAppOptions {
  /** Whether the server offers consumers. Default true. */
  readonly isReceiving?: boolean;
}

/** mediasoup-client and protoo-client in the order of mediasoup-demo's app: each request waits for the response to the last. */
export class DemoApp implements App {
  readonly #isReceiving: boolean;
  #peer: protoo.Peer | null = null;
  #send: types.Transport | null = null;

  constructor({ isReceiving = true }: DemoAppOptions = {}) {
    this.#isReceiving = isReceiving;
  }

  async join({ serverUrl, roomId, peerId }: JoinRequest, onPicture: (element: HTMLVideoElement) => void) {
    const url = new URL(serverUrl);
    url.search = String(new URLSearchParams({ roomId, peerId }));
    const peer = new protoo.Peer(new protoo.WebSocketTransport(url.href));
    this.#peer = peer;
    const transport = Promise.withResolvers<types.Transport>();
    peer.on('request', ({ method, data }, accept, reject) => {
      if (method !== 'newConsumer') return;
      (async () => {
        const { id, producerId, kind, rtpParameters } = data as ConsumerOffer;
        const consumer = await (await transport.promise).consume({ id, producerId, kind, rtpParameters });
        accept();
        const element = document.createElement('video');
        Object.assign(element, { autoplay: true, muted: true, playsInline: true });
        element.srcObject = new MediaStream([consumer.track]);
        document.body.append(element);
        onPicture(element);
      })().catch((error: unknown) => {
        reject(500, String(error));
      });
    });
    await new Promise<void>((resolve) => {
      peer.on('open', resolve);
    });
    const device = new Device();
    await device.load({
      routerRtpCapabilities: (await peer.request('getRouterRtpCapabilities', {})) as types.RtpCapabilities,
    });
    this.#send = device.createSendTransport(await this.#createTransport(peer, 'producing'));
    this.#answerConnect(peer, this.#send);
    this.#send.on('produce', ({ kind, rtpParameters, appData }, callback, errback) => {
      peer
        .request('produce', { transportId: this.#send?.id, kind, rtpParameters, appData })
        .then((answer) => {
          callback(answer as { id: string });
        })
        .catch(errback);
    });
    const recv = device.createRecvTransport(await this.#createTransport(peer, 'consuming'));
    this.#answerConnect(peer, recv);
    transport.resolve(recv);
    await peer.request('join', {
      displayName: peerId,
      device: { flag: 'chrome', name: 'Chrome', version: '1' },
      ...(this.#isReceiving ? { rtpCapabilities: device.recvRtpCapabilities, sctpCapabilities } : {}),
    });
  }

  async enableCamera(encodings = encodingsFor(camera)): Promise<void> {
    // The app of the demo looks for a camera first.
    await navigator.mediaDevices.enumerateDevices();
    const { width, height, frameRate } = camera;
    const video = { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: frameRate } };
    const [track] = (await navigator.mediaDevices.getUserMedia({ video })).getVideoTracks();
    await this.publish(track!, encodings);
  }

  async publish(track: MediaStreamTrack, encodings: RTCRtpEncodingParameters[]): Promise<void> {
    await this.#send?.produce({ track, encodings, appData: { source: 'camera' } });
  }

  async leave(): Promise<void> {
    this.#peer?.close();
  }

  #answerConnect(peer: protoo.Peer, transport: types.Transport): void {
    transport.on('connect', ({ dtlsParameters }, callback, errback) => {
      peer.request('connectWebRtcTransport', { transportId: transport.id, dtlsParameters }).then(callback, errback);
    });
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
