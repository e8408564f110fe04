import { MAX_TEXT_BYTES } from '@tureen/protocol/common';
import { detectDevice } from '../devices/detectDevice.ts';
import { DeviceCatalog } from '../devices/DeviceCatalog.ts';
import { PlaybackGate } from '../playback/PlaybackGate.ts';
import { systemClock } from '../shared/clock.ts';
import { TureenError } from '../shared/errors.ts';
import { silentLogger, withContext } from '../shared/logger.ts';
import { TypedEmitter, emitOn } from '../shared/TypedEmitter.ts';
import { type WaitForOptions, waitForEvent } from '../shared/waitForEvent.ts';
import { defaultReconnectPolicy } from '../signaling/ReconnectPolicy.ts';
import { Trace, type TraceListener } from '../signaling/Trace.ts';
import { checkBytes, checkJoinOptions, checkRoomOptions, checkString, checkText, checkedId } from './checks.ts';
import type { Consumer } from './remote/Consumer.ts';
import type { DataProducer } from './local/DataProducer.ts';
import type { Ending } from './session/endReason.ts';
import { DisplayName } from './local/DisplayName.ts';
import { EntityStats, type StatsOptions } from './EntityStats.ts';
import { MediaRecovery } from './recovery/MediaRecovery.ts';
import { RequestReplay } from './session/RequestReplay.ts';
import {
  type CameraProduceOptions,
  LocalMedia,
  type MicrophoneProduceOptions,
  type ScreenShare,
  type ScreenShareOptions,
} from './local/LocalMedia.ts';
import type { Peer } from './remote/Peer.ts';
import type {
  DialectEvent,
  DialectJoinResult,
  DialectResumeResult,
  DialectSession,
  RoomCapabilities,
  TransportDirection,
} from './ports.ts';
import type { Producer } from './local/Producer.ts';
import { LocalProducers } from './local/LocalProducers.ts';
import { RefusedOffers } from './remote/RefusedOffers.ts';
import type { RoomState } from './session/roomMachine.ts';
import { RoomSession } from './session/RoomSession.ts';
import type {
  JoinOptions,
  ProduceDataOptions,
  ProduceOptions,
  RoomEvents,
  RoomOptions,
  RoomSnapshot,
} from './RoomTypes.ts';
import { RemotePeers } from './remote/RemotePeers.ts';
import { type RoomContext, requireCapability, requireSession } from './RoomContext.ts';

const directions = ['send', 'recv'] as const satisfies TransportDirection[];

/**
 * A room on an SFU: who is there, what they send, what we send. One object for the life of the page: it reconnects by itself,
 * and may be joined again after `leave()`. Events: {@link RoomEvents}. Nothing rejects with anything but `TureenError`.
 */
export class Room extends TypedEmitter<RoomEvents> {
  readonly roomId: string;
  readonly peerId: string;
  /** Name of the dialect that is spoken, e.g. `mediasoup-v3`. For people and logs: what it can do is in `capabilities`. */
  readonly dialect: string;
  /** Cameras, microphones and speakers of this machine. */
  readonly devices: DeviceCatalog;
  readonly #options: RoomOptions;
  readonly #context: RoomContext & { session: DialectSession | null; epoch: number };
  readonly #session: RoomSession;
  readonly #remotePeers: RemotePeers;
  readonly #localProducers: LocalProducers;
  readonly #localMedia: LocalMedia;
  readonly #recovery: MediaRecovery;
  readonly #trace = new Trace();
  readonly #displayName: DisplayName;
  readonly #stats: Readonly<Record<TransportDirection, EntityStats>>;
  #joinOptions: JoinOptions = {};
  #capabilities: RoomCapabilities;
  #snapshot: RoomSnapshot | null = null;

  /** Throws `invalidArgument` naming the option. Nothing is opened before `join()`. */
  constructor(options: RoomOptions) {
    const announce: RoomContext['announce'] = (event, payload) => {
      this.#snapshot = null;
      emitOn(this, event, payload);
    };
    const reportListenerError = (error: unknown, event: string) => {
      this.#context.logger.error(`a listener of '${event}' threw`, error);
      // A listener of `listenerError` that throws has nowhere to be reported to.
      if (event === 'listenerError') return;
      // Where nobody listens, it goes where the errors of DOM listeners go: to the console, or `window.onerror`.
      if (!emitOn(this, 'listenerError', { event, error })) globalThis.reportError?.(error);
    };
    super(reportListenerError);
    this.#options = options;
    this.roomId = checkedId(options.roomId, 'roomId');
    this.peerId = checkedId(options.peerId, 'peerId');
    checkRoomOptions(options);
    this.dialect = options.dialect.name;
    const clock = options.clock ?? systemClock;
    const logger = withContext(options.logger ?? silentLogger, `${this.roomId}/${this.peerId}`);
    this.#capabilities = options.dialect.capabilities;
    const capabilities = () => this.#capabilities;
    this.#context = {
      session: null,
      epoch: 0,
      get capabilities() {
        return capabilities();
      },
      dialectName: options.dialect.name,
      clock,
      logger,
      playback: new PlaybackGate({ logger }),
      announce,
      drop: (reason) => {
        this.#session.drop(reason);
      },
      rejoin: (reason) => {
        this.#session.rejoin(reason);
      },
      requestReplay: new RequestReplay(),
      refusedOffers: new RefusedOffers(),
      invalidate: () => {
        this.#snapshot = null;
      },
      reportListenerError,
    };
    this.devices = new DeviceCatalog({ onListenerError: reportListenerError });
    this.#remotePeers = new RemotePeers(this.#context, this.peerId, options.consume ?? 'auto');
    this.#localProducers = new LocalProducers(this.#context);
    this.#localMedia = new LocalMedia(this.#localProducers);
    this.#displayName = new DisplayName(this.#context, this.peerId);
    const statsOf = (direction: TransportDirection) =>
      new EntityStats(
        this.#context,
        () => ({ type: 'transport', direction }),
        (stats) => {
          announce('transportStats', { direction, stats });
        },
      );
    this.#stats = { send: statsOf('send'), recv: statsOf('recv') };
    this.#recovery = new MediaRecovery({
      clock,
      announce,
      recovery: () => this.#capabilities.recovery,
      restartIce: async (direction) => {
        await this.#context.session?.restartIce(direction);
      },
      rebuild: (direction) => this.#rebuild(direction),
      rejoin: this.#context.rejoin,
      drop: this.#context.drop,
    });
    this.#session = new RoomSession({
      identity: { roomId: this.roomId, peerId: this.peerId },
      dialect: options.dialect,
      transport: options.transport,
      clock,
      logger,
      trace: this.#trace,
      requestTimeoutMs: options.requestTimeoutMs ?? 20_000,
      reconnectPolicy: options.reconnectPolicy === undefined ? defaultReconnectPolicy() : options.reconnectPolicy,
      joinRequest: (isSuspect) => ({
        displayName: this.#displayName.joinWith(isSuspect),
        device: this.#joinOptions.device ?? detectDevice(),
        appData: this.#joinOptions.appData,
        consume: true,
      }),
      announce,
      reportListenerError,
      holds: () => ({ ...this.#localProducers.resumableIds, ...this.#remotePeers.resumableIds }),
      handlers: {
        onEntered: (session, result, resumed) => {
          this.#handleEntered(session, result, resumed);
        },
        onLost: () => {
          this.#handleLost();
        },
        onEvent: (event) => {
          this.#handleEvent(event);
        },
        onPageActive: (reason) => {
          if (reason === 'online') this.#recovery.handleOnline();
        },
        onEnded: (ending, wasJoined) => {
          this.#handleEnded(ending, wasJoined);
        },
      },
    });
  }

  get state(): RoomState {
    return this.#session.state;
  }

  /** What others see of us. */
  get displayName(): string {
    return this.#displayName.value;
  }

  /** Everyone else in the room, by id. Live. */
  get peers(): ReadonlyMap<string, Peer> {
    return this.#remotePeers.peers;
  }

  /** All that is received, by consumer id. Live. */
  get consumers(): ReadonlyMap<string, Consumer> {
    return this.#remotePeers.announced;
  }

  /** All that we send. Live. */
  get producers(): ReadonlySet<Producer> {
    return this.#localProducers.producers;
  }

  get dataProducers(): ReadonlySet<DataProducer> {
    return this.#localProducers.dataProducers;
  }

  /** What can be asked of this dialect, and once joined of this server. */
  get capabilities(): RoomCapabilities {
    return this.#capabilities;
  }

  /**
   * Enters the room. Resolves when we are in, after a `newPeer` for everyone who is there; their consumers follow as they come.
   * While joining it returns the same promise; while joined it rejects with `invalidState`; after `left` and `failed` it is
   * allowed again. Rejects with `connectionFailed`, `connectionLost`, `closedByServer`, `requestRefused`, `requestTimeout`,
   * `badResponse`, `unsupportedBrowser`, `unsupportedCodec`, or `closed` when left meanwhile.
   */
  async join(options: JoinOptions = {}): Promise<void> {
    if (this.state === 'idle' || this.state === 'left' || this.state === 'failed') {
      const displayName = options.displayName ?? this.peerId;
      checkJoinOptions({ ...options, displayName });
      this.#joinOptions = options;
      this.#displayName.accept(displayName);
    }
    await this.#session.join();
  }

  /**
   * Leaves. What Tureen captured is stopped, all consumers, peers and producers close, then comes `left`. The room is left at
   * once; the promise waits for the server's answer, one second at most. Never rejects; harmless when not joined.
   */
  async leave(): Promise<void> {
    await this.#session.leave();
  }

  /**
   * Sends a track. Resolves once the server has it; while reconnecting, after the rejoin. The track stays the app's unless
   * `ownership: 'owned'`. Rejects with `invalidArgument`, `invalidState` (not joined), `unsupportedCodec`, `requestRefused`,
   * `mediaFailed`. Wire: v3 `produce`.
   */
  async produce(track: MediaStreamTrack, options: ProduceOptions = {}): Promise<Producer> {
    this.#assertIn('produce()');
    return this.#localProducers.produce(track, options);
  }

  /**
   * Opens a data channel to everyone in the room. Resolves once it is open. `unsupported` where the dialect has none: then
   * see `sendText`. Wire: v3 `produceData`.
   */
  async produceData(options: ProduceDataOptions = {}): Promise<DataProducer> {
    this.#assertIn('produceData()');
    requireCapability(
      this.#context,
      this.#capabilities.dataChannels,
      'produceData()',
      'use sendText() where capabilities.text',
    );
    return this.#localProducers.produceData(options);
  }

  /**
   * Captures the microphone and sends it. One that is sent already is resumed and returned. Rejects with `permissionDenied`,
   * `deviceNotFound`, `deviceInUse`, `captureFailed`, and as `produce`.
   */
  async enableMicrophone(options: MicrophoneProduceOptions = {}): Promise<Producer> {
    this.#assertIn('enableMicrophone()');
    return this.#localMedia.enableMicrophone(options);
  }

  /** Captures the camera and sends it, in simulcast. As `enableMicrophone` otherwise. */
  async enableCamera(options: CameraProduceOptions = {}): Promise<Producer> {
    this.#assertIn('enableCamera()');
    return this.#localMedia.enableCamera(options);
  }

  /**
   * Asks for a screen, window or tab and sends it, with its sound where the browser gives any. Needs a user gesture. Ends by
   * `close()` or the browser's own button. `permissionDenied` when the user declines.
   */
  async enableScreenShare(options: ScreenShareOptions = {}): Promise<ScreenShare> {
    this.#assertIn('enableScreenShare()');
    return this.#localMedia.enableScreenShare(options);
  }

  /** Goes over to another camera or microphone, unnoticed by the others. `invalidState` when none is on; see `Producer.switchDevice`. */
  async switchDevice(source: 'camera' | 'microphone', deviceId: string): Promise<void> {
    const producer = this.#localProducers.producerOf(source);
    if (producer === null) throw new TureenError('invalidState', `the ${source} is not on`);
    await producer.switchDevice(deviceId);
  }

  /** Sends a line of text to everyone. `unsupported` where neither dialect nor server has it. Wire: v3 additive `textMessage`. */
  async sendText(text: string): Promise<void> {
    checkString(text, 'text');
    checkBytes(text, 'text', MAX_TEXT_BYTES);
    const session = requireSession(this.#context, 'sendText()');
    const { text: canSend, dataChannels } = this.#capabilities;
    const hint = dataChannels ? 'send it over produceData()' : 'this server does not announce it';
    requireCapability(this.#context, canSend, 'sendText()', hint);
    await this.#context.requestReplay.run(`text ${text}`, () => session.sendText(text));
  }

  /** Changes what others see of us. Wire: v3 `changeDisplayName`. Before `join()` it is what joins. */
  async setDisplayName(displayName: string): Promise<void> {
    checkText(displayName, 'displayName');
    this.#assertIn('setDisplayName()');
    requireCapability(this.#context, this.#capabilities.displayName, 'setDisplayName()', 'the name is fixed at join');
    await this.#displayName.set(displayName);
  }

  /**
   * Plays every attached element that the browser blocked or something paused, but for those that left the document. Call it from a
   * click or a key press. Rejects with `permissionDenied` if the browser still refuses. Does not wait for elements without data.
   */
  async startPlayback(): Promise<void> {
    await this.#context.playback.startPlayback();
  }

  /** Finds new network paths for both transports, e.g. after the network changed. Wire: v3 `restartIce`. */
  async restartIce(): Promise<void> {
    requireCapability(this.#context, this.#capabilities.recovery.iceRestart, 'restartIce()', 'leave and join again');
    const session = requireSession(this.#context, 'restartIce()');
    await Promise.all(directions.map((direction) => session.restartIce(direction)));
  }

  /** Statistics of the local end of a transport; null where it is not there yet. */
  async getStats(direction: TransportDirection): Promise<RTCStatsReport | null> {
    return requireSession(this.#context, 'getStats()').getTransportStats(direction);
  }

  /** Statistics of a transport as the server has them. Wire: v3 `getTransportStats`. */
  async getServerStats(direction: TransportDirection): Promise<readonly object[]> {
    return this.#stats[direction].get();
  }

  /** Asks the server for the statistics of both transports again and again: `transportStats`, until `disableStats()` or left. */
  enableStats(options?: StatsOptions): void {
    for (const direction of directions) this.#stats[direction].enable(options);
  }

  disableStats(): void {
    for (const direction of directions) this.#stats[direction].disable();
  }

  /** Shows every message that crosses the wire to `listener`, secrets removed. Costs nothing while nobody listens. */
  trace(listener: TraceListener): () => void {
    return this.#trace.add(listener);
  }

  /** The room as plain data: the same object until something changes. */
  snapshot(): RoomSnapshot {
    this.#snapshot ??= {
      state: this.state,
      roomId: this.roomId,
      peerId: this.peerId,
      displayName: this.displayName,
      peers: [...this.peers.values()].map((peer) => peer.snapshot()),
      producers: [...this.producers].map((producer) => producer.snapshot()),
      activeSpeakerId: this.#remotePeers.activeSpeakerId,
    };
    return this.#snapshot;
  }

  /** The next such event. Rejects with `timeout` or `aborted`; leaves no listener behind. */
  waitFor<K extends keyof RoomEvents>(event: K, options: WaitForOptions<RoomEvents[K]> = {}): Promise<RoomEvents[K]> {
    return waitForEvent<RoomEvents, K>(this, event, options, this.#context.clock);
  }

  #handleEntered(session: DialectSession, result: DialectJoinResult, resumed: DialectResumeResult | null): void {
    this.#context.session = session;
    this.#capabilities = result.capabilities;
    this.#session.markEntered();
    // A listener of `stateChanged` may have left again.
    if (this.#context.session !== session) return;
    this.#remotePeers.applyJoin(result.peers, resumed);
    if (this.#context.session !== session) return;
    this.#displayName.handleEntered();
    this.#localProducers.handleSession(session, resumed);
    for (const direction of directions) this.#stats[direction].restart();
    this.#recovery.start(resumed !== null);
  }

  #handleLost(): void {
    this.#context.session = null;
    this.#context.epoch += 1;
    this.#recovery.stop();
    this.#remotePeers.handleSessionLost();
    this.#localProducers.handleSessionLost();
  }

  #handleEvent(event: DialectEvent): void {
    const remote = this.#remotePeers;
    const { consumers } = remote;
    switch (event.type) {
      case 'transportClosed':
      case 'serverVersion':
      case 'codecsUnsupported':
      case 'roomClosed': {
        const { type, ...details } = event;
        this.#context.announce(type, details as RoomEvents[typeof type]);
        return;
      }
      case 'transportState':
        this.#context.announce('transportStateChanged', { direction: event.direction, state: event.state });
        this.#recovery.handleState(event.direction, event.state);
        return;
      case 'downlinkBwe': {
        const { desiredBitrate, effectiveDesiredBitrate, availableBitrate } = event;
        this.#context.announce('downlinkBwe', { desiredBitrate, effectiveDesiredBitrate, availableBitrate });
        return;
      }
      case 'serverStats': {
        const { target, stats } = event;
        if (target.type === 'transport') this.#stats[target.direction].handle(stats);
        else if (target.type === 'producer') this.#localProducers.byId(target.id)?.handleStats(stats);
        else consumers.get(target.id)?.handleStats(stats);
        return;
      }
      case 'messagesLost':
        if (event.dataProducerId === undefined) remote.handleMessagesLost(event);
        else this.#localProducers.handleMessagesLost(event);
        return;
      case 'producerClosed':
        this.#localProducers.handleProducerClosed(event);
        return;
      case 'producerPaused':
        this.#localProducers.byId(event.producerId)?.handleServerPaused(true, event.by);
        return;
      case 'producerResumed':
        this.#localProducers.byId(event.producerId)?.handleServerPaused(false, event.by);
        return;
      case 'producerScore':
        this.#localProducers.byId(event.producerId)?.handleScore(event.score);
        return;
      case 'newPeer':
        remote.handleNewPeer(event);
        return;
      case 'peerClosed':
        remote.handlePeerClosed(event);
        return;
      case 'peerReconnecting':
        remote.handlePeerReconnecting(event.peerId, true);
        return;
      case 'peerReconnected':
        remote.handlePeerReconnecting(event.peerId, false);
        return;
      case 'peerDisplayNameChanged':
        remote.handlePeerDisplayNameChanged(event);
        return;
      case 'textMessage':
        remote.handleTextMessage(event);
        return;
      case 'activeSpeaker':
        remote.handleActiveSpeaker(event);
        return;
      case 'speakingPeers': {
        const speakers = event.volumes.map(({ peerId, volume }) => ({
          peer: remote.peers.get(peerId) ?? null,
          peerId,
          volume,
        }));
        this.#context.announce('speakingPeers', { speakers });
        return;
      }
      case 'consumerUnsupported': {
        const { peerId, producerId, kind, reason } = event;
        const peer = remote.peers.get(peerId);
        if (peer !== undefined) this.#context.announce('consumerUnsupported', { peer, producerId, kind, reason });
        return;
      }
      case 'newConsumer':
        remote.handleNewConsumer(event);
        return;
      case 'newDataConsumer':
        remote.handleNewDataConsumer(event);
        return;
      case 'consumerClosed':
        remote.handleConsumerClosed(event);
        return;
      case 'consumerPaused':
        consumers.get(event.consumerId)?.handleRemotePaused(true, event.by);
        return;
      case 'consumerResumed':
        consumers.get(event.consumerId)?.handleRemotePaused(false, event.by);
        return;
      case 'consumerLayersChanged':
        consumers.get(event.consumerId)?.handleLayers(event.layers, event.profile);
        return;
      case 'consumerPreferredLayersSet':
        consumers.get(event.consumerId)?.handlePreferredLayers(event.layers, event.profile);
        return;
      case 'consumerScore':
        consumers.get(event.consumerId)?.handleScore(event.score);
        return;
      case 'dataConsumerClosed':
        remote.handleDataConsumerClosed(event);
        return;
      default:
        return;
    }
  }

  #handleEnded({ reason, detail }: Ending, wasJoined: boolean): void {
    this.#context.session = null;
    this.#context.epoch += 1;
    this.disableStats();
    this.#recovery.end();
    this.#localProducers.end(reason);
    this.#remotePeers.end(reason);
    this.#context.refusedOffers.clear();
    this.#context.playback.close();
    this.#capabilities = this.#options.dialect.capabilities;
    this.#snapshot = null;
    if (wasJoined) this.#context.announce('left', { reason, detail });
  }

  async #rebuild(direction: TransportDirection): Promise<void> {
    const { epoch, session } = this.#context;
    await session?.rebuild?.(direction);
    if (session === null || this.#context.epoch !== epoch || this.#context.session !== session) return;
    this.#localProducers.handleRebuilt(session);
    this.#remotePeers.handleRebuilt(session);
    this.#stats[direction].restart();
  }

  /** Calls that record a wish are fine while the room is on its way in or back. */
  #assertIn(call: string): void {
    if (this.state === 'idle' || this.state === 'left' || this.state === 'failed') {
      throw new TureenError('invalidState', `${call} while the room is ${this.state}`, {
        hint: 'await room.join() first',
      });
    }
  }
}
