import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpHeader, RtpPacket } from 'werift';

import { CountingClock } from '../world/CountingClock.ts';

/** ms between packets of a track: 50 packets a second. */
const packetMs = 20;
const heartbeatMs = 10_000;
const sound = Buffer.alloc(80, 0x78);
/** VP8 key frame of 16×16 pixels, padded to the size of a real picture. */
const picture = Buffer.concat([
  Buffer.from([0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x10, 0x00, 0x10, 0x00, 0, 0, 0]),
  Buffer.alloc(1000),
]);

/** VP8 frame that depends on earlier frames, padded likewise. */
const difference = Buffer.concat([Buffer.from([0x10, 0x11, 0x02, 0x00]), Buffer.alloc(1000)]);
/** The lowest bit of a frame's first byte, after one byte of descriptor, is 0 in a key frame. */
const isKeyFrame = (payload: Buffer): boolean => ((payload[1] ?? 1) & 1) === 0;

/** Payload types: `push` are the peer's own, `pull` are the server's, which a receiver must offer. */
const numbers = { push: { opus: 111, VP8: 96 }, pull: { opus: 109, VP8: 120 } };

interface Pusher {
  readonly pusherId: string;
  readonly rtpParam: { readonly av_type: 'audio' | 'video' };
}
interface Answer {
  readonly sdp: string;
  readonly pushers?: readonly Pusher[];
}
interface Frame {
  readonly response?: boolean;
  readonly id?: number;
  readonly ok?: boolean;
  readonly data?: Answer;
  readonly errorReason?: string;
}

/** Push-pull user with real media (ICE, DTLS, RTP over UDP) from an independent implementation. */
export class MediaPeer {
  sent = 0;
  received = 0;
  /** Key frame requests (PLI) from the server. */
  keyFrameRequests = 0;
  readonly #socket: WebSocket;
  readonly #own: { readonly roomId: string; readonly userId: string };
  readonly #clock = new CountingClock();
  readonly #waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  readonly #connections: RTCPeerConnection[] = [];
  #lastId = 0;
  #cancelSending = () => {};
  #isKeyFrameDue = true;

  private constructor(socket: WebSocket, own: { readonly roomId: string; readonly userId: string }) {
    this.#socket = socket;
    this.#own = own;
    socket.addEventListener('message', ({ data }) => {
      this.#handleFrame(JSON.parse(String(data)) as Frame);
    });
  }

  static async join(url: string, roomId: string, userId: string): Promise<MediaPeer> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/push-pull`, 'protoo');
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    const peer = new MediaPeer(socket, { roomId, userId });
    await peer.#ask('join', { userName: userId, extensions: ['pushers'] });
    peer.#beat();
    return peer;
  }

  /**
   * Starts to send audio and video.
   *
   * @param options.keyFrames - Whether every frame is a key frame, or only after a request. Default `always`.
   */
  async push({ keyFrames = 'always' }: { readonly keyFrames?: 'always' | 'onRequest' } = {}): Promise<
    readonly Pusher[]
  > {
    const connection = this.#open('push');
    const tracks = (['audio', 'video'] as const).map((kind) => {
      const track = new MediaStreamTrack({ kind });
      const { sender } = connection.addTransceiver(track, { direction: 'sendonly' });
      sender.onPictureLossIndication.subscribe(() => {
        this.keyFrameRequests += 1;
        this.#isKeyFrameDue = true;
      });
      return track;
    });
    const { pushers = [] } = await this.#exchange(connection, 'push', {});
    this.#send(tracks, 1, keyFrames === 'always');
    return pushers;
  }

  /**
   * Receives and counts the media of another user. Resolves when the media is connected. `shown` resolves with the first key frame.
   */
  async pull(targetUserId: string, pushers: readonly Pusher[]): Promise<{ readonly shown: Promise<void> }> {
    let onShown = () => {};
    const shown = new Promise<void>((resolve) => (onShown = resolve));
    const connection = this.#open('pull');
    const specs = pushers.map(({ pusherId, rtpParam: { av_type: type } }) => ({ type, pusherId }));
    for (const { type } of specs)
      connection.addTransceiver(type, { direction: 'recvonly' }).onTrack.subscribe((track) => {
        track.onReceiveRtp.subscribe(({ payload }) => {
          this.received += 1;
          if (type === 'video' && isKeyFrame(payload)) onShown();
        });
      });
    await this.#exchange(connection, 'pull', { targetUserId, specs });
    return { shown };
  }

  async close(): Promise<void> {
    this.#cancelSending();
    this.#socket.close();
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }

  #open(what: 'push' | 'pull'): RTCPeerConnection {
    const { opus, VP8 } = numbers[what];
    const rtcpFeedback = [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }];
    const connection = new RTCPeerConnection({
      iceServers: [],
      bundlePolicy: 'max-bundle',
      iceUseIpv6: false,
      iceAdditionalHostAddresses: ['127.0.0.1'],
      codecs: {
        audio: [
          new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType: opus }),
        ],
        video: [
          new RTCRtpCodecParameters({ mimeType: 'video/VP8', clockRate: 90_000, payloadType: VP8, rtcpFeedback }),
        ],
      },
    });
    this.#connections.push(connection);
    return connection;
  }

  /** Exchanges offer and answer. Resolves when the media is connected. */
  async #exchange(connection: RTCPeerConnection, method: 'push' | 'pull', data: object): Promise<Answer> {
    const connected = new Promise<void>((resolve) => {
      connection.connectionStateChange.subscribe((state) => {
        if (state === 'connected') resolve();
      });
    });
    await connection.setLocalDescription(await connection.createOffer());
    const offer = { type: 'offer', sdp: connection.localDescription?.sdp };
    const answer = await this.#ask(method, { ...data, sdp: offer });
    await connection.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
    await connected;
    return answer;
  }

  #send(tracks: readonly MediaStreamTrack[], sequenceNumber: number, isAlwaysKeyFrame: boolean): void {
    const frame = isAlwaysKeyFrame || this.#isKeyFrameDue ? picture : difference;
    this.#isKeyFrameDue = false;
    for (const track of tracks) {
      const header = new RtpHeader({ sequenceNumber, timestamp: sequenceNumber * 960, payloadType: 0, ssrc: 1 });
      track.writeRtp(new RtpPacket(header, track.kind === 'video' ? frame : sound));
      this.sent += 1;
    }
    this.#cancelSending = this.#clock.after(packetMs, () => {
      this.#send(tracks, (sequenceNumber + 1) & 0xffff, isAlwaysKeyFrame);
    });
  }

  #beat(): void {
    this.#clock.after(heartbeatMs, () => {
      if (this.#socket.readyState !== WebSocket.OPEN) return;
      void this.#ask('heartbeat', {});
      this.#beat();
    });
  }

  #ask(method: string, data: object): Promise<Answer> {
    const id = (this.#lastId += 1);
    this.#socket.send(JSON.stringify({ request: true, id, method, data: { ...this.#own, ...data } }));
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
  }

  #handleFrame({ response, id = 0, ok, data, errorReason }: Frame): void {
    if (response !== true) return;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (ok === true) waiting?.resolve(data ?? { sdp: '' });
    else waiting?.reject(new Error(errorReason));
  }
}
