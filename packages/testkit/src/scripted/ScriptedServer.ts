import type { RtpCapabilities, RtpParameters } from '@tureen/protocol/common';
import { Scripted, type Received, type Sent } from './Scripted.ts';

export const routerRtpCapabilities: RtpCapabilities = {
  codecs: [
    {
      kind: 'audio',
      mimeType: 'audio/opus',
      preferredPayloadType: 100,
      clockRate: 48000,
      channels: 2,
      parameters: {},
      rtcpFeedback: [],
    },
    {
      kind: 'video',
      mimeType: 'video/VP8',
      preferredPayloadType: 101,
      clockRate: 90000,
      parameters: {},
      rtcpFeedback: [],
    },
  ],
  headerExtensions: [],
};

export function rtpParametersOf(kind: 'audio' | 'video'): RtpParameters {
  const codec =
    kind === 'audio'
      ? { mimeType: 'audio/opus', payloadType: 100, clockRate: 48000, channels: 2, parameters: {}, rtcpFeedback: [] }
      : { mimeType: 'video/VP8', payloadType: 101, clockRate: 90000, parameters: {}, rtcpFeedback: [] };
  return {
    codecs: [codec],
    headerExtensions: [],
    encodings: [{ ssrc: kind === 'audio' ? 1111 : 2222 }],
    rtcp: { cname: 'scripted' },
  };
}

/**
 * mediasoup-v3 server controlled by the test, for orders and faults that a real server cannot produce on demand. e2e shows that the real
 * server understands the dialect.
 */
export class ScriptedServer extends Scripted {
  /** Peers in the join response. */
  peers: { id: string; displayName?: string }[] = [];

  notify(method: string, data: object = {}): void {
    this.send(method, data);
  }

  offer(
    id: string,
    details: {
      peerId: string;
      kind?: 'audio' | 'video';
      producerId?: string;
      producerPaused?: boolean;
      source?: string;
    },
  ) {
    const {
      peerId,
      kind = 'video',
      producerId = `producer of ${id}`,
      producerPaused = false,
      source = 'camera',
    } = details;
    return this.ask('newConsumer', {
      id,
      peerId,
      producerId,
      kind,
      rtpParameters: rtpParametersOf(kind),
      type: 'simple',
      appData: { source, peerId },
      producerPaused,
    });
  }

  protected override read({ method, data }: Sent): Received {
    return { method, data: (data ?? {}) as Record<string, unknown> };
  }

  override answerOf(method: string, data: Record<string, unknown>): unknown {
    switch (method) {
      case 'getRouterRtpCapabilities':
        return routerRtpCapabilities;
      case 'createWebRtcTransport':
        return {
          id: `${data.producing === true ? 'send' : 'recv'}-${this.nextId()}`,
          iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
          iceCandidates: [
            {
              foundation: 'f',
              priority: 1,
              ip: '127.0.0.1',
              address: '127.0.0.1',
              protocol: 'udp',
              port: 4000,
              type: 'host',
            },
          ],
          dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: '00' }] },
          sctpParameters: { port: 5000, OS: 1024, MIS: 1024, maxMessageSize: 262144 },
        };
      case 'join':
        return { peers: this.peers, ...(this.extensions.length > 0 ? { extensions: this.extensions } : {}) };
      case 'produce':
      case 'produceData':
        return { id: `${method}-${this.nextId()}` };
      case 'restartIce':
        return { usernameFragment: 'u2', password: 'p2', iceLite: true };
      case 'getTransportStats':
      case 'getProducerStats':
      case 'getConsumerStats':
        return [{ type: method, timestamp: 1 }];
      default:
        return {};
    }
  }
}
