import { type Clock, systemClock } from '@tureen/kernel';
import type { DtlsParameters, IceCandidate, IceParameters, SctpParameters } from '@tureen/protocol/common';
import { MediaError } from '../engine/port/MediaError.ts';
import type { MediaStats, MediaTransport, MediaTransportEvents } from '../engine/port/MediaTransport.ts';
import { afterListening } from '../shared/afterListening.ts';
import { EarlyKeyFrames } from './EarlyKeyFrames.ts';
import type { EarlyKeyFrameCounts } from './EarlyKeyFrames.ts';
import { Handshake } from './Handshake.ts';
import type { Peer } from './Peer.ts';
import { emitOnPeer } from './emitOnPeer.ts';

/** Entity that closes with its transport. */
export interface TransportChild {
  /** Whether the entity is a data channel. */
  readonly usesSctp?: boolean;
  parentClosed(reason: string): void;
}

/** Parts of a {@link Transport}. */
export interface TransportOptions {
  readonly media: MediaTransport;
  readonly owner: Peer;
  readonly isProducing: boolean;
  readonly isConsuming: boolean;
  readonly clock?: Clock | undefined;
  /** Time for the DTLS handshake after {@link Transport.connect}, in ms; 0: no limit. Default 0. */
  readonly dtlsTimeoutMs?: number | undefined;
  /** Whether consumers get key frames that the server requests before the handshake ends. Default false. */
  readonly requestsEarlyKeyFrames?: boolean | undefined;
  /** Numbers that count those key frames. */
  readonly earlyKeyFrameCounts?: EarlyKeyFrameCounts | undefined;
  readonly onClosed: (transport: Transport) => void;
}

/** WebRTC connection of a peer. */
export class Transport {
  /** Whether the peer sends on the transport. */
  readonly isProducing: boolean;
  /** Whether the peer receives on the transport. */
  readonly isConsuming: boolean;
  /** Media transport; only for the entities on this transport. */
  readonly media: MediaTransport;
  readonly handshake: Handshake;
  /** Key frames of the consumers that resumed before the transport is connected. */
  readonly earlyKeyFrames: EarlyKeyFrames;
  readonly #owner: Peer;
  readonly #onClosed: (transport: Transport) => void;
  readonly #children = new Set<TransportChild>();
  #iceState: MediaTransportEvents['iceStateChanged']['state'] = 'new';
  #dtlsState: MediaTransportEvents['dtlsStateChanged']['state'] = 'new';
  #sctpState: MediaTransportEvents['sctpStateChanged']['state'] = 'new';
  #hasLostSctp = false;
  readonly #clock: Clock;
  readonly #dtlsTimeoutMs: number;
  #isConnecting = false;
  /** Whether the time for the handshake has passed. */
  #isLate = false;
  #cancelDeadline = () => {};
  #closed = false;

  constructor(options: TransportOptions) {
    const { media, owner, isProducing, isConsuming, onClosed, clock = systemClock, dtlsTimeoutMs = 0 } = options;
    const { requestsEarlyKeyFrames = false } = options;
    this.#clock = clock;
    this.#dtlsTimeoutMs = dtlsTimeoutMs;
    this.media = media;
    this.isProducing = isProducing;
    this.isConsuming = isConsuming;
    this.#owner = owner;
    this.#onClosed = onClosed;
    this.handshake = new Handshake({ clock, signalingMs: () => owner.signalingRoundTrip.ms });
    this.earlyKeyFrames = new EarlyKeyFrames({
      clock,
      handshake: this.handshake,
      isEnabled: requestsEarlyKeyFrames,
      counts: options.earlyKeyFrameCounts ?? { requested: 0, used: 0, missed: 0 },
      onOutcome: (outcome, afterConnectedMs) => {
        owner.logger.debug({ transportId: this.id, outcome, afterConnectedMs }, 'received an early key frame');
      },
    });
    media.on('iceStateChanged', ({ state }) => {
      this.#iceState = state;
      this.handshake.handleIceState(state);
      this.earlyKeyFrames.handleProgress();
      emitOnPeer(this.#owner, 'transportStateChanged', { transport: this });
    });
    media.on('dtlsStateChanged', ({ state }) => {
      this.#dtlsState = state;
      if (state !== 'connecting') this.#cancelDeadline();
      this.handshake.handleDtlsState(state);
      if (state === 'connecting') this.earlyKeyFrames.handleProgress();
      else if (state === 'connected') this.earlyKeyFrames.handleConnected();
      else if (state === 'failed' || state === 'closed') this.earlyKeyFrames.close();
      emitOnPeer(this.#owner, 'transportStateChanged', { transport: this });
    });
    media.on('sctpStateChanged', ({ state }) => {
      this.#hasLostSctp = this.#sctpState === 'connected' && (state === 'failed' || state === 'closed');
      this.#sctpState = state;
      emitOnPeer(this.#owner, 'transportStateChanged', { transport: this });
    });
    media.on('downlinkBwe', (bwe) => {
      emitOnPeer(this.#owner, 'downlinkBwe', { transport: this, bwe });
    });
  }

  get id(): string {
    return this.media.id;
  }

  get iceParameters(): IceParameters {
    return this.media.iceParameters;
  }

  get iceCandidates(): readonly IceCandidate[] {
    return this.media.iceCandidates;
  }

  get dtlsParameters(): DtlsParameters {
    return this.media.dtlsParameters;
  }

  get sctpParameters(): SctpParameters | undefined {
    return this.media.sctpParameters;
  }

  get iceState() {
    return this.#iceState;
  }

  get dtlsState() {
    return this.#dtlsState;
  }

  /** Whether the DTLS handshake has ended. */
  get isConnected(): boolean {
    return this.#dtlsState === 'connected';
  }

  get sctpState() {
    return this.#sctpState;
  }

  /** Whether the transport carries data channels and their association ended: no channel on this transport works again. */
  get hasLostSctp(): boolean {
    return this.#hasLostSctp && [...this.#children].some(({ usesSctp }) => usesSctp);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Connects to the client with its DTLS parameters. Closes the transport (reason `dtlsTimeout`) where the handshake takes
   * too long, unless it is a receive transport without consumers.
   */
  async connect(dtlsParameters: DtlsParameters): Promise<void> {
    if (this.earlyKeyFrames.isEnabled)
      this.#owner.signalingRoundTrip.measure(() => {
        this.earlyKeyFrames.handleProgress();
      });
    try {
      await this.media.connect(dtlsParameters);
    } catch (error) {
      // The engine may still connect the transport.
      if (error instanceof MediaError && error.code === 'timeout') this.#awaitDtls();
      throw error;
    }
    this.#awaitDtls();
  }

  #awaitDtls(): void {
    this.#isConnecting = true;
    if (this.#closed || this.#dtlsTimeoutMs === 0 || this.#isDtlsSettled) return;
    this.#cancelDeadline();
    const onOver = () => {
      this.#isLate = true;
      // A client connects its receive transport before another peer sends. Until then it misses nothing.
      if (this.isProducing || this.#children.size > 0) this.close('server', 'dtlsTimeout');
    };
    this.#cancelDeadline = afterListening({ clock: this.#clock, ms: this.#dtlsTimeoutMs, onOver });
  }

  /** Whether the client connected the transport and no longer uses it: the connection is lost, or empty. */
  get isAbandoned(): boolean {
    if (!this.#isConnecting) return false;
    return this.#dtlsState !== 'connected' || this.#iceState === 'disconnected' || this.#children.size === 0;
  }

  get #isDtlsSettled(): boolean {
    return this.#dtlsState === 'connected' || this.#dtlsState === 'failed' || this.#dtlsState === 'closed';
  }

  restartIce(): Promise<IceParameters> {
    return this.media.restartIce();
  }

  getStats(): Promise<MediaStats> {
    return this.media.getStats();
  }

  /** Closes the transport and its children. The owner is notified where the server closes it. */
  close(by: 'owner' | 'server', reason = 'server'): void {
    if (!this.#end('transportClosed')) return;
    this.media.close();
    if (by === 'server') emitOnPeer(this.#owner, 'transportClosed', { transport: this, reason });
  }

  /** Handles the close of the peer. `isMediaGone`: the router closed too. Emits nothing. */
  parentClosed(reason: string, isMediaGone: boolean): void {
    if (this.#end(reason) && !isMediaGone) this.media.close();
  }

  /** Adds an entity that closes with the transport. */
  addChild(child: TransportChild): void {
    this.#children.add(child);
    // The client may still repair the connection.
    if (this.#isLate) this.#awaitDtls();
    if (this.#hasLostSctp && child.usesSctp === true)
      emitOnPeer(this.#owner, 'transportStateChanged', { transport: this });
  }

  removeChild(child: TransportChild): void {
    this.#children.delete(child);
  }

  #end(reason: string): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    this.#cancelDeadline();
    this.earlyKeyFrames.close();
    for (const child of this.#children) child.parentClosed(reason);
    this.#children.clear();
    this.#onClosed(this);
    return true;
  }
}
