import type { Pusher } from '@tureen/protocol/push-pull';
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpHeader, RtpPacket } from 'werift';
import { systemClock } from '@tureen/kernel';
import type { PushPullClient } from './PushPullClient.ts';

/** Payload types of a client. */
export interface Numbers {
  readonly opus: number;
  readonly VP8: number;
}

/** Payload types: a publisher's own, and the router's, which an aligned puller offers. */
const numbers = { push: { opus: 111, VP8: 96 }, pull: { opus: 109, VP8: 120 } };

/** User with real connections: offers and answers, ICE, DTLS and RTP of a third-party implementation. */
export class PushPullPeer {
  readonly client: PushPullClient;
  readonly #pullNumbers: Numbers;
  readonly #connections = new Set<RTCPeerConnection>();

  /** @param pullNumbers - Payload types in offers to pull. Default: those of the router. */
  constructor(client: PushPullClient, pullNumbers: Numbers = numbers.pull) {
    this.client = client;
    this.#pullNumbers = pullNumbers;
  }

  /** Pushes tracks. Resolves when the media is connected. */
  async push(kinds: readonly ('audio' | 'video')[]): Promise<Pushed> {
    const connection = this.#open('push');
    const tracks = kinds.map((kind) => {
      const track = new MediaStreamTrack({ kind });
      connection.addTransceiver(track, { direction: 'sendonly' });
      return track;
    });
    const connected = whenConnected(connection);
    await connection.setLocalDescription(await connection.createOffer());
    const { sdp, pushers = [] } = await this.client.push(connection.localDescription!.sdp);
    await connection.setRemoteDescription({ type: 'answer', sdp });
    await connected;
    return { connection, pushers, tracks };
  }

  /** Pulls pushers. Resolves when the media is connected; `received` then resolves to the first packet of each. */
  async pull(targetUserId: string, pushers: readonly Pusher[]): Promise<Pulled> {
    const connection = this.#open('pull');
    const specs = pushers.map(({ pusherId, rtpParam }) => ({ type: rtpParam.av_type, pusherId }));
    const received = specs.map(({ type }) => {
      const transceiver = connection.addTransceiver(type, { direction: 'recvonly' });
      return new Promise<Received>((resolve) => {
        transceiver.onTrack.subscribe((track) => {
          track.onReceiveRtp.subscribe(({ header, payload }) => {
            resolve({ payloadType: header.payloadType, payload: [...payload], trackId: track.id ?? '' });
          });
        });
      });
    });
    const connected = whenConnected(connection);
    await connection.setLocalDescription(await connection.createOffer());
    const { sdp } = await this.client.pull(targetUserId, connection.localDescription!.sdp, specs);
    await connection.setRemoteDescription({ type: 'answer', sdp });
    await connected;
    return { connection, received };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.close()));
  }

  #open(what: 'push' | 'pull'): RTCPeerConnection {
    const connection = openConnection(what, what === 'pull' ? this.#pullNumbers : numbers.push);
    this.#connections.add(connection);
    return connection;
  }
}

/** Opens a connection with opus and VP8 under the payload types of a publisher or of the router, without a network in between. */
export function openConnection(what: 'push' | 'pull', { opus, VP8 }: Numbers = numbers[what]): RTCPeerConnection {
  const rtcpFeedback = [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }];
  return new RTCPeerConnection({
    iceServers: [],
    bundlePolicy: 'max-bundle',
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
    codecs: {
      audio: [new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType: opus })],
      video: [new RTCRtpCodecParameters({ mimeType: 'video/VP8', clockRate: 90_000, payloadType: VP8, rtcpFeedback })],
    },
  });
}

export interface Pushed {
  readonly connection: RTCPeerConnection;
  readonly pushers: readonly Pusher[];
  readonly tracks: readonly MediaStreamTrack[];
}

export interface Pulled {
  readonly connection: RTCPeerConnection;
  readonly received: readonly Promise<Received>[];
}

/** RTP packet. */
export interface Received {
  readonly payloadType: number;
  readonly payload: readonly number[];
  readonly trackId: string;
}

/** Sends a packet of each track every 20 ms, until stopped. */
export function send({ tracks }: Pick<Pushed, 'tracks'>): () => void {
  let sequenceNumber = 0;
  let cancel = () => {};
  const sendOnce = () => {
    sequenceNumber += 1;
    for (const track of tracks) {
      const header = new RtpHeader({ sequenceNumber, timestamp: sequenceNumber * 960, payloadType: 0, ssrc: 1 });
      track.writeRtp(new RtpPacket(header, Buffer.from(track.kind === 'video' ? keyFrame : sound)));
    }
    cancel = systemClock.after(20, sendOnce);
  };
  sendOnce();
  return () => {
    cancel();
  };
}

/** Payload of each audio packet. */
export const sound = [0x78, 1, 2, 3];

/** A VP8 payload descriptor (start of partition 0) and the first bytes of a key frame of 16×16. */
export const keyFrame = [0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x10, 0x00, 0x10, 0x00, 0, 0, 0];

export function whenConnected(connection: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    connection.connectionStateChange.subscribe((state) => {
      if (state === 'connected') resolve();
    });
  });
}
