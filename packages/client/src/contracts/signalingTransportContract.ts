import type { Packet, SignalingTransport, TransportClosed } from '../signaling/SignalingTransport.ts';
import { type Contract, equal, isTrue, rejects } from './Contract.ts';

/** The server's end of one connection. */
export interface ContractServerEnd {
  readonly params: Readonly<Record<string, string>>;
  /** What arrived, oldest first. */
  readonly packets: readonly Packet[];
  /** Resolves when so many packets have arrived. */
  arrived(count: number): Promise<void>;
  /** Resolves when the client has closed. */
  readonly closed: Promise<void>;
  send(packet: Packet): void;
  /** `final`: asks the client not to reconnect. */
  close(how: 'final' | 'network'): void;
}

/** A transport, and a server that accepts every connection. */
export interface SignalingTransportWorld {
  readonly transport: SignalingTransport;
  /** Makes the server close each connection as it accepts it. */
  closeOnAccept(): void;
  /** The next connection that the server accepts, or has accepted. */
  accepted(): Promise<ContractServerEnd>;
  close(): Promise<void>;
}

const notification = (method: string, data: unknown = { method }): Packet => ({ kind: 'notification', method, data });

function connect({ transport }: SignalingTransportWorld) {
  const packets: Packet[] = [];
  const events: TransportClosed[] = [];
  const closed = Promise.withResolvers<TransportClosed>();
  const abort = new AbortController();
  const waiting = new Set<() => void>();
  const connecting = transport.connect({
    params: { roomId: 'r 1', peerId: 'p&1' },
    signal: abort.signal,
    onPacket: (packet) => {
      packets.push(packet);
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
        if (packets.length >= count) resolve();
      };
      waiting.add(look);
      look();
    });
  return { connecting, packets, events, closed: closed.promise, abort, arrived };
}

async function open(world: SignalingTransportWorld) {
  const client = connect(world);
  const connection = await client.connecting;
  return { ...client, connection, server: await world.accepted() };
}

export const signalingTransportContract: Contract<SignalingTransportWorld> = [
  {
    title: 'connect gives the server the parameters',
    run: async (world) => {
      const { server, connection } = await open(world);
      equal([server.params.roomId, server.params.peerId], ['r 1', 'p&1'], 'params');
      connection.close();
    },
  },
  {
    title: 'packets arrive at either end in order, equal and not the same',
    run: async (world) => {
      const { server, connection, packets, arrived } = await open(world);
      const data = { deep: { text: 'ž', number: 1.5, list: [null, true] } };
      const sent: Packet[] = [
        { kind: 'request', id: 1, method: 'ask', data },
        { kind: 'response', id: 7, ok: true, data },
        { kind: 'response', id: 8, ok: false, errorCode: 403, errorReason: 'no' },
        notification('tell', data),
      ];
      for (const packet of sent) connection.send(packet);
      for (const packet of sent) server.send(packet);
      await Promise.all([server.arrived(sent.length), arrived(sent.length)]);
      equal(server.packets.map(canonical), sent.map(canonical), 'packets of the server');
      equal(packets.map(canonical), sent.map(canonical), 'packets of the client');
      isTrue(!packets.some((packet) => 'data' in packet && packet.data === data), 'copies arrive');
      connection.close();
    },
  },
  {
    title: 'a packet without data arrives with an empty object',
    run: async (world) => {
      const { server, connection, packets, arrived } = await open(world);
      connection.send({ kind: 'notification', method: 'bare', data: undefined });
      server.send({ kind: 'notification', method: 'bare', data: undefined });
      await Promise.all([server.arrived(1), arrived(1)]);
      for (const [packet] of [server.packets, packets]) equal((packet as { data: unknown }).data, {}, 'data');
      connection.close();
    },
  },
  {
    title: 'send throws for what cannot be JSON, and the connection stays open',
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
        server.packets.map((packet) => ('method' in packet ? packet.method : '')),
        ['good'],
        'packets',
      );
      connection.close();
    },
  },
  {
    title: 'close reaches the server, calls nothing back, and ends sending',
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
      const { server, connection, packets } = await open(world);
      server.send(notification('late'));
      connection.close();
      await server.closed;
      equal(packets.length, 0, 'packets');
    },
  },
  ...(['final', 'network'] as const).map((how) => ({
    title: `a server that closes is reported once, after what it had sent (${how})`,
    run: async (world: SignalingTransportWorld) => {
      const { server, connection, packets, events, closed } = await open(world);
      server.send(notification('last'));
      server.close(how);
      const { by } = await closed;
      equal([by, packets.length, events.length], [how === 'final' ? 'server' : 'network', 1, 1], 'closing');
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
    title: 'a server that closes as it accepts lets connect resolve, and is reported after that',
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
    title: 'connect rejects with aborted once the attempt is given up',
    run: async (world) => {
      const early = new AbortController();
      early.abort();
      const options = { params: {}, onPacket: () => {}, onMalformed: () => {}, onClosed: () => {} };
      await rejects(world.transport.connect({ ...options, signal: early.signal }), 'aborted');
      const { connecting, abort } = connect(world);
      abort.abort();
      await rejects(connecting, 'aborted');
    },
  },
];

/** The fields in one order. */
function canonical(packet: Packet): unknown {
  return Object.fromEntries(Object.entries(packet).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
