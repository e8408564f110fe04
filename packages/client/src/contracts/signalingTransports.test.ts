import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';

import { decodeFrame, encodeFrame } from '../signaling/frameCodec.ts';
import { MemoryTransport } from '../signaling/MemoryTransport.ts';
import { ProtooTransport } from '../signaling/ProtooTransport.ts';
import type { ProtooFrame } from '@tureen/protocol/common';
import { WebSocketTransport } from '../signaling/WebSocketTransport.ts';
import {
  type ContractServerEnd,
  type SignalingTransportWorld,
  signalingTransportContract,
} from './signalingTransportContract.ts';

/** Frames that arrived, and waits for more. */
class ServerEnd {
  readonly frames: ProtooFrame[] = [];
  readonly #waiting = new Set<() => void>();

  add(frame: ProtooFrame): void {
    this.frames.push(frame);
    for (const look of [...this.#waiting]) look();
  }

  arrived(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.frames.length >= count) resolve();
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
      connection.onFrame = (frame) => {
        end.add(frame);
      };
      connection.onClosed = closed.resolve;
      accepted.add({
        params: connection.params,
        frames: end.frames,
        arrived: (count) => end.arrived(count),
        closed: closed.promise,
        send: (frame) => {
          connection.send(frame);
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
    const frame = decodeFrame(JSON.parse(text.toString()));
    if (frame !== null) end.add(frame);
  });
  return {
    params: Object.fromEntries(new URL(url, 'ws://server').searchParams),
    frames: end.frames,
    arrived: (count) => end.arrived(count),
    closed: once(socket, 'close').then(() => {}),
    send: (frame) => {
      socket.send(JSON.stringify(encodeFrame(frame)));
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

describe.each(worlds)('%s keeps the contract of SignalingTransport', (_, openWorld) => {
  it.each(signalingTransportContract.map(({ title, run }) => [title, run] as const))('%s', async (_title, run) => {
    const world = await openWorld();
    expect(await run(world)).toBeUndefined();
    await world.close();
  });
});
