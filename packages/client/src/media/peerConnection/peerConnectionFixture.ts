import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { onTestFinished, vi, type Mock } from 'vitest';

import type { Logger } from '../../shared/logger.ts';
import type { MediaConnectionState } from '../MediaEngine.ts';
import type { PeerConnectionProfile } from '../PeerConnectionMedia.ts';
import { PeerConnectionEngine, type PeerConnectionEngineOptions } from './PeerConnectionEngine.ts';
import { answerTo, recordedOffer } from './sdpFixture.ts';

type Recorded = Parameters<typeof recordedOffer>[0];

interface SenderParameters {
  encodings: { active?: boolean; rid?: string }[];
}

const invalidState = (what: string) => new DOMException(`${what} is not possible now`, 'InvalidStateError');

export class FakeSender {
  track: MediaStreamTrack | null;
  parameters: SenderParameters;
  readonly replaceTrack = vi.fn(async (track: MediaStreamTrack | null) => {
    if (this.#pc.connectionState === 'closed') throw invalidState('replaceTrack');
    if (track !== null && track.kind !== this.#kind) throw new TypeError(`a ${track.kind} track for ${this.#kind}`);
    this.track = track;
  });
  readonly setParameters = vi.fn(async (parameters: SenderParameters) => {
    this.parameters = parameters;
  });
  readonly getStats = vi.fn(async () => new Map([['sender', { id: 'sender' }]]));
  readonly #pc: FakeRtcPeerConnection;
  readonly #kind: string;

  constructor(pc: FakeRtcPeerConnection, kind: string, track: MediaStreamTrack | null, encodings: object[] = []) {
    this.#pc = pc;
    this.#kind = kind;
    this.track = track;
    this.parameters = { encodings: encodings.map((one) => ({ ...one })) };
  }

  getParameters() {
    return this.parameters;
  }
}

/** RTCPeerConnection for Node: records its calls, and makes recorded offers of a browser. */
export class FakeRtcPeerConnection extends EventTarget {
  connectionState: MediaConnectionState = 'new';
  signalingState: RTCSignalingState = 'stable';
  readonly calls: string[] = [];
  readonly transceivers: {
    mid: string | null;
    sender: FakeSender;
    receiver: { track: MediaStreamTrack; getStats: () => Promise<unknown> };
    setCodecPreferences: (codecs: readonly RTCRtpCodec[]) => void;
  }[] = [];
  readonly configuration: RTCConfiguration;
  preferences: readonly RTCRtpCodec[] = [];
  init: RTCRtpTransceiverInit | undefined;
  localSdp = '';
  remoteSdp = '';
  stats = new Map<string, object>([['T', { id: 'T', type: 'transport', selectedCandidatePairId: 'T' }]]);
  /** Whether the ICE credentials stay the same from one answer to the next, as in Firefox. */
  keepsCredentials = true;
  /** Error that the call of that name throws. */
  failure: { call: string; error: Error } | undefined;

  #answers = 0;
  readonly #offer: (pc: FakeRtcPeerConnection) => string;

  constructor(configuration: RTCConfiguration, offer: (pc: FakeRtcPeerConnection) => string) {
    super();
    this.configuration = configuration;
    this.#offer = offer;
  }

  addTransceiver(trackOrKind: MediaStreamTrack | string, init?: RTCRtpTransceiverInit) {
    this.#note('addTransceiver');
    this.#assertOpen('addTransceiver');
    const track = typeof trackOrKind === 'string' ? null : trackOrKind;
    const kind = track?.kind ?? (trackOrKind as string);
    if (!/^(audio|video)$/.test(kind)) throw new TypeError(`${kind} is not a kind of track`);
    this.init = init;
    return this.#add(kind, track, null, init?.sendEncodings);
  }

  #add(kind: string, track: MediaStreamTrack | null, mid: string | null, encodings?: object[]) {
    const transceiver = {
      mid,
      sender: new FakeSender(this, kind, track, encodings),
      receiver: {
        track: new FakeMediaStreamTrack({ kind }) as MediaStreamTrack,
        getStats: async () => new Map([[kind, { id: kind }]]),
      },
      setCodecPreferences: (codecs: readonly RTCRtpCodec[]) => {
        this.#note('setCodecPreferences');
        const known = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
        if (!codecs.every(({ mimeType }) => known.some((one) => one.mimeType === mimeType)))
          throw new DOMException('the browser lacks a codec', 'InvalidModificationError');
        this.preferences = codecs;
      },
    };
    this.transceivers.push(transceiver);
    return transceiver;
  }

  async createOffer() {
    this.#note('createOffer');
    this.#assertOpen('createOffer');
    return { type: 'offer', sdp: this.#offer(this) };
  }

  async createAnswer() {
    this.#note('createAnswer');
    if (this.signalingState !== 'have-remote-offer') throw invalidState('createAnswer');
    if (!this.keepsCredentials) this.#answers += 1;
    const sdp = this.remoteSdp
      .replaceAll('a=sendonly', 'a=recvonly')
      .replaceAll('a=setup:passive', 'a=setup:active')
      .replace(/a=ice-ufrag:.*/g, `a=ice-ufrag:own${this.#answers}`);
    return { type: 'answer', sdp };
  }

  async setLocalDescription({ type, sdp = '' }: { type: string; sdp?: string }) {
    this.#note('setLocalDescription');
    this.#move('local', type);
    this.localSdp = sdp;
    if (type === 'offer') for (const [mid, transceiver] of this.transceivers.entries()) transceiver.mid = String(mid);
  }

  /** Each section of a remote offer gets a new transceiver. */
  async setRemoteDescription({ type, sdp }: { type: string; sdp: string }) {
    this.#note('setRemoteDescription');
    this.#move('remote', type);
    this.remoteSdp = sdp;
    if (type !== 'offer' || this.transceivers.some(({ mid }) => mid !== null)) return;
    const kinds = [...sdp.matchAll(/^m=(\w+)/gm)];
    for (const [mid, [, kind = '']] of kinds.entries()) this.#add(kind, null, String(mid));
  }

  getTransceivers() {
    return this.transceivers;
  }

  async getStats() {
    return this.stats;
  }

  close() {
    this.#note('close');
    this.connectionState = 'closed';
    this.signalingState = 'closed';
  }

  changeState(state: MediaConnectionState) {
    this.connectionState = state;
    this.dispatchEvent(new Event('connectionstatechange'));
  }

  /** As in JSEP, a remote offer rolls back a pending local one. */
  #move(side: 'local' | 'remote', type: string): void {
    const other = side === 'local' ? 'remote' : 'local';
    const isAllowed = {
      offer:
        side === 'remote' ? this.signalingState !== 'closed' : /^(stable|have-local-offer)$/.test(this.signalingState),
      answer: this.signalingState === `have-${other}-offer`,
      rollback: this.signalingState.startsWith('have-'),
    }[type];
    if (isAllowed !== true) throw invalidState(`${side} ${type}`);
    this.signalingState = type === 'offer' ? `have-${side}-offer` : 'stable';
  }

  #assertOpen(what: string): void {
    if (this.signalingState === 'closed') throw invalidState(what);
  }

  #note(call: string) {
    this.calls.push(call);
    if (this.failure?.call === call) throw this.failure.error;
  }
}

export const chromiumVideo: RTCRtpCodec[] = [
  { mimeType: 'video/VP8', clockRate: 90000 },
  {
    mimeType: 'video/H264',
    clockRate: 90000,
    sdpFmtpLine: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  },
  { mimeType: 'video/rtx', clockRate: 90000 },
];

export interface FakeBrowserOptions extends PeerConnectionEngineOptions {
  /** Offer. Default: that of Chromium for video. */
  readonly offer?: Recorded | ((pc: FakeRtcPeerConnection) => string);
  readonly video?: readonly RTCRtpCodec[];
  /** Called with each new connection. */
  readonly onConnection?: (pc: FakeRtcPeerConnection) => void;
}

/** Returns the offer of a browser for its transceivers. */
export function offerOf(browser: 'chromium' | 'firefox', { transceivers, init }: FakeRtcPeerConnection): string {
  const kinds = transceivers.map(({ receiver }) => receiver.track.kind);
  if (init?.direction === 'sendonly') {
    if (kinds.length === 2 && browser === 'chromium') return recordedOffer('chromium-push-joint');
    if (kinds[0] === 'audio') return recordedOffer(`${browser}-push-audio`);
    return recordedOffer(browser === 'chromium' ? 'chromium-push-h264' : 'firefox-push-vp8');
  }
  if (kinds.length === 2) return recordedOffer(`${browser}-pull-audio-video`);
  if (kinds[0] === 'video') return recordedOffer(`${browser}-pull-video`);
  const [session = '', audio = ''] = recordedOffer(`${browser}-pull-audio-video`).split(/^(?=m=)/m);
  return `${session.replace('BUNDLE 0 1', 'BUNDLE 0')}${audio}`;
}

export interface OpenInFakeBrowserOptions extends FakeBrowserOptions {
  /** Kind of the server. Default `standard`. */
  readonly profile?: PeerConnectionProfile;
}

/** Opens a session in a fake browser. */
export function openInFakeBrowser({ profile, ...options }: OpenInFakeBrowserOptions = {}) {
  const browser = fakeBrowser(options);
  return Object.assign(browser, { session: browser.engine.open({ profile }) });
}

/** Creates an engine in a fake browser. */
export function fakeBrowser({ offer, video = chromiumVideo, onConnection, ...options }: FakeBrowserOptions = {}) {
  const connections: FakeRtcPeerConnection[] = [];
  const opus = { mimeType: 'audio/opus', clockRate: 48000, channels: 2 };
  const capabilities = { getCapabilities: (kind: string) => ({ codecs: kind === 'audio' ? [opus] : video }) };
  vi.stubGlobal('RTCRtpSender', capabilities);
  vi.stubGlobal('RTCRtpReceiver', capabilities);
  vi.stubGlobal(
    'RTCPeerConnection',
    // A function, as `new` calls it and it returns another object.
    function (configuration: RTCConfiguration) {
      const made = new FakeRtcPeerConnection(configuration, (pc) =>
        typeof offer === 'function' ? offer(pc) : recordedOffer(offer ?? 'chromium-push-video'),
      );
      connections.push(made);
      onConnection?.(made);
      return made;
    },
  );
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const logger: Record<keyof Logger, Mock> = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const engine = new PeerConnectionEngine({ logger, ...options });
  return {
    engine,
    connections,
    logger,
    /** First connection. */
    get pc(): FakeRtcPeerConnection {
      const [first] = connections;
      if (first === undefined) throw new Error('no connection was made');
      return first;
    },
  };
}

export const trackOf = (kind: 'audio' | 'video'): MediaStreamTrack => new FakeMediaStreamTrack({ kind });

/** Creates a server that accepts any offer. */
export const willing = () => vi.fn(async (offer: string) => answerTo(offer));
export const willingPush = (id?: string) => vi.fn(async (offer: string) => ({ sdp: answerTo(offer), id }));

export const handlers = (): { onConnectionState: Mock<(state: MediaConnectionState) => void> } => ({
  onConnectionState: vi.fn(),
});
