import { ProtooTransport, Room, type SignalingTransport, mediasoupV3 } from '@tureen/client';
import type { ConnectOptions, TransportConnection } from '@tureen/client/ports';
import { FakeEngine } from '@tureen/client/testing';
import { type RunningServer, startServer } from '@tureen/server';
import { afterEach, describe, expect, it } from 'vitest';

/** Rejoins of a client alone in its room, over real WebSockets and a real worker. */

let server: RunningServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** A connection whose end the server does not notice, with a hook before each sent message. */
class HalfOpenTransport implements SignalingTransport {
  readonly #beneath: SignalingTransport;
  readonly sent: string[] = [];
  onSend: (method: string) => void = () => {};
  die: () => void = () => {};

  constructor(beneath: SignalingTransport) {
    this.#beneath = beneath;
  }

  async connect(options: ConnectOptions): Promise<TransportConnection> {
    let isAlive = true;
    const connection = await this.#beneath.connect({
      ...options,
      onFrame: (packet) => {
        if (isAlive) options.onFrame(packet);
      },
      onClosed: (closed) => {
        if (isAlive) options.onClosed(closed);
      },
    });
    this.die = () => {
      isAlive = false;
      options.onClosed({ by: 'network' });
    };
    return {
      send: (packet) => {
        if (!isAlive) return;
        if (packet.kind === 'request') {
          this.sent.push(packet.method);
          this.onSend(packet.method);
        }
        connection.send(packet);
      },
      close: () => {
        if (isAlive) connection.close();
      },
    };
  }
}

async function enter(settings: Parameters<typeof startServer>[0]) {
  server = await startServer({ port: 0, workers: 1, logLevel: 'silent', pingIntervalMs: 0, ...settings });
  const transport = new HalfOpenTransport(
    new ProtooTransport({ url: `${server.url.replace(/^http/, 'ws')}/mediasoup-v3` }),
  );
  const dialect = mediasoupV3({ engine: new FakeEngine() });
  const room = new Room({ roomId: 'r', peerId: 'alice', dialect, transport });
  await room.join();
  const back = () => room.waitFor('reconnected', { timeoutMs: 15_000 });
  return { room, transport, back, url: server.url };
}

describe('Peer alone in its room', () => {
  it('gets a new room from a server that behaves like the demo and still keeps its dead connection', async () => {
    const { room, transport, back } = await enter({ demoFaithful: true });
    const reconnected = back();
    transport.die();
    expect(await reconnected).toEqual({ resumed: false });
    expect(transport.sent.filter((method) => method === 'join')).toHaveLength(2);
    await room.leave();
  });

  it.each(['createWebRtcTransport', 'join'])('rejoins on another worker when its own exits at %s', async (fatal) => {
    const { room, transport, back, url } = await enter({ reconnectGraceMs: 0 });
    const { workers } = (await (await fetch(`${url}/health`)).json()) as { workers: { pid: number }[] };
    const reconnected = back();
    let isKilled = false;
    transport.onSend = (method) => {
      if (method !== fatal || isKilled) return;
      isKilled = true;
      for (const { pid } of workers) process.kill(pid, 'SIGKILL');
    };
    transport.die();
    expect(await reconnected).toEqual({ resumed: false });
    expect(isKilled).toBe(true);
    expect(room.state).toBe('joined');
    await room.leave();
  });

  it('rejoins on another worker when its own hangs', async () => {
    const { room, back, url } = await enter({ workers: 2, workerSuspectMs: 1000, workerKillMs: 2000 });
    const workersNow = async () =>
      ((await (await fetch(`${url}/health`)).json()) as { workers: { pid: number; rooms: number }[] }).workers;
    const own = (await workersNow()).find(({ rooms }) => rooms === 1)!.pid;
    const order: string[] = [];
    for (const event of ['reconnecting', 'reconnected', 'left'] as const) room.on(event, () => order.push(event));
    const reconnected = back();
    process.kill(own, 'SIGSTOP');
    expect(await reconnected).toEqual({ resumed: false });
    expect(order).toEqual(['reconnecting', 'reconnected']);
    expect((await workersNow()).find(({ rooms }) => rooms === 1)!.pid).not.toBe(own);
    await room.leave();
  });
});
