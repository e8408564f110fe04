import { onTestFinished } from 'vitest';
import { deferred, type Deferred } from '@tureen/kernel';

export type Frame = Record<string, unknown> & { data?: Record<string, unknown> };

/** RTCPilot client that sends exactly what a test specifies, and keeps everything that it receives. */
export class RawPilotClient {
  readonly frames: Frame[] = [];

  readonly #socket: WebSocket;
  readonly #waiters: { matches: (frame: Frame) => boolean; found: Deferred<Frame> }[] = [];
  readonly closed: Promise<void>;
  #nextId = 1;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(data as string) as Frame;
      this.frames.push(frame);
      for (const { matches, found } of this.#waiters) if (matches(frame)) found.resolve(frame);
    });
    const closed = deferred<undefined>();
    socket.addEventListener('close', () => {
      closed.resolve(undefined);
    });
    this.closed = closed.promise.then(() => {});
  }

  static async connect(url: string): Promise<RawPilotClient> {
    const socket = new WebSocket(url, 'protoo');
    const client = new RawPilotClient(socket);
    const open = deferred<undefined>();
    socket.addEventListener('open', () => {
      open.resolve(undefined);
    });
    await open.promise;
    onTestFinished(() => {
      client.close();
    });
    return client;
  }

  /** Received notifications. */
  get notifications(): Frame[] {
    return this.frames.filter(({ notification }) => notification === true);
  }

  close(): void {
    this.#socket.close();
  }

  send(frame: object): void {
    this.#socket.send(JSON.stringify(frame));
  }

  /** Resolves with the first response. */
  async request(method: string, data: object): Promise<Frame> {
    const id = this.#nextId++;
    const answer = this.hears((frame) => frame.response === true && frame.id === id);
    this.send({ request: true, id, method, data });
    return answer;
  }

  /** Resolves with the first matching frame, including earlier ones. */
  hears(matches: (frame: Frame) => boolean): Promise<Frame> {
    const known = this.frames.find(matches);
    if (known !== undefined) return Promise.resolve(known);
    const found = deferred<Frame>();
    this.#waiters.push({ matches, found });
    return found.promise;
  }

  hearsNews(method: string): Promise<Frame> {
    return this.hears((frame) => frame.notification === true && frame.method === method);
  }

  /** Resolves when all earlier messages were handled: the server handles one message at a time. */
  async fence(): Promise<void> {
    await this.request('heartbeat', { roomId: 'r1', userId: 'absent' });
  }

  join(userId: string): Promise<Frame> {
    return this.request('join', { roomId: 'r1', userId, userName: userId.toUpperCase() });
  }

  push(userId: string, sdp: string, type = 'offer'): Promise<Frame> {
    return this.request('push', { roomId: 'r1', userId, sdp: { type, sdp } });
  }

  pull(userId: string, targetUserId: string, sdp: string, pusherIds: readonly string[]): Promise<Frame> {
    const specs = pusherIds.map((pusherId) => ({ type: 'video', pusher_id: pusherId }));
    return this.request('pull', { roomId: 'r1', userId, targetUserId, sdp: { type: 'offer', sdp }, specs });
  }
}
