import type { Clock } from '@tureen/kernel';
import type { PilotRtpParam } from './pilotSdp.ts';

/** Who can be written to. */
export interface PilotListener {
  notify(method: string, data: unknown): void;
}

/** One push as others are told of it. Stays in the list of its user when the push is long over. */
export interface PilotPusher {
  readonly pusherId: string;
  readonly rtpParam: PilotRtpParam;
}

interface PilotUser {
  readonly userId: string;
  readonly userName: string;
  /** Whom news go to. Set by the first join and never again, also where the user comes back over another socket. */
  listener: PilotListener | null;
  lastSeen: number;
  /** In the order of random ids. */
  readonly pushers: Map<string, PilotPusher>;
}

/** Silence after which a user is gone, ms; more where the socket is gone too. */
const heartbeatTimeoutMs = 45_000;
const disconnectTimeoutMs = 20_000;

/** One room of RTCPilot's: who is there, and what they are told. */
export class PilotRoom {
  readonly #roomId: string;
  readonly #clock: Clock;
  readonly #users = new Map<string, PilotUser>();
  /** What can be pulled, by its id: here a push that is over is missing. */
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

  /** Everyone but `userId`, as the answer to join lists them. */
  usersFor(userId: string) {
    return [...this.#users.values()]
      .filter((user) => user.userId !== userId)
      .map((user) => ({ userId: user.userId, userName: user.userName, pushers: listPushers(user) }));
  }

  /** A user who is new. The others are told after the answer. */
  add(userId: string, userName: string, listener: PilotListener): void {
    this.#users.set(userId, { userId, userName, listener, lastSeen: this.#clock.now(), pushers: new Map() });
  }

  tellNewUser(userId: string): void {
    const user = this.#users.get(userId);
    if (user !== undefined)
      this.#tell(userId, 'newUser', [{ userId, userName: user.userName, pushers: listPushers(user) }]);
  }

  /** A user who is there already: the others are told before the answer, and news go where they went before. */
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

  /** False: there is no such user. */
  heartbeat(userId: string): boolean {
    const user = this.#users.get(userId);
    if (user !== undefined) user.lastSeen = this.#clock.now();
    return user !== undefined;
  }

  /** Can be pulled from now on, whether anyone of that name has joined or not. */
  addPusher(userId: string, pusher: PilotPusher): void {
    this.#users.get(userId)?.pushers.set(pusher.pusherId, pusher);
    this.heartbeat(userId);
    this.#live.set(pusher.pusherId, { ...pusher, userId });
  }

  /** All that the user ever pushed, again. */
  tellNewPusher(userId: string): void {
    const user = this.#users.get(userId);
    if (user === undefined) return;
    const { userName } = user;
    this.#tell(userId, 'newPusher', { userId, userName, roomId: this.#roomId, pushers: listPushers(user) });
  }

  /** The connection of a push is gone. Nobody is told, and it stays in the lists. */
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
