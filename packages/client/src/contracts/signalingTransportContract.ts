import type { ProtooFrame } from '@tureen/protocol/common';
import type { SignalingTransport, TransportClosed } from '../signaling/SignalingTransport.ts';
import { type Contract, equal, isTrue, rejects } from './Contract.ts';

/** Server end of one connection. */
export interface ContractServerEnd {
  readonly params: Readonly<Record<string, string>>;
  /** Frames that arrived, oldest first. */
  readonly frames: readonly ProtooFrame[];
  /** Resolves when `count` frames have arrived. */
  arrived(count: number): Promise<void>;
  /** Resolves when the client has closed. */
  readonly closed: Promise<void>;
  send(frame: ProtooFrame): void;
  /** `final`: tells the client not to reconnect. */
  close(how: 'final' | 'network'): void;
}

/** Transport with a server that accepts every connection. */
export interface SignalingTransportWorld {
  readonly transport: SignalingTransport;
  /** Makes the server close each connection as it accepts it. */
  closeOnAccept(): void;
  /** Resolves to the next connection, in the order in which the server accepts them. */
  accepted(): Promise<ContractServerEnd>;
  close(): Promise<void>;
}

const notification = (method: string, data: unknown = { method }): ProtooFrame => ({
  kind: 'notification',
  method,
  data,
});

function connect({ transport }: SignalingTransportWorld) {
  const frames: ProtooFrame[] = [];
  const events: TransportClosed[] = [];
  const closed = Promise.withResolvers<TransportClosed>();
  const abort = new AbortController();
  const waiting = new Set<() => void>();
  const connecting = transport.connect({
    params: { roomId: 'r 1', peerId: 'p&1' },
    signal: abort.signal,
    onFrame: (frame) => {
      frames.push(frame);
      for (const look of [...waiting]) look();
    },
    onMalformed: () => {},
    onClosed: (how) => {
      events.push(how);
      closed.resolve(how);
    },
  });
  const arrived = (count: number) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (frames.length >= count) resolve();
      };
      waiting.add(look);
      look();
    });
  return { connecting, frames, events, closed: closed.promise, abort, arrived };
}

async function open(world: SignalingTransportWorld) {
  const client = connect(world);
  const connection = await client.connecting;
  return { ...client, connection, server: await world.accepted() };
}

export const signalingTransportContract: Contract<SignalingTransportWorld> = [
  {
    title: 'connect passes the parameters to the server',
    run: async (world) => {
      const { server, connection } = await open(world);
      equal([server.params.roomId, server.params.peerId], ['r 1', 'p&1'], 'params');
      connection.close();
    },
  },
  {
    title: 'frames arrive at either end in order, as copies',
    run: async (world) => {
      const { server, connection, frames, arrived } = await open(world);
      const data = { deep: { text: 'ž', number: 1.5, list: [null, true] } };
      const request = (id: number): ProtooFrame => ({ kind: 'request', id, method: 'measure', data });
      const responses = (first: number): ProtooFrame[] => [
        { kind: 'response', id: first, ok: true, data },
        { kind: 'response', id: first + 1, ok: false, errorCode: 403, errorReason: 'no' },
      ];
      const fromClient = [
        request(1),
        request(2),
        notification('first', data),
        ...responses(7),
        notification('last', data),
      ];
      const fromServer = [
        request(7),
        request(8),
        notification('first', data),
        ...responses(1),
        notification('last', data),
      ];
      for (const [from, to] of [
        [0, 3],
        [3, 6],
      ] as const) {
        for (const frame of fromClient.slice(from, to)) connection.send(frame);
        for (const frame of fromServer.slice(from, to)) server.send(frame);
        // Each end responds to the frames that have arrived there.
        await Promise.all([server.arrived(to), arrived(to)]);
      }
      equal(server.frames.map(canonical), fromClient.map(canonical), 'frames of the server');
      equal(frames.map(canonical), fromServer.map(canonical), 'frames of the client');
      isTrue(!frames.some((frame) => 'data' in frame && frame.data === data), 'copies arrive');
      connection.close();
    },
  },
  {
    title: 'a frame without data arrives with an empty object',
    run: async (world) => {
      const { server, connection, frames, arrived } = await open(world);
      connection.send({ kind: 'notification', method: 'bare', data: undefined });
      server.send({ kind: 'notification', method: 'bare', data: undefined });
      await Promise.all([server.arrived(1), arrived(1)]);
      for (const [frame] of [server.frames, frames]) equal((frame as { data: unknown }).data, {}, 'data');
      connection.close();
    },
  },
  {
    title: 'send throws a TypeError for data that cannot be JSON, and the connection stays open',
    run: async (world) => {
      const { server, connection } = await open(world);
      const circle: Record<string, unknown> = {};
      circle.self = circle;
      for (const data of [{ big: 1n }, circle]) {
        let failure: unknown;
        try {
          connection.send(notification('bad', data));
        } catch (error) {
          failure = error;
        }
        isTrue(failure instanceof TypeError, 'a TypeError');
      }
      connection.send(notification('good'));
      await server.arrived(1);
      equal(
        server.frames.map((frame) => ('method' in frame ? frame.method : '')),
        ['good'],
        'frames',
      );
      connection.close();
    },
  },
  {
    title: 'close reaches the server without a callback, and send throws connectionLost afterwards',
    run: async (world) => {
      const { server, connection, events } = await open(world);
      connection.close();
      connection.close();
      await server.closed;
      let code: unknown;
      try {
        connection.send(notification('late'));
      } catch (error) {
        code = (error as { code: unknown }).code;
      }
      equal([code, events.length], ['connectionLost', 0], 'error and events');
    },
  },
  {
    title: 'nothing arrives after close',
    run: async (world) => {
      const { server, connection, frames } = await open(world);
      server.send(notification('late'));
      connection.close();
      await server.closed;
      equal(frames.length, 0, 'frames');
    },
  },
  ...(['final', 'network'] as const).map((how) => ({
    title: `onClosed runs once, after the frames that the server sent before (${how})`,
    run: async (world: SignalingTransportWorld) => {
      const { server, connection, frames, events, closed } = await open(world);
      server.send(notification('last'));
      server.close(how);
      const { by } = await closed;
      equal([by, frames.length, events.length], [how === 'final' ? 'server' : 'network', 1, 1], 'closing');
      let code: unknown;
      try {
        connection.send(notification('late'));
      } catch (error) {
        code = (error as { code: unknown }).code;
      }
      equal(code, 'connectionLost', 'error');
    },
  })),
  {
    title: 'connect resolves before onClosed runs when the server closes as it accepts',
    run: async (world) => {
      world.closeOnAccept();
      const { connecting, closed, events } = connect(world);
      const connection = await connecting;
      equal(events.length, 0, 'events when connect resolves');
      await closed;
      connection.close();
      equal(events.length, 1, 'events');
    },
  },
  {
    title: 'connect rejects with aborted when the signal aborts before or during the attempt',
    run: async (world) => {
      const early = new AbortController();
      early.abort();
      const options = { params: {}, onFrame: () => {}, onMalformed: () => {}, onClosed: () => {} };
      await rejects(world.transport.connect({ ...options, signal: early.signal }), 'aborted');
      const { connecting, abort } = connect(world);
      abort.abort();
      await rejects(connecting, 'aborted');
    },
  },
];

/** Returns the fields in alphabetical order. */
function canonical(frame: ProtooFrame): unknown {
  return Object.fromEntries(Object.entries(frame).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
