import type { PilotListener, PilotPusher, PilotRoom } from './PilotRoom.ts';
import {
  answerPilotOffer,
  fillPilotAnswer,
  PilotCrash,
  pilotRtpParams,
  readPilotOffer,
  writePilotAnswer,
  type PilotRtpParam,
  type PilotTransport,
} from './pilotSdp.ts';

/** Media of the server: a transport for each push and each pull. */
export interface PilotMedia {
  /** Calls `onClosed` when the connection has ended. */
  openPush(offer: string, pushers: readonly PilotPusher[], onClosed: () => void): Promise<PilotTransport>;
  openPull(offer: string, pusherIds: readonly string[]): Promise<PilotTransport>;
  close(): Promise<void>;
}

/** Parts of the server that a session needs. */
export interface PilotHost {
  readonly media: PilotMedia;
  room(roomId: string): PilotRoom;
  makeId(): string;
}

type Fields = Readonly<Record<string, unknown>>;

/** A field as C++ reads it: of this type, or an exception. */
function string(data: unknown, name: string): string {
  const value = (data as Fields | null)?.[name];
  if (typeof value !== 'string') throw new Error(`type must be string, but ${name} is ${typeof value}`);
  return value;
}

/** One socket. Every message names a user, which the server does not check. */
export class PilotSession implements PilotListener {
  readonly #host: PilotHost;
  readonly #send: (message: object) => void;
  /** Room and user of the last join. */
  #who: { roomId: string; userId: string } | undefined;

  constructor(host: PilotHost, send: (message: object) => void) {
    this.#host = host;
    this.#send = send;
  }

  notify(method: string, data: unknown): void {
    this.#send({ notification: true, method, data });
  }

  handleClose(): void {
    if (this.#who !== undefined) this.#host.room(this.#who.roomId).disconnect(this.#who.userId);
  }

  /** Handles the text of a frame. Rejects with a PilotCrash if the real server would crash. */
  async handleText(text: string): Promise<void> {
    let message: Fields;
    try {
      message = JSON.parse(text) as Fields;
    } catch {
      return;
    }
    const { id, method, data } = message;
    if (typeof method !== 'string') return;
    if (message.request === true && Number.isInteger(id)) await this.#handleRequest(id as number, method, data);
    else if (message.notification === true && method === 'textMessage') this.#handleText(data);
  }

  async #handleRequest(id: number, method: string, data: unknown): Promise<void> {
    const handler = { join: this.#join, push: this.#push, pull: this.#pull, heartbeat: this.#heartbeat }[method];
    // RTCPilot only logs an unknown method, and never responds.
    if (handler === undefined) return;
    try {
      await handler.call(this, id, data);
    } catch (error) {
      if (error instanceof PilotCrash) throw error;
      this.#refuse(id, `invalid ${method} request`);
    }
  }

  #accept(id: number, message: string, data: object): void {
    this.#send({ response: true, id, ok: true, data: { code: 0, message, ...data } });
  }

  #refuse(id: number, errorReason: string): void {
    this.#send({ response: true, id, ok: false, errorCode: -1, errorReason });
  }

  async #join(id: number, data: unknown): Promise<void> {
    const [roomId, userId, userName] = [string(data, 'roomId'), string(data, 'userId'), string(data, 'userName')];
    this.#who = { roomId, userId };
    const room = this.#host.room(roomId);
    if (room.has(userId)) {
      room.tellReconnect(userId);
      this.#accept(id, 'join success', { users: room.usersFor(userId) });
      return;
    }
    room.add(userId, userName, this);
    this.#accept(id, 'join success', { users: room.usersFor(userId) });
    room.tellNewUser(userId);
  }

  async #push(id: number, data: unknown): Promise<void> {
    const [roomId, userId] = [string(data, 'roomId'), string(data, 'userId')];
    const { sdp: description } = data as Fields;
    const [type, sdp] = [string(description, 'type'), string(description, 'sdp')];
    const room = this.#host.room(roomId);
    const answer = answerPilotOffer(readPilotOffer(type, sdp));
    const params = pilotRtpParams(answer);
    if (params.length === 0) {
      this.#refuse(id, 'handle push sdp failed');
      return;
    }
    const pushers = params.map((rtpParam) => ({ pusherId: this.#host.makeId(), rtpParam }));
    const transport = await this.#host.media.openPush(sdp, pushers, () => {
      for (const { pusherId } of pushers) room.endPush(pusherId);
    });
    for (const pusher of pushers) room.addPusher(userId, pusher);
    const written = writePilotAnswer(answer, 'recvonly', transport, () => this.#host.makeId());
    this.#accept(id, 'push success', { sdp: written });
    // A user that has not joined gets two responses: success, then an error.
    if (room.has(userId)) room.tellNewPusher(userId);
    else this.#refuse(id, 'handle push sdp failed');
  }

  async #pull(id: number, data: unknown): Promise<void> {
    const [roomId] = [string(data, 'roomId'), string(data, 'userId')];
    const targetUserId = string(data, 'targetUserId');
    const { specs, sdp: description } = data as { specs: unknown; sdp: unknown };
    const [sdp, type] = [string(description, 'sdp'), string(description, 'type')];
    if (!Array.isArray(specs)) throw new Error('specs is not an array');
    const wanted = specs.map((spec: unknown) => {
      string(spec, 'type');
      return string(spec, 'pusher_id');
    });
    const room = this.#host.room(roomId);
    try {
      if (!room.has(targetUserId)) throw new Error('Target pusher user not found in room');
      const answer = answerPilotOffer(readPilotOffer(type, sdp));
      // Skips unknown pushers.
      const live = wanted.flatMap((pusherId) => room.findLive(pusherId) ?? []);
      const params: PilotRtpParam[] = live.map(({ rtpParam }) => rtpParam);
      fillPilotAnswer(answer, params, () => this.#host.makeId());
      const transport = await this.#host.media.openPull(
        sdp,
        live.map(({ pusherId }) => pusherId),
      );
      const written = writePilotAnswer(answer, 'sendonly', transport, () => this.#host.makeId());
      this.#accept(id, 'pull success', { sdp: written });
    } catch (error) {
      if (error instanceof PilotCrash) throw error;
      this.#refuse(id, 'handle pull sdp failed');
    }
  }

  async #heartbeat(id: number, data: unknown): Promise<void> {
    const [roomId, userId] = [string(data, 'roomId'), string(data, 'userId')];
    if (this.#host.room(roomId).heartbeat(userId)) this.#accept(id, 'ok', { roomId, userId });
    else this.#refuse(id, 'handle heartbeat failed');
  }

  #handleText(data: unknown): void {
    try {
      const [roomId, userId] = [string(data, 'roomId'), string(data, 'userId')];
      this.#host.room(roomId).tellText(userId, string(data, 'userName'), string(data, 'message'));
    } catch {
      // RTCPilot ignores a malformed text message too.
    }
  }
}
