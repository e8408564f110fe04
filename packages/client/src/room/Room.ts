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
 * A room on an SFU: its peers, consumers and producers. One object for the life of the page: the room reconnects automatically,
 * and may be joined again after `leave()`. Events: {@link RoomEvents}. Rejects with `TureenError` only. `Types` are those of
 * `appData`; see {@link RoomAppData}.
 */
export class Room<Types extends RoomAppData = RoomAppData> extends TypedEmitter<RoomEvents<Types>> {
  readonly roomId: string;
  readonly peerId: string;
  /** Name of the dialect, e.g. `mediasoup-v3`. For people and logs: see `capabilities` for what the dialect supports. */
  readonly dialect: string;
  /** Cameras, microphones and speakers of this machine. */
  readonly devices: DeviceCatalog;
  /** Playback of the attached elements. */
  readonly playback: RoomPlayback;
  /** Statistics of both transports. */
  readonly stats: RoomStats;
  readonly #parts: RoomParts;

  /** Throws `invalidArgument` naming the option. Nothing is opened before `join()`. */
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

  get state(): RoomState {
    return this.#parts.session.state;
  }

  /** Name that the other peers see. */
  get displayName(): string {
    return this.#parts.displayName.value;
  }

  /** The other peers in the room, by ID. Live. */
  get peers(): ReadonlyMap<string, PeerOf<Types>> {
    return this.#parts.remotePeers.peers as ReadonlyMap<string, object> as ReadonlyMap<string, PeerOf<Types>>;
  }

  /** The consumers of all peers, by consumer ID. Live. */
  get consumers(): ReadonlyMap<string, ConsumerOf<Types>> {
    return this.#parts.remotePeers.announced as ReadonlyMap<string, object> as ReadonlyMap<string, ConsumerOf<Types>>;
  }

  /** The data consumers of all peers and of the server, by data consumer ID. Live. */
  get dataConsumers(): ReadonlyMap<string, DataConsumerOf<Types>> {
    return this.#parts.remotePeers.announcedData as ReadonlyMap<string, object> as ReadonlyMap<
      string,
      DataConsumerOf<Types>
    >;
  }

  /** The producers of this room, by `producer.localId`. Live. */
  get producers(): ReadonlyMap<string, ProducerOf<Types>> {
    return this.#parts.localProducers.producers as ReadonlyMap<string, object> as ReadonlyMap<
      string,
      ProducerOf<Types>
    >;
  }

  /** The data producers of this room, by `dataProducer.localId`. Live. */
  get dataProducers(): ReadonlyMap<string, DataProducerOf<Types>> {
    return this.#parts.localProducers.dataProducers as ReadonlyMap<string, object> as ReadonlyMap<
      string,
      DataProducerOf<Types>
    >;
  }

  /** Returns the producer of that source (`camera`, `microphone`, `screen`, ...), or null. */
  producerOf(source: Source): ProducerOf<Types> | null {
    return this.#parts.localProducers.producerOf(source) as ProducerOf<Types> | null;
  }

  /** What this dialect supports, and once joined this server. */
  get capabilities(): RoomCapabilities {
    return this.#parts.context.capabilities;
  }

  /**
   * Joins the room. Resolves after a `newPeer` for each peer that is in the room already; their consumers follow.
   * While joining, `join()` returns the same promise; while joined, it rejects with `invalidState`; after `left` and `failed` it is
   * allowed again. Rejects with `connectionFailed`, `connectionLost`, `closedByServer`, `requestRefused`, `requestTimeout`,
   * `badResponse`, `unsupportedBrowser`, `unsupportedCodec`, `closed` after a `leave()` meanwhile, or `aborted` after `signal`.
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
   * Leaves the room. Stops tracks that Tureen captured, closes all consumers, peers and producers, then emits `left`. The room is
   * left at once; the promise waits for the server's response, at most one second. Never rejects; harmless when not joined.
   */
  async leave(): Promise<void> {
    await this.#parts.session.leave();
  }

  /**
   * Sends a track. Resolves once the server has the producer; while reconnecting, after the rejoin. The app keeps ownership of the
   * track unless `ownership: 'owned'`. Rejects with `invalidArgument`, `invalidState` (not joined), `unsupportedCodec`,
   * `requestRefused`, `mediaFailed`, `aborted`. Wire: v3 `produce`.
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
   * Opens a data channel to all peers in the room. Resolves once the channel is open. Rejects with `unsupported` where the dialect
   * has no data channels: use `sendText` there. Wire: v3 `produceData`.
   */
  async produceData<A extends SendableLimit<Types['dataProducer']> = DataProducerAppData<Types>>(
    options: ProduceDataOptions<A> = {},
  ): Promise<DataProducer<A>> {
    checkCallOptions(options);
    this.#assertIn('produceData()');
    this.#require(this.capabilities.dataChannels, 'produceData()', 'Use sendText() where capabilities.text.');
    return (await this.#parts.localProducers.produceData(options)) as DataProducer<A>;
  }

  /**
   * Captures the microphone and sends it. Resumes and returns the producer where the microphone is on already. Rejects with
   * `permissionDenied`, `deviceNotFound`, `deviceInUse`, `captureFailed`, and as `produce`.
   */
  async enableMicrophone<A extends SendableLimit<Types['producer']> = ProducerAppData<Types>>(
    options: MicrophoneProduceOptions<A> = {},
  ): Promise<Producer<A>> {
    checkCallOptions(options);
    this.#assertIn('enableMicrophone()');
    return (await this.#parts.localMedia.enableMicrophone(options)) as Producer<A>;
  }

  /** Captures the camera and sends it, in simulcast. As `enableMicrophone` otherwise. */
  async enableCamera<A extends SendableLimit<Types['producer']> = ProducerAppData<Types>>(
    options: CameraProduceOptions<A> = {},
  ): Promise<Producer<A>> {
    checkCallOptions(options);
    this.#assertIn('enableCamera()');
    return (await this.#parts.localMedia.enableCamera(options)) as Producer<A>;
  }

  /**
   * Asks the user for a screen, window or tab and sends it, with its sound where the browser captures any. Needs a user gesture.
   * Ends by `close()` or the browser's own button. Rejects with `permissionDenied` when the user declines.
   */
  async enableScreenShare<A extends SendableLimit<Types['producer']> = ProducerAppData<Types>>(
    options: ScreenShareOptions<A> = {},
  ): Promise<ScreenShare<A>> {
    checkCallOptions(options);
    this.#assertIn('enableScreenShare()');
    return (await this.#parts.localMedia.enableScreenShare(options)) as ScreenShare<A>;
  }

  /**
   * Switches to another camera or microphone without renegotiation. Remote consumers are unaffected. Rejects with `invalidState`
   * when the source is off; see `Producer.switchDevice`.
   */
  async switchDevice(source: 'camera' | 'microphone', deviceId: string): Promise<void> {
    const producer = this.producerOf(source);
    if (producer === null) throw new TureenError('invalidState', `the ${source} is not on`);
    await producer.switchDevice(deviceId);
  }

  /** Sends a line of text to all peers. Rejects with `unsupported` where dialect or server lack it. Wire: v3 additive `textMessage`. */
  async sendText(text: string): Promise<void> {
    checkString(text, 'text');
    checkBytes(text, 'text', MAX_TEXT_BYTES);
    const { context } = this.#parts;
    const session = requireSession(context, 'sendText()');
    const { text: canSend, dataChannels } = this.capabilities;
    this.#require(
      canSend,
      'sendText()',
      dataChannels ? 'Send it over produceData().' : 'Check capabilities.text first.',
    );
    await context.requestReplay.run(`text ${text}`, () => session.sendText(text));
  }

  /** Changes the name that the other peers see. Rejects with `invalidState` before `join()`. Wire: v3 `changeDisplayName`. */
  async setDisplayName(displayName: string): Promise<void> {
    checkText(displayName, 'displayName');
    this.#assertIn('setDisplayName()');
    this.#require(this.capabilities.displayName, 'setDisplayName()', 'Pass the name to join().');
    await this.#parts.displayName.set(displayName);
  }

  /** Short form of `room.playback.start()`. */
  async startPlayback(): Promise<void> {
    await this.playback.start();
  }

  /** Finds new network paths for both transports, e.g. after the network changed. Wire: v3 `restartIce`. */
  async restartIce(): Promise<void> {
    this.#require(this.capabilities.recovery.iceRestart, 'restartIce()', 'Leave and join again.');
    const session = requireSession(this.#parts.context, 'restartIce()');
    await Promise.all(directions.map((direction) => session.restartIce(direction)));
  }

  /** Calls `listener` with every message that crosses the wire, without secrets. Costs nothing without a listener. */
  trace(listener: TraceListener): () => void {
    checkValue(listener, 'listener', 'function');
    return this.#parts.trace.add(listener);
  }

  /** Returns the room as plain data: the same object until something changes. */
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

  /** Resolves to the payload of the next such event. Rejects with `timeout` or `aborted`; leaves no listener behind. */
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
