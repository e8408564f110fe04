import type { Clock } from '@tureen/kernel';
import type { PilotRtpParam } from './pilotSdp.ts';

/** Receiver of notifications. */
export interface PilotListener {
  notify(method: string, data: unknown): void;
}

/** A push as other users see it. Stays in its user's list after the push has ended. */
export interface PilotPusher {
  readonly pusherId: string;
  readonly rtpParam: PilotRtpParam;
}

interface PilotUser {
  readonly userId: string;
  readonly userName: string;
  /** Receiver of the user's notifications. Set by the first join and never changed, even if the user joins over another socket. */
  listener: PilotListener | null;
  lastSeen: number;
  /** In the order of their random IDs. */
  readonly pushers: Map<string, PilotPusher>;
}

/** Silence in ms after which a user is removed. A user without a socket gets additional time. */
const heartbeatTimeoutMs = 45_000;
const disconnectTimeoutMs = 20_000;

/** One room of RTCPilot: its users and their notifications. */
export class PilotRoom {
  readonly #roomId: string;
  readonly #clock: Clock;
  readonly #users = new Map<string, PilotUser>();
  /** Pushers that can be pulled, by ID. Does not contain ended pushes. */
  readonly #live = new Map<string, PilotPusher & { readonly userId: string }>();
  #cancelTimer = () => {};

  constructor(roomId: string, clock: Clock) {
    this.#roomId = roomId;
    this.#clock = clock;
    this.#wait();
  }

  close(): void {
    this.#cancelTimer();
  }

  has(userId: string): boolean {
    return this.#users.has(userId);
  }

  /** All users except `userId`, as in the join response. */
  usersFor(userId: string) {
    return [...this.#users.values()]
      .filter((user) => user.userId !== userId)
      .map((user) => ({ userId: user.userId, userName: user.userName, pushers: listPushers(user) }));
  }

  /** Adds a new user. The caller notifies the others after the response. */
  add(userId: string, userName: string, listener: PilotListener): void {
    this.#users.set(userId, { userId, userName, listener, lastSeen: this.#clock.now(), pushers: new Map() });
  }

  tellNewUser(userId: string): void {
    const user = this.#users.get(userId);
    if (user !== undefined)
      this.#tell(userId, 'newUser', [{ userId, userName: user.userName, pushers: listPushers(user) }]);
  }

  /** Notifies the others of a user that joins again, before the response. The user's notifications still go to its first socket. */
  tellReconnect(userId: string): void {
    const { userName } = this.#users.get(userId) ?? {};
    this.#tell(userId, 'userReConnect', { userId, userName, roomId: this.#roomId });
  }

  disconnect(userId: string): void {
    const user = this.#users.get(userId);
    if (user === undefined) return;
    user.listener = null;
    this.#tell(userId, 'userDisconnect', { userId, roomId: this.#roomId });
  }

  /** Returns false for an unknown user. */
  heartbeat(userId: string): boolean {
    const user = this.#users.get(userId);
    if (user !== undefined) user.lastSeen = this.#clock.now();
    return user !== undefined;
  }

  /** Makes a pusher available, whether or not a user of that ID has joined. */
  addPusher(userId: string, pusher: PilotPusher): void {
    this.#users.get(userId)?.pushers.set(pusher.pusherId, pusher);
    this.heartbeat(userId);
    this.#live.set(pusher.pusherId, { ...pusher, userId });
  }

  /** Notifies the others of all pushers that the user has ever created. */
  tellNewPusher(userId: string): void {
    const user = this.#users.get(userId);
    if (user === undefined) return;
    const { userName } = user;
    this.#tell(userId, 'newPusher', { userId, userName, roomId: this.#roomId, pushers: listPushers(user) });
  }

  /** Ends a push whose connection has closed. Notifies no user, and the pusher stays in the lists. */
  endPush(pusherId: string): void {
    this.#live.delete(pusherId);
  }

  findLive(pusherId: string): PilotPusher | undefined {
    return this.#live.get(pusherId);
  }

  tellText(userId: string, userName: string, message: string): void {
    this.#tell(userId, 'textMessage', { userId, userName, message, roomId: this.#roomId });
  }

  #tell(exceptUserId: string, method: string, data: unknown): void {
    for (const user of this.#users.values()) if (user.userId !== exceptUserId) user.listener?.notify(method, data);
  }

  #wait(): void {
    this.#cancelTimer = this.#clock.after(1000, () => {
      this.#wait();
      for (const user of [...this.#users.values()]) {
        const patience = heartbeatTimeoutMs + (user.listener === null ? disconnectTimeoutMs : 0);
        if (this.#clock.now() - user.lastSeen > patience) this.#release(user.userId);
      }
    });
  }

  #release(userId: string): void {
    this.#tell(userId, 'userLeave', { userId, roomId: this.#roomId });
    this.#users.delete(userId);
    for (const [pusherId, pusher] of this.#live) if (pusher.userId === userId) this.#live.delete(pusherId);
  }
}

const listPushers = ({ pushers }: PilotUser): PilotPusher[] =>
  [...pushers.values()].sort((a, b) => (a.pusherId < b.pusherId ? -1 : 1));
