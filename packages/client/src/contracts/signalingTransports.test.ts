import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';

import { fromFrame, toFrame } from '../signaling/frames.ts';
import { MemoryTransport } from '../signaling/MemoryTransport.ts';
import { ProtooTransport } from '../signaling/ProtooTransport.ts';
import type { Packet } from '../signaling/SignalingTransport.ts';
import { WebSocketTransport } from '../signaling/WebSocketTransport.ts';
import {
  type ContractServerEnd,
  type SignalingTransportWorld,
  signalingTransportContract,
} from './signalingTransportContract.ts';

/** Keeps what arrived, and who waits for it. */
class ServerEnd {
  readonly packets: Packet[] = [];
  readonly #waiting = new Set<() => void>();

  add(packet: Packet): void {
    this.packets.push(packet);
    for (const look of [...this.#waiting]) look();
  }

  arrived(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.packets.length >= count) resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** Connections in the order in which the server accepted them. */
class Accepted {
  readonly #made: ContractServerEnd[] = [];
  readonly #waiting: ((end: ContractServerEnd) => void)[] = [];

  add(end: ContractServerEnd): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#made.push(end);
    else waiting(end);
  }

  next(): Promise<ContractServerEnd> {
    const made = this.#made.shift();
    if (made !== undefined) return Promise.resolve(made);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

async function memoryWorld(): Promise<SignalingTransportWorld> {
  const accepted = new Accepted();
  let closes = false;
  const transport = new MemoryTransport({
    onConnection: (connection) => {
      const end = new ServerEnd();
      const closed = Promise.withResolvers<void>();
      connection.onPacket = (packet) => {
        end.add(packet);
      };
      connection.onClosed = closed.resolve;
      accepted.add({
        params: connection.params,
        packets: end.packets,
        arrived: (count) => end.arrived(count),
        closed: closed.promise,
        send: (packet) => {
          connection.send(packet);
        },
        close: (how) => {
          connection.close({ by: how === 'final' ? 'server' : 'network' });
        },
      });
      if (closes) connection.close();
    },
  });
  return {
    transport,
    closeOnAccept: () => {
      closes = true;
    },
    accepted: () => accepted.next(),
    close: async () => {},
  };
}

function socketWorld(create: (url: string) => SignalingTransportWorld['transport']) {
  return async (): Promise<SignalingTransportWorld> => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const accepted = new Accepted();
    let closes = false;
    server.on('connection', (socket, request) => {
      accepted.add(endOf(socket, request.url ?? ''));
      if (closes) socket.close();
    });
    return {
      transport: create(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`),
      closeOnAccept: () => {
        closes = true;
      },
      accepted: () => accepted.next(),
      close: async () => {
        for (const client of server.clients) client.terminate();
        server.close();
        await once(server, 'close');
      },
    };
  };
}

function endOf(socket: ServerSocket, url: string): ContractServerEnd {
  const end = new ServerEnd();
  socket.on('message', (text: Buffer) => {
    const packet = fromFrame(JSON.parse(text.toString()));
    if (packet !== null) end.add(packet);
  });
  return {
    params: Object.fromEntries(new URL(url, 'ws://server').searchParams),
    packets: end.packets,
    arrived: (count) => end.arrived(count),
    closed: once(socket, 'close').then(() => {}),
    send: (packet) => {
      socket.send(JSON.stringify(toFrame(packet)));
    },
    close: (how) => {
      socket.close(how === 'final' ? 4000 : 1001);
    },
  };
}

const worlds = [
  ['MemoryTransport', memoryWorld],
  ['ProtooTransport', socketWorld((url) => new ProtooTransport({ url }))],
  ['WebSocketTransport', socketWorld((url) => new WebSocketTransport({ url }))],
] as const;

describe.each(worlds)('%s keeps the contract of signaling transports', (_, openWorld) => {
  it.each(signalingTransportContract.map(({ title, run }) => [title, run] as const))('%s', async (_title, run) => {
    const world = await openWorld();
    await run(world);
    await world.close();
  });
});
