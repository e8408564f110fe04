import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { type Clock, systemClock } from '@tureen/kernel';

import { PilotRoom } from './PilotRoom.ts';
import type { PilotTransport } from './pilotSdp.ts';
import { PilotSession, type PilotMedia } from './PilotSession.ts';

export interface RtcPilotOptions {
  /** Default: the system clock. */
  readonly clock?: Clock;
  /** Default: transports without media. */
  readonly media?: PilotMedia;
}

/**
 * Server that behaves like the first generation of RTCPilot, including its mistakes, over a real WebSocket with the subprotocol `protoo` at
 * `/webrtc`. Derived from its source and from a running server.
 */
export class RtcPilot {
  /** Messages of all clients, oldest first. */
  readonly received: { method: string; data: Record<string, unknown>; kind: 'request' | 'notification' }[] = [];

  readonly #clock: Clock;
  readonly #media: PilotMedia;
  readonly #rooms = new Map<string, PilotRoom>();
  readonly #endPush: (() => void)[] = [];
  readonly #sockets: WebSocketServer;
  #crashedBy: Error | undefined;
  #transports = 0;

  private constructor(sockets: WebSocketServer, { clock = systemClock, media }: RtcPilotOptions) {
    this.#clock = clock;
    this.#sockets = sockets;
    this.#media = media ?? {
      openPush: async (_offer, _ids, onClosed) => {
        this.#endPush.push(onClosed);
        return this.#nextTransport();
      },
      openPull: async () => this.#nextTransport(),
      close: async () => {},
    };
    sockets.on('connection', (socket) => {
      this.#handleConnection(socket);
    });
  }

  static async start(options: RtcPilotOptions = {}): Promise<RtcPilot> {
    const sockets = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      path: '/webrtc',
      handleProtocols: () => 'protoo',
    });
    // RTCPilot names the subprotocol also to clients that requested none, which drop the connection for it.
    sockets.on('headers', (headers, request) => {
      if (request.headers['sec-websocket-protocol'] === undefined) headers.push('Sec-WebSocket-Protocol: protoo');
    });
    await once(sockets, 'listening');
    return new RtcPilot(sockets, options);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#sockets.address() as AddressInfo).port}/webrtc`;
  }

  /** Error that crashed the server. */
  get crashedBy(): Error | undefined {
    return this.#crashedBy;
  }

  /** Ends the connections of all pushes, as if their peers had closed them, without notifications. */
  endPushes(): void {
    for (const end of this.#endPush.splice(0)) end();
  }

  /** Cuts all sockets, like a network failure. */
  cut(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  async close(): Promise<void> {
    this.cut();
    for (const room of this.#rooms.values()) room.close();
    await this.#media.close();
    await new Promise<void>((resolve) => {
      this.#sockets.close(() => {
        resolve();
      });
    });
  }

  /** Each offer creates another session, also if the client has already offered on the connection. */
  #nextTransport(): PilotTransport {
    const digits = String(++this.#transports);
    return { ...numbers, ufrag: digits.padStart(16, '1'), pwd: digits.padStart(32, '2') };
  }

  #handleConnection(socket: WebSocket): void {
    const host = { media: this.#media, room: (roomId: string) => this.#room(roomId), makeId: randomUUID };
    const session = new PilotSession(host, (message) => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    });
    let queue = Promise.resolve();
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) return;
      const text = data.toString();
      this.#note(text);
      // RTCPilot has one thread, so messages are handled one after another.
      queue = queue
        .then(() => session.handleText(text))
        .catch((error: unknown) => {
          this.#crashedBy = error as Error;
          this.#sockets.close();
          this.cut();
        });
    });
    socket.on('close', () => {
      session.handleClose();
    });
  }

  #note(text: string): void {
    let message: { method?: string; data?: Record<string, unknown>; request?: boolean };
    try {
      message = JSON.parse(text) as typeof message;
    } catch {
      return;
    }
    if (message.method !== undefined)
      this.received.push({
        method: message.method,
        data: message.data ?? {},
        kind: message.request === true ? 'request' : 'notification',
      });
  }

  #room(roomId: string): PilotRoom {
    const room = this.#rooms.get(roomId) ?? new PilotRoom(roomId, this.#clock);
    this.#rooms.set(roomId, room);
    return room;
  }
}

const numbers = {
  fingerprint: `sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  candidates: [{ ip: '127.0.0.1', port: 7000 }],
};
