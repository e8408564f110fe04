import type { Logger } from 'pino';
import { type Clock, systemClock } from '@tureen/kernel';
import type { MediaBackend } from '../engine/MediaBackend.ts';
import { FairTurns } from '../shared/FairTurns.ts';
import type { EarlyKeyFrameCounts } from './EarlyKeyFrames.ts';
import { toLimits } from './limits.ts';
import type { RoomLimits } from './limits.ts';
import type { Peer } from './Peer.ts';
import type { PeerOptions } from './PeerOptions.ts';
import { PreparedPeers } from './PreparedPeers.ts';
import { Room } from './Room.ts';
import { toRemoval } from './removal.ts';
import type { RemovalOptions } from './removal.ts';
import { RoomError } from './RoomError.ts';
import type { RoomSnapshot } from './snapshot.ts';

/** Parts of a {@link RoomRegistry}. */
export interface RoomRegistryOptions {
  readonly backend: MediaBackend;
  readonly logger: Logger;
  /** Limits. Default: {@link defaultLimits}. */
  readonly limits?: Partial<RoomLimits> | undefined;
  /** Whether each room has a bot that replies on data channels labeled `bot`. Default false. */
  readonly bot?: boolean | undefined;
  /** Time source. Default: the system clock. */
  readonly clock?: Clock | undefined;
}

/** Rooms of a server, for programs that use it as a library, and for its dialects. */
export class RoomRegistry {
  readonly #backend: MediaBackend;
  readonly #logger: Logger;
  readonly #limits: RoomLimits;
  readonly #clock: Clock;
  readonly #botClock: Clock | undefined;
  readonly #rooms = new Map<string, Room>();
  /** Pending rooms. */
  readonly #opening = new Map<string, Promise<Room>>();
  readonly #turns = new FairTurns();
  readonly #returns = { away: 0, back: 0 };
  readonly #earlyKeyFrames: EarlyKeyFrameCounts = { requested: 0, used: 0, missed: 0 };
  /** Peers that have prepared their join. */
  readonly prepared: PreparedPeers;
  #lostMessages = 0;
  #closed = false;

  constructor({ backend, logger, limits = {}, bot = false, clock = systemClock }: RoomRegistryOptions) {
    this.#backend = backend;
    this.#logger = logger;
    this.#clock = clock;
    this.#botClock = bot ? clock : undefined;
    this.#limits = toLimits(limits);
    this.prepared = new PreparedPeers(this.#limits.maxPreparedPeers);
  }

  /** Version of the media engine. */
  get engineVersion(): string {
    return this.#backend.version;
  }

  /** Limits, with the defaults filled in. */
  get limits(): RoomLimits {
    return this.#limits;
  }

  get roomCount(): number {
    return this.#rooms.size;
  }

  /** Number of joined peers in all rooms. */
  get peerCount(): number {
    let count = 0;
    for (const room of this.#rooms.values()) count += room.peers.size;
    return count;
  }

  /**
   * Number of times that a peer was disconnected with a grace period (`away`), and that a peer resumed (`back`), since the
   * start.
   */
  get returns(): { readonly away: number; readonly back: number } {
    return this.#returns;
  }

  /** Number of data channel messages that media workers dropped for slow receivers, since the start. */
  get lostMessages(): number {
    return this.#lostMessages;
  }

  /**
   * Numbers of key frames that the server requested before the DTLS handshake of a receiver ended (`requested`), and of
   * receivers that got such a key frame (`used`) or connected after the key frame arrived (`missed`), since the start.
   */
  get earlyKeyFrames(): Readonly<EarlyKeyFrameCounts> {
    return this.#earlyKeyFrames;
  }

  /** Finds the room of that ID. */
  get(roomId: string): Room | undefined {
    return this.#rooms.get(roomId);
  }

  /** Finds or creates the room of that ID. @throws RoomError `tooManyRooms`, `shuttingDown`, `closed`; MediaError. */
  getOrCreate(roomId: string): Promise<Room> {
    const room = this.#rooms.get(roomId);
    if (room !== undefined) return Promise.resolve(room);
    const opening = this.#opening.get(roomId);
    if (opening !== undefined) return opening;
    const opened = this.#open(roomId).finally(() => {
      this.#opening.delete(roomId);
    });
    this.#opening.set(roomId, opened);
    return opened;
  }

  /** Creates the peer of a client that connected to that room. @throws as {@link getOrCreate}, and RoomError `roomFull`. */
  async enter(roomId: string, options: PeerOptions): Promise<Peer> {
    const room = await this.getOrCreate(roomId);
    // The last peer may have left while the room was created.
    return room.closed ? this.enter(roomId, options) : room.enter(options);
  }

  /** Returns all rooms as plain objects. */
  list(): RoomSnapshot[] {
    return [...this.#rooms.values()].map((room) => room.snapshot());
  }

  /**
   * Removes a peer. Its client gets the reason `kicked`, with the text and `appData`, and does not reconnect. The other
   * peers get `peerClosed` with the reason `kicked` and `appData`.
   *
   * @returns Whether the peer was in the room.
   * @throws TypeError where `reason` is not text or `appData` is not JSON. Then no peer is removed.
   */
  kick(roomId: string, peerId: string, options: RemovalOptions = {}): boolean {
    const closing = toRemoval('kicked', options);
    const peer = this.#rooms.get(roomId)?.peers.get(peerId);
    peer?.close(closing);
    return peer !== undefined;
  }

  /**
   * Closes a room for all its peers. Their clients get the reason `roomClosed`, with the text and `appData`, and do not
   * reconnect.
   *
   * @returns Whether there was such a room.
   * @throws TypeError where `reason` is not text or `appData` is not JSON. Then no peer is removed.
   */
  closeRoom(roomId: string, options: RemovalOptions = {}): boolean {
    const closing = toRemoval('roomClosed', options);
    const room = this.#rooms.get(roomId);
    room?.close(closing);
    return room !== undefined;
  }

  /** Closes all rooms (reason `shuttingDown`) and opens no more. Idempotent. */
  close(): void {
    this.#closed = true;
    for (const room of this.#rooms.values()) room.close({ reason: 'shuttingDown' });
  }

  async #open(id: string): Promise<Room> {
    this.#assertOpen();
    if (this.#rooms.size + this.#opening.size >= this.#limits.maxRooms) throw new RoomError('tooManyRooms');
    const logger = this.#logger.child({ roomId: id });
    const router = await this.#backend.createRouter();
    const room = new Room({
      id,
      router,
      limits: this.#limits,
      turns: this.#turns,
      clock: this.#clock,
      earlyKeyFrameCounts: this.#earlyKeyFrames,
      logger,
      botClock: this.#botClock,
      onClosed: () => {
        this.#rooms.delete(id);
      },
      onMessagesLost: (count) => {
        this.#lostMessages += count;
      },
      onReachability: ({ reconnecting }) => {
        this.#returns[reconnecting ? 'away' : 'back'] += 1;
      },
    });
    try {
      await room.listen();
      this.#assertOpen();
      // The worker may have exited meanwhile.
      if (room.closed) throw new RoomError('closed');
    } catch (error) {
      room.close({ reason: 'unavailable' });
      throw error;
    }
    this.#rooms.set(id, room);
    logger.info('opened room');
    return room;
  }

  #assertOpen(): void {
    if (this.#closed) throw new RoomError('shuttingDown');
  }
}
