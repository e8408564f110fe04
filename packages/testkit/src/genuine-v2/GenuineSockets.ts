import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { decodeFrame, encodeFrame } from '@tureen/client/internals';
import { type GenuineConnection, GenuineServer } from './GenuineServer.ts';
import type { ServerRoom } from './packages.ts';

export interface GenuineSocketsOptions {
  /** Creates the room when its first client connects. */
  readonly makeRoom: () => ServerRoom;
}

/** {@link GenuineServer}s behind a WebSocket with the subprotocol `protoo`: one per `roomId` in the query. */
export class GenuineSockets {
  readonly #sockets: WebSocketServer;
  readonly #makeRoom: () => ServerRoom;
  readonly #servers = new Map<string, GenuineServer>();

  private constructor(sockets: WebSocketServer, { makeRoom }: GenuineSocketsOptions) {
    this.#sockets = sockets;
    this.#makeRoom = makeRoom;
    sockets.on('connection', (socket, { url = '/' }) => {
      const params = Object.fromEntries(new URL(url, 'ws://server').searchParams);
      this.#server(params.roomId ?? '').serve(connectionOf(socket, params));
    });
  }

  static async start(options: GenuineSocketsOptions): Promise<GenuineSockets> {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'protoo' });
    await once(sockets, 'listening');
    return new GenuineSockets(sockets, options);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#sockets.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    for (const { room } of this.#servers.values()) room.close();
    this.#sockets.close();
    await once(this.#sockets, 'close');
  }

  #server(roomId: string): GenuineServer {
    let server = this.#servers.get(roomId);
    if (server === undefined) {
      // Handles messages in order, as apps with real peers had to.
      server = new GenuineServer({ room: this.#makeRoom(), inOrder: true });
      this.#servers.set(roomId, server);
    }
    return server;
  }
}

function connectionOf(socket: WebSocket, params: Readonly<Record<string, string>>): GenuineConnection {
  const connection: GenuineConnection = {
    params,
    onFrame: () => {},
    onClosed: () => {},
    send: (packet) => {
      socket.send(JSON.stringify(encodeFrame(packet)));
    },
  };
  socket.on('message', (text: Buffer) => {
    const packet = decodeFrame(JSON.parse(text.toString()));
    if (packet !== null) connection.onFrame(packet);
  });
  socket.on('close', () => {
    connection.onClosed();
  });
  return connection;
}
