import { MAX_TEXT_BYTES, type Source } from '@tureen/protocol/common';
import type { DeviceCatalog } from '../devices/DeviceCatalog.ts';
import { abortable, throwIfAborted } from '../shared/abortable.ts';
import { checkValue } from '../shared/checks/development.ts';
import { TureenError } from '../shared/errors.ts';
import { TypedEmitter } from '../shared/TypedEmitter.ts';
import { type WaitForOptions, waitForEvent } from '../shared/waitForEvent.ts';
import type { TraceListener } from '../signaling/Trace.ts';
import type {
  ConsumerOf,
  DataConsumerOf,
  DataProducerAppData,
  DataProducerOf,
  PeerOf,
  ProducerAppData,
  ProducerOf,
  RoomAppData,
  SendableLimit,
} from './appData.ts';
import type { RoomCapabilities } from './capabilities.ts';
import { checkBytes, checkCallOptions, checkJoinOptions, checkString, checkText } from './checks.ts';
import { type RoomParts, createRoom } from './createRoom.ts';
import type { RoomEvents } from './events.ts';
import type { DataProducer } from './local/DataProducer.ts';
import type {
  CameraProduceOptions,
  MicrophoneProduceOptions,
  ScreenShare,
  ScreenShareOptions,
} from './local/LocalMedia.ts';
import type { Producer } from './local/Producer.ts';
import type { JoinOptions, ProduceDataOptions, ProduceOptions, RoomOptions } from './options.ts';
import { requireCapability, requireSession } from './RoomContext.ts';
import { directions } from './RoomLifecycle.ts';
import type { RoomPlayback } from './RoomPlayback.ts';
import type { RoomStats } from './RoomStats.ts';
import type { RoomState } from './session/roomMachine.ts';
import type { RoomSnapshot } from './snapshots.ts';

/**
 * A room on an SFU: remote peers, consumers and producers. Create one object and keep it while the page is open. The room
 * reconnects automatically, and you can join again after `leave()`. All calls reject with `TureenError` only. `Types` are the
 * types of `appData`; see {@link RoomAppData}. Events: {@link RoomEvents}.
 *
 * @example
 * ```ts
 * const room = new Room({
 *   roomId: 'daily',
 *   dialect: mediasoupV3(),
 *   transport: new ProtooTransport({ url: 'wss://sfu.example/' }),
 * });
 * room.on('newConsumer', ({ consumer }) => document.body.append(consumer.attach()));
 * await room.join({ displayName: 'Alice' });
 * await room.enableCamera();
 * ```
 */
export class Room<Types extends RoomAppData = RoomAppData> extends TypedEmitter<RoomEvents<Types>> {
  /** Room ID, normalized and trimmed. */
  readonly roomId: string;
  /** Peer ID of the local peer, normalized and trimmed. */
  readonly peerId: string;
  /** Name of the dialect, e.g. `mediasoup-v3`, for logs. `capabilities` lists what the dialect supports. */
  readonly dialect: string;
  /** Cameras, microphones and speakers of the machine. */
  readonly devices: DeviceCatalog;
  /** Playback of the attached elements. */
  readonly playback: RoomPlayback;
  /** Statistics of the two transports. */
  readonly stats: RoomStats;
  readonly #parts: RoomParts;

  /** Creates a room without opening a connection. Throws `invalidArgument`; `argument` names the option. */
  constructor(options: RoomOptions) {
    super((error, event) => {
      this.#parts.context.reportListenerError(error, event);
    });
    this.#parts = createRoom(this as object as TypedEmitter<RoomEvents>, options);
    this.roomId = this.#parts.identity.roomId;
    this.peerId = this.#parts.identity.peerId;
    this.dialect = options.dialect.name;
    this.devices = this.#parts.devices;
    this.playback = this.#parts.playback;
    this.stats = this.#parts.roomStats;
  }

  /** State of the session; see {@link RoomState}. Each change emits `stateChanged`. */
  get state(): RoomState {
    return this.#parts.session.state;
  }

  /** Name that the remote peers see. After `setDisplayName()` this is the requested name. */
  get displayName(): string {
    return this.#parts.displayName.value;
  }

  /** Remote peers in the room, by peer ID. Live. */
  get peers(): ReadonlyMap<string, PeerOf<Types>> {
    return this.#parts.remotePeers.peers as ReadonlyMap<string, object> as ReadonlyMap<string, PeerOf<Types>>;
  }

  /** Consumers of all remote peers, by consumer ID. Live. */
  get consumers(): ReadonlyMap<string, ConsumerOf<Types>> {
    return this.#parts.remotePeers.announced as ReadonlyMap<string, object> as ReadonlyMap<string, ConsumerOf<Types>>;
  }

  /** Data consumers of all remote peers and of the server, by data consumer ID. Live. */
  get dataConsumers(): ReadonlyMap<string, DataConsumerOf<Types>> {
    return this.#parts.remotePeers.announcedData as ReadonlyMap<string, object> as ReadonlyMap<
      string,
      DataConsumerOf<Types>
    >;
  }

  /** Local producers, by `producer.localId`. Live. */
  get producers(): ReadonlyMap<string, ProducerOf<Types>> {
    return this.#parts.localProducers.producers as ReadonlyMap<string, object> as ReadonlyMap<
      string,
      ProducerOf<Types>
    >;
  }

  /** Local data producers, by `dataProducer.localId`. Live. */
  get dataProducers(): ReadonlyMap<string, DataProducerOf<Types>> {
    return this.#parts.localProducers.dataProducers as ReadonlyMap<string, object> as ReadonlyMap<
      string,
      DataProducerOf<Types>
    >;
  }

  /** Returns the local producer of a source (`camera`, `microphone`, `screen`, ...), or null. */
  producerOf(source: Source): ProducerOf<Types> | null {
    return this.#parts.localProducers.producerOf(source) as ProducerOf<Types> | null;
  }

  /** Capabilities of the dialect; after the join, those of the dialect with this server. */
  get capabilities(): RoomCapabilities {
    return this.#parts.context.capabilities;
  }

  /**
   * Joins the room. Resolves after a `newPeer` for each peer that is in the room already; their consumers follow. A call while
   * the room joins settles with the first call. Rejects with `invalidState` while joined or reconnecting, and with
   * `invalidArgument`. A failed join rejects with `connectionFailed`, `connectionLost`, `closedByServer`, `requestRefused`,
   * `requestTimeout`, `badResponse`, `unsupportedBrowser` or `unsupportedCodec`. Rejects with `closed` after `leave()`, and with
   * `aborted` after `signal`.
   *
   * @example
   * ```ts
   * await room.join({ displayName: 'Alice', appData: { team: 'blue' }, signal: AbortSignal.timeout(15_000) });
   * ```
   */
  async join(options: JoinOptions<Types['peer']> = {}): Promise<void> {
    checkCallOptions(options, 'device signal');
    const { signal } = options;
    throwIfAborted(signal, 'join()');
    if (this.#isOut) {
      const displayName = options.displayName ?? this.peerId;
      checkJoinOptions({ ...options, displayName });
      this.#parts.joinOptions = options;
      this.#parts.displayName.accept(displayName);
    }
    const joined = this.#parts.session.join();
    const isJoining = this.state === 'connecting' || this.state === 'joining';
    await abortable(joined, isJoining ? signal : undefined, 'join()', () => void this.leave());
  }

  /**
   * Does ahead what `join()` would wait for, e.g. while the user is in a lobby: opens the connection, and on Tureen's server
   * connects the media. Others see nothing of it. Resolves when the server has answered; the next `join()` uses the
   * connection. Without a `join()` it closes after two minutes or with `leave()`, and `join()` then opens another. Rejects with
   * `invalidState` while in the room, and otherwise as `join()`, which remains possible. A stock server may end another session
   * with the same `peerId` as soon as this connection opens; Tureen's server does so at the join.
   *
   * @example
   * ```ts
   * room.prepare().catch(() => {});
   * document.querySelector('button')?.addEventListener('click', () => void room.join({ displayName: 'Alice' }));
   * ```
   */
  async prepare(): Promise<void> {
    await this.#parts.session.prepare();
  }

  /**
   * Leaves the room at once: closes producers, consumers and peers, stops the tracks that the SDK owns, then emits `left`. The
   * promise waits at most one second for the server's response. Never rejects; does nothing when not joined.
   */
  async leave(): Promise<void> {
    await this.#parts.session.leave();
  }

  /**
   * Sends a track. Resolves when the server has the producer; while the room joins or reconnects, after the join. The app keeps
   * ownership of the track unless `ownership: 'owned'`. Rejects with `invalidArgument`, `invalidState` (before `join()` and
   * after `left`), `unsupported`, `unsupportedCodec`, `requestRefused`, `mediaFailed` or `aborted`. Wire: v3 `produce`.
   *
   * @example
   * ```ts
   * const producer = await room.produce(track, { source: 'whiteboard', encodings: [{ maxBitrate: 500_000 }] });
   * ```
   */
  async produce<A extends SendableLimit<Types['producer']> = ProducerAppData<Types>>(
    track: MediaStreamTrack,
    options: ProduceOptions<A> = {},
  ): Promise<Producer<A>> {
    checkCallOptions(options);
    this.#assertIn('produce()');
    return (await this.#parts.localProducers.produce(track, options)) as Producer<A>;
  }

  /**
   * Opens a data channel to all peers in the room. Resolves when the channel is open. Rejects with `unsupported` where the
   * dialect has no data channels; use `sendText()` there. Wire: v3 `produceData`.
   *
   * @example
   * ```ts
   * const cursor = await room.produceData({ label: 'cursor', ordered: false, maxRetransmits: 0 });
   * cursor.send(JSON.stringify({ x: 10, y: 20 }));
   * ```
   */
  async produceData<A extends SendableLimit<Types['dataProducer']> = DataProducerAppData<Types>>(
    options: ProduceDataOptions<A> = {},
  ): Promise<DataProducer<A>> {
    checkCallOptions(options);
    this.#assertIn('produceData()');
    this.#require(this.capabilities.dataChannels, 'produceData()', 'Use sendText() if supported.');
    return (await this.#parts.localProducers.produceData(options)) as DataProducer<A>;
  }

  /**
   * Captures the microphone and sends it. Where the room has a microphone producer already, resumes and returns that producer,
   * and ignores the options. Rejects with `permissionDenied`, `deviceNotFound`, `deviceInUse`, `captureFailed`, and as
   * `produce()`.
   *
   * @example
   * ```ts
   * const microphone = await room.enableMicrophone({ deviceId, noiseSuppression: false });
   * ```
   */
  async enableMicrophone<A extends SendableLimit<Types['producer']> = ProducerAppData<Types>>(
    options: MicrophoneProduceOptions<A> = {},
  ): Promise<Producer<A>> {
    checkCallOptions(options);
    this.#assertIn('enableMicrophone()');
    return (await this.#parts.localMedia.enableMicrophone(options)) as Producer<A>;
  }

  /**
   * Captures the camera and sends it, in several layers by default. Otherwise as `enableMicrophone()`.
   *
   * @example
   * ```ts
   * const camera = await room.enableCamera({ preset: 'h1080', facingMode: 'user' });
   * ```
   */
  async enableCamera<A extends SendableLimit<Types['producer']> = ProducerAppData<Types>>(
    options: CameraProduceOptions<A> = {},
  ): Promise<Producer<A>> {
    checkCallOptions(options);
    this.#assertIn('enableCamera()');
    return (await this.#parts.localMedia.enableCamera(options)) as Producer<A>;
  }

  /**
   * Prompts the user for a screen, window or tab and sends it, with its sound if `audio` is set and the browser captures any.
   * Requires a click. `close()` or the browser's own button ends the sharing. Rejects with `permissionDenied` when the user
   * declines, with `invalidState` without a click, and as `produce()`.
   *
   * @example
   * ```ts
   * const share = await room.enableScreenShare({ audio: true, contentHint: 'text' });
   * ```
   */
  async enableScreenShare<A extends SendableLimit<Types['producer']> = ProducerAppData<Types>>(
    options: ScreenShareOptions<A> = {},
  ): Promise<ScreenShare<A>> {
    checkCallOptions(options);
    this.#assertIn('enableScreenShare()');
    return (await this.#parts.localMedia.enableScreenShare(options)) as ScreenShare<A>;
  }

  /**
   * Switches the producer of a source to another camera or microphone, without renegotiation. Remote consumers are unaffected.
   * Rejects with `invalidState` where the source has no producer, otherwise as `Producer.switchDevice()`.
   */
  async switchDevice(source: 'camera' | 'microphone', deviceId: string): Promise<void> {
    const producer = this.producerOf(source);
    if (producer === null) throw new TureenError('invalidState', `the ${source} is not on`);
    await producer.switchDevice(deviceId);
  }

  /**
   * Sends a line of text to all peers. Rejects with `unsupported` where the dialect or the server lacks it, and with
   * `invalidState` unless joined. Wire: v3 additive `textMessage`.
   */
  async sendText(text: string): Promise<void> {
    checkString(text, 'text');
    checkBytes(text, 'text', MAX_TEXT_BYTES);
    const { context } = this.#parts;
    const session = requireSession(context, 'sendText()');
    const { text: canSend, dataChannels } = this.capabilities;
    this.#require(canSend, 'sendText()', dataChannels ? 'Use produceData().' : 'Check capabilities.text first.');
    await context.requestReplay.run(`text ${text}`, () => session.sendText(text));
  }

  /**
   * Changes the name that the remote peers see. Rejects with `unsupported` where the name is fixed at the join, and with
   * `invalidState` before `join()` and after `left`. Wire: v3 `changeDisplayName`.
   */
  async setDisplayName(displayName: string): Promise<void> {
    checkText(displayName, 'displayName');
    this.#assertIn('setDisplayName()');
    this.#require(this.capabilities.displayName, 'setDisplayName()', 'Pass the name to join().');
    await this.#parts.displayName.set(displayName);
  }

  /** Calls `room.playback.start()`. */
  async startPlayback(): Promise<void> {
    await this.playback.start();
  }

  /**
   * Restarts ICE on both transports, e.g. after the network changed. Rejects with `unsupported` where the dialect has no
   * ICE restart, and with `invalidState` unless joined. Wire: v3 `restartIce`.
   */
  async restartIce(): Promise<void> {
    this.#require(this.capabilities.recovery.iceRestart, 'restartIce()', 'Leave and join again.');
    const session = requireSession(this.#parts.context, 'restartIce()');
    await Promise.all(directions.map((direction) => session.restartIce(direction)));
  }

  /**
   * Calls `listener` with a copy of each message in either direction, without secrets. Costs nothing without a listener. Returns
   * a function that removes the listener.
   */
  trace(listener: TraceListener): () => void {
    checkValue(listener, 'listener', 'function');
    return this.#parts.trace.add(listener);
  }

  /** Returns the room as plain data. The object stays the same until something changes. */
  snapshot(): RoomSnapshot {
    this.#parts.snapshot ??= {
      state: this.state,
      roomId: this.roomId,
      peerId: this.peerId,
      displayName: this.displayName,
      peers: [...this.peers.values()].map((peer) => peer.snapshot()),
      producers: [...this.producers.values()].map((producer) => producer.snapshot()),
      activeSpeakerId: this.#parts.remotePeers.activeSpeakerId,
    };
    return this.#parts.snapshot;
  }

  /**
   * Resolves to the payload of the next event of that name for which `where` returns true. Rejects with `timeout` or `aborted`.
   *
   * @example
   * ```ts
   * const { peer } = await room.waitFor('newPeer', { where: ({ peer }) => peer.id === 'bob', timeoutMs: 30_000 });
   * ```
   */
  async waitFor<K extends keyof RoomEvents>(
    event: K,
    options: WaitForOptions<RoomEvents<Types>[K]> = {},
  ): Promise<RoomEvents<Types>[K]> {
    return waitForEvent<RoomEvents<Types>, K>(this, event, options, this.#parts.context.clock);
  }

  get #isOut(): boolean {
    return this.state === 'idle' || this.state === 'left' || this.state === 'failed';
  }

  /** Calls that set a desired state are allowed while the room joins or reconnects. */
  #assertIn(call: string): void {
    if (!this.#isOut) return;
    throw new TureenError('invalidState', `${call} while the room is ${this.state}`, {
      hint: 'Call `await room.join()` first.',
    });
  }

  #require(isSupported: boolean, call: string, hint: string): void {
    requireCapability(this.#parts.context, isSupported, call, hint);
  }
}
