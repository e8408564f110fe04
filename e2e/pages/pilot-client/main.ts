import * as protoo from 'protoo-client';
import { watchHues } from '../room/sources.ts';
import { RemoteUser } from './RemoteUser.ts';
import type { UserData } from './RemoteUser.ts';

/**
 * A page that imitates RTCPilot's own client (runner365/webrtc_js_client, `691992e`), without code of Tureen.
 *
 * The page pushes audio and video in one unmodified offer: no codec preferences, no rewritten payload types. For each remote user there is
 * one connection, which pulls every pusher that the server has named. The page sets answers unchanged, sends a heartbeat, and responds only
 * to `ping`.
 */
const byTestId = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)!;

const HEARTBEAT_MS = 3000;

/** Server, room and user of the page. */
export interface PilotJoin {
  readonly serverUrl: string;
  readonly roomId: string;
  readonly userId: string;
  readonly userName?: string;
}

class PilotPage {
  readonly users = new Map<string, RemoteUser>();
  /** Text messages of other users, `userId: message`. */
  readonly messages: string[] = [];
  /** Errors. The original client only logs them. */
  readonly errors: string[] = [];
  /** Notifications as received. */
  readonly notifications: { readonly method: string; readonly data: unknown }[] = [];
  /** Offer and answer of the push. */
  readonly pushed: { readonly type: string; readonly sdp: string }[] = [];
  #signaling!: protoo.Peer;
  #me!: PilotJoin;
  #send: RTCPeerConnection | undefined;

  async join(me: PilotJoin): Promise<void> {
    this.#me = me;
    this.#signaling = new protoo.Peer(new protoo.WebSocketTransport(me.serverUrl));
    this.#signaling.on('request', ({ method }, accept, reject) => {
      if (method === 'ping') accept({ pong: true });
      else reject(404, 'Method not found');
    });
    this.#signaling.on('notification', ({ method, data }) => {
      this.notifications.push({ method, data });
      this.#handle(method, data);
      this.#show();
    });
    this.#signaling.on('close', () => {
      this.#note('signaling', new Error('closed'));
    });
    await new Promise<void>((resolve) => {
      this.#signaling.on('open', resolve);
    });
    const { roomId, userId, userName = userId } = me;
    const { users = [] } = await this.#request<{ users?: UserData[] }>('join', { roomId, userId, userName });
    // A heartbeat, which is no poll.
    // eslint-disable-next-line no-restricted-syntax
    window.setInterval(() => {
      this.#request('heartbeat', { roomId, userId, userName, time: Date.now() }).catch((error: unknown) => {
        this.#note('heartbeat', error);
      });
    }, HEARTBEAT_MS);
    for (const user of users) this.#receive(user);
    this.#show();
  }

  /** Opens camera and microphone, and pushes both in one offer. Rejects if the server refuses the push. */
  async push(constraints: MediaStreamConstraints = { audio: true, video: { width: 640, height: 360 } }): Promise<void> {
    const media = await navigator.mediaDevices.getUserMedia(constraints);
    const pc = new RTCPeerConnection();
    this.#send = pc;
    for (const track of media.getTracks()) pc.addTrack(track, media);
    await pc.setLocalDescription(await pc.createOffer());
    const { type, sdp } = pc.localDescription!;
    this.pushed.push({ type, sdp });
    const { roomId, userId } = this.#me;
    const answer = await this.#request<{ sdp: string }>('push', { sdp: { type, sdp }, roomId, userId });
    this.pushed.push({ type: 'answer', sdp: answer.sdp });
    await pc.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
  }

  /** Sends a text message to the room. */
  async say(message: string): Promise<void> {
    const { roomId, userId, userName = userId } = this.#me;
    await this.#signaling.notify('textMessage', { roomId, userId, userName, message, time: Date.now() });
  }

  /** Media that the browser has decoded of a remote user. */
  async decoded(userId: string) {
    const nothing = { frames: 0, energy: 0, width: 0, packets: 0, codecs: [] as string[] };
    return (await this.users.get(userId)?.decoded()) ?? nothing;
  }

  /** State of the connection that pushes. */
  get sendState(): string {
    return this.#send?.connectionState ?? 'new';
  }

  /** Hues, of twelve, that the picture of a remote user shows within a second. */
  hues(userId: string): Promise<number[]> {
    return watchHues(this.users.get(userId)!.element);
  }

  #handle(method: string, data: unknown): void {
    if (method === 'newUser') {
      for (const user of data as UserData[]) this.#receive(user);
    } else if (method === 'newPusher') {
      this.#receive(data as UserData);
    } else if (method === 'textMessage') {
      const { userId, message } = data as { userId: string; message: string };
      this.messages.push(`${userId}: ${message}`);
    } else if (method === 'userDisconnect' || method === 'userReconnect') {
      const user = this.users.get((data as UserData).userId as string);
      if (user !== undefined) user.state = method === 'userReconnect' ? 'connected' : 'disconnected';
    } else if (method === 'userLeave') {
      const { userId } = data as { userId: string };
      this.users.get(userId)?.close();
      this.users.delete(userId);
    }
  }

  /** Adds a user or new pushers of a known user, and pulls everything that the user pushes. */
  #receive({ userId, pushers = [] }: UserData): void {
    const id = String(userId).trim();
    const user = this.users.get(id) ?? new RemoteUser(id);
    if (!this.users.has(id)) byTestId('tiles').append(user.element);
    this.users.set(id, user);
    user.add(pushers);
    if (user.pushers.length === 0) return;
    this.#pull(user).catch((error: unknown) => {
      this.#note(`pull of ${id}`, error);
    });
  }

  async #pull(user: RemoteUser): Promise<void> {
    // Before the first await, like the original: a pusher that arrives in the meantime is in the next pull.
    const { specs } = user;
    const offer = await user.offer();
    const { roomId, userId } = this.#me;
    const data = { sdp: offer, roomId, userId, targetUserId: user.userId, specs };
    const { sdp } = await this.#request<{ sdp: string }>('pull', data);
    await user.answer(sdp);
  }

  async #request<Response>(method: string, data: object): Promise<Response> {
    const response = (await this.#signaling.request(method, data)) as { code: number; message?: string };
    if (response.code !== 0) throw new Error(`${method}: ${String(response.code)} ${response.message ?? ''}`);
    return response as Response;
  }

  #note(what: string, error: unknown): void {
    this.errors.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    this.#show();
  }

  #show(): void {
    byTestId('state').textContent = 'joined';
    byTestId('users').replaceChildren(
      ...[...this.users.values()].map(({ userId, state, pushers }) =>
        Object.assign(document.createElement('li'), {
          textContent: `${userId}: ${state} ${pushers.map(({ rtpParam }) => rtpParam.codec).join(' ')}`,
        }),
      ),
    );
    byTestId('events').textContent = [...this.errors, ...this.messages].join('\n');
  }
}

declare global {
  interface Window {
    pilot: PilotPage;
  }
}

export type { PilotPage };
window.pilot = new PilotPage();
