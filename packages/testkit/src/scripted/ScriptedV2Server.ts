import { readEnvelope } from '@tureen/protocol/mediasoup-v2-shared';
import { Scripted, type Received, type Sent } from './Scripted.ts';

export const v2RouterCapabilities = {
  codecs: [
    {
      kind: 'audio',
      name: 'opus',
      mimeType: 'audio/opus',
      preferredPayloadType: 100,
      clockRate: 48000,
      channels: 2,
      rtcpFeedback: [],
      parameters: { useinbandfec: 1 },
    },
    {
      kind: 'video',
      name: 'VP8',
      mimeType: 'video/VP8',
      preferredPayloadType: 101,
      clockRate: 90000,
      rtcpFeedback: [{ type: 'nack' }],
      parameters: {},
    },
    {
      kind: 'video',
      name: 'rtx',
      mimeType: 'video/rtx',
      preferredPayloadType: 102,
      clockRate: 90000,
      rtcpFeedback: [],
      parameters: { apt: 101 },
    },
  ],
  headerExtensions: [{ kind: '', uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', preferredId: 5, preferredEncrypt: false }],
  fecMechanisms: [],
};

export function v2ParametersOf(kind: 'audio' | 'video', ssrc = kind === 'audio' ? 1111 : 2222) {
  const [codec, ...others] =
    kind === 'audio'
      ? [{ name: 'opus', mimeType: 'audio/opus', payloadType: 100, clockRate: 48000, channels: 2 }]
      : [
          { name: 'VP8', mimeType: 'video/VP8', payloadType: 101, clockRate: 90000 },
          { name: 'rtx', mimeType: 'video/rtx', payloadType: 102, clockRate: 90000, parameters: { apt: 101 } },
        ];
  return {
    codecs: [codec, ...others],
    headerExtensions: [],
    encodings: [{ ssrc, ...(kind === 'video' ? { rtx: { ssrc: ssrc + 1 } } : {}) }],
    rtcp: { cname: 'scripted', reducedSize: true, mux: true },
  };
}

/** A consumer as the server describes it. */
export function v2Consumer(id: number, fields: Record<string, unknown> & { kind?: 'audio' | 'video' } = {}) {
  const { kind = 'video', ...rest } = fields;
  return { id, kind, rtpParameters: v2ParametersOf(kind, id), paused: false, appData: { source: 'camera' }, ...rest };
}

export interface ReceivedPayload extends Received {
  /** Includes `method`, `target` and `notification`, as received. */
  readonly data: Record<string, unknown>;
  readonly kind: 'request' | 'notification';
  /** Method of the envelope. */
  readonly carried: string;
}

/**
 * mediasoup 2 server controlled by the test. Responds in the dialect of the client. Other tests show that real servers understand the
 * dialects.
 */
export class ScriptedV2Server extends Scripted<ReceivedPayload> {
  /** Peers in the join response. */
  peers: object[] = [];
  /** Envelope of notifications. */
  envelope: 'notification' | 'request' | 'bare' = 'notification';

  /** Sends a payload in the current envelope. */
  notify(method: string, data: object = {}): void {
    const payload = { method, notification: true, ...data };
    if (this.envelope === 'bare') this.send(method, payload);
    else if (this.envelope === 'notification') this.send('mediasoup-notification', payload);
    else void this.ask('mediasoup-notification', payload);
  }

  /** Payloads of a method. */
  all(method: string): Record<string, unknown>[] {
    return this.received.filter((one) => one.method === method).map(({ data }) => data);
  }

  /** Last payload of a method. */
  last(method: string): Record<string, unknown> {
    const last = this.all(method).at(-1);
    if (last === undefined) throw new Error(`no '${method}' received`);
    return last;
  }

  protected override read({ method: carried, data: payload, kind }: Sent): ReceivedPayload {
    const opened = readEnvelope(carried, payload);
    if (!opened.ok) throw new Error(`an envelope without a method: ${carried}`);
    return { method: opened.value.method, data: (payload ?? {}) as Record<string, unknown>, kind, carried };
  }

  override answerOf(method: string): unknown {
    switch (method) {
      case 'queryRoom':
        return { rtpCapabilities: v2RouterCapabilities, mandatoryCodecPayloadTypes: [] };
      case 'join':
      case 'joinRoom':
        return {
          rtpCapabilities: v2RouterCapabilities,
          peers: this.peers,
          ...(this.extensions.length > 0 ? { extensions: this.extensions } : {}),
        };
      case 'createTransport':
        return {
          iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
          iceCandidates: [
            {
              foundation: 'f',
              family: 'ipv4',
              priority: 1,
              ip: '127.0.0.1',
              protocol: 'udp',
              port: 4000,
              type: 'host',
            },
          ],
          dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: '00' }] },
        };
      case 'restartTransport':
        return { iceParameters: { usernameFragment: 'u2', password: 'p2', iceLite: true } };
      case 'enableConsumer':
        return { paused: false, preferredProfile: null, effectiveProfile: null };
      default:
        return {};
    }
  }
}
