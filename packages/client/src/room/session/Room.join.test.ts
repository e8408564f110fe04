import { describe, expect, it, vi } from 'vitest';
import { deferred, ManualClock } from '@tureen/kernel';
import { mediasoupV3 } from '../../entries/mediasoupV3.ts';
import { FakeEngine } from '../../media/fake/FakeEngine.ts';
import { TureenError } from '../../shared/errors.ts';
import { silentLogger } from '../../shared/logger.ts';
import { SignalingChannel } from '../../signaling/SignalingChannel.ts';
import { Trace } from '../../signaling/Trace.ts';
import { joinedTimers, passUntil, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { ScriptedServer, routerRtpCapabilities } from '@tureen/testkit/scripted/ScriptedServer';
import { Room } from '../Room.ts';

describe('new Room()', () => {
  const valid = () => ({
    roomId: 'r',
    peerId: 'p',
    dialect: mediasoupV3({ engine: new FakeEngine() }),
    transport: new ScriptedServer().transport,
  });
  it.each([
    ['roomId', ''],
    ['roomId', 7],
    ['peerId', '   '],
    ['peerId', 'x'.repeat(129)],
    ['dialect', undefined],
    ['transport', {}],
    ['consume', 'sometimes'],
    ['requestTimeoutMs', 0],
  ])('refuses %s = %j with invalidArgument', (name, value) => {
    expect(() => new Room({ ...valid(), [name]: value })).toThrow(
      expect.objectContaining({ code: 'invalidArgument', message: expect.stringContaining(name) }),
    );
  });
});

describe('join()', () => {
  it('requests capabilities and both transports together, then joins: two round trips', async () => {
    const { server, room } = roomWorld();
    const requestReplay: string[][] = [];
    let batch: string[] = [];
    const gates: (() => void)[] = [];
    const gate = (method: string, answer: () => unknown) => {
      server.on(method, async () => {
        batch.push(method);
        const { promise, resolve } = deferred<void>();
        gates.push(() => {
          resolve();
        });
        await promise;
        return answer();
      });
    };
    gate('getRouterRtpCapabilities', () => routerRtpCapabilities);
    gate('join', () => ({ peers: [] }));
    const joined = room.join();
    // The server responds when no more requests arrive: each round is one round trip.
    for (const received of [3, 4]) {
      await server.receives(received);
      requestReplay.push(batch);
      batch = [];
      for (const open of gates.splice(0)) open();
    }
    await joined;
    expect(requestReplay).toEqual([['getRouterRtpCapabilities'], ['join']]);
    expect(server.methods()).toEqual([
      'getRouterRtpCapabilities',
      'createWebRtcTransport',
      'createWebRtcTransport',
      'join',
      // Nothing waits for the receive transport to connect.
      'connectWebRtcTransport',
    ]);
  });

  it('takes half the time of the sequence of mediasoup-demo, with 100 ms each way', async () => {
    const clock = new ManualClock();
    const server = new ScriptedServer((packet, _direction, arrive) => {
      clock.after(100, () => {
        arrive(packet);
      });
    });
    const { room } = roomWorld({ transport: server.transport, clock });
    const ours = await passUntil(clock, room.join());

    // The order of the demo's client: capabilities, one transport, the other, join, each after the previous response.
    const channel = new SignalingChannel({
      transport: server.transport,
      clock,
      logger: silentLogger,
      trace: new Trace(),
      requestTimeoutMs: 20_000,
      handlers: { onClosed: () => {} },
    });
    await channel.connect({});
    const theirs = await passUntil(
      clock,
      (async () => {
        await channel.request('getRouterRtpCapabilities', {});
        await channel.request('createWebRtcTransport', { producing: true });
        await channel.request('createWebRtcTransport', { consuming: true });
        await channel.request('join', {});
      })(),
    );
    expect({ ours, theirs }).toEqual({ ours: 400, theirs: 800 });
  });

  it('sends the fields of both variants for transports, and its capabilities with the join', async () => {
    const { server, room } = roomWorld();
    await room.join({ displayName: 'Alice', device: { flag: 'x', name: 'X', version: '1' } });
    const [send, recv] = server.received
      .filter(({ method }) => method === 'createWebRtcTransport')
      .map(({ data }) => data);
    expect(send).toMatchObject({
      producing: true,
      consuming: false,
      forceTcp: false,
      appData: { direction: 'producer' },
    });
    expect(recv).toMatchObject({ producing: false, consuming: true, appData: { direction: 'consumer' } });
    expect(send?.sctpCapabilities).toEqual({ numStreams: { OS: 1024, MIS: 1024 } });
    const join = server.received.find(({ method }) => method === 'join')?.data;
    expect(join).toMatchObject({ displayName: 'Alice', device: { flag: 'x', name: 'X', version: '1' } });
    expect(join?.rtpCapabilities).toMatchObject({
      codecs: [{ mimeType: 'audio/opus' }, { mimeType: 'video/VP8' }],
    });
  });

  it('detects the variant of 2025 by the first response, and omits the requests of the classic variant', async () => {
    const { server, room } = roomWorld();
    server.on('getRouterRtpCapabilities', () => ({ routerRtpCapabilities }));
    server.on('join', () => ({ peers: [{ peerId: 'bob', displayName: 'Bob', device: {} }] }));
    await room.join();
    expect(room.peers.get('bob')?.displayName).toBe('Bob');
    const renamed = server.got('changeDisplayName');
    await room.setDisplayName('A');
    await renamed;
  });

  it('emits the peers of the response, then resolves; their consumers follow', async () => {
    const { server, room, said } = roomWorld();
    server.peers = [
      { id: 'bob', displayName: 'Bob' },
      { id: 'carol', displayName: 'Carol' },
    ];
    await room.join();
    expect(said).toEqual([
      'stateChanged connecting join() was called',
      'stateChanged joining the connection is open',
      'stateChanged joined the join was accepted',
      'newPeer bob existing=true',
      'newPeer carol existing=true',
    ]);
    expect([...room.peers.keys()]).toEqual(['bob', 'carol']);
  });

  it('holds notifications that overtake the join response until the peers of the response are emitted', async () => {
    const { server, room, said } = roomWorld();
    server.on('join', () => {
      server.notify('newPeer', { id: 'late', displayName: 'Late' });
      void server.offer('c1', { peerId: 'bob' });
      return { peers: [{ id: 'bob', displayName: 'Bob' }] };
    });
    const consumed = room.waitFor('newConsumer');
    await room.join();
    await consumed;
    expect(said.slice(3)).toEqual(['newPeer bob existing=true', 'newPeer late existing=false', 'newConsumer c1 bob']);
  });

  it('settles with the first call while joining, and rejects while joined', async () => {
    const { server, room } = roomWorld();
    const [first, second] = [room.join(), room.join()];
    await Promise.all([first, second]);
    expect(server.methods().filter((method) => method === 'join')).toHaveLength(1);
    await expect(room.join()).rejects.toMatchObject({ code: 'invalidState' });
  });

  it('joins once when the app leaves and joins again at once, as a page that mounts twice does', async () => {
    const { server, room, engine, clock, said } = roomWorld();
    const first = expect(room.join()).rejects.toMatchObject({ code: 'closed' });
    const left = room.leave();
    const second = room.join();
    await Promise.all([first, left, second]);
    expect(room.state).toBe('joined');
    expect(engine.counts.sessions).toBe(1);
    expect(server.methods().filter((method) => method === 'join')).toHaveLength(1);
    expect(said.filter((line) => line.startsWith('left'))).toEqual([]);
    expect(clock.pending).toBe(joinedTimers);
  });

  it('can be called again after leave() and after a failure', async () => {
    const { server, room } = roomWorld();
    server.refusal = new TureenError('connectionFailed', 'no');
    await expect(room.join()).rejects.toMatchObject({ code: 'connectionFailed', retryable: true });
    expect(room.state).toBe('failed');
    server.refusal = null;
    await room.join();
    await room.leave();
    await room.join();
    expect(room.state).toBe('joined');
  });

  it.each([
    ['getRouterRtpCapabilities', 'no router', 'requestRefused'],
    ['createWebRtcTransport', 'no transport', 'requestRefused'],
    ['join', 'already joined', 'requestRefused'],
  ])('rejects with the method and the text of the server when %s is refused', async (method, words, code) => {
    const { server, room, engine } = roomWorld();
    server.on(method, () => {
      throw new Error(words);
    });
    await expect(room.join()).rejects.toMatchObject({ code, method, message: words, serverCode: 500 });
    expect(room.state).toBe('failed');
    expect(engine.counts.sessions).toBe(0);
    expect(server.connection.closed).toBe(true);
  });

  it.each([
    ['getRouterRtpCapabilities', { codecs: 'many' }],
    ['createWebRtcTransport', { id: 5 }],
    ['createWebRtcTransport', null],
    ['join', { peers: 'stranger' }],
    ['join', {}],
  ])('rejects with badResponse when %s answers %j', async (method, answer) => {
    const { server, room, engine } = roomWorld();
    server.on(method, () => answer);
    await expect(room.join()).rejects.toMatchObject({ code: 'badResponse', method });
    expect(engine.counts.sessions).toBe(0);
  });

  it('rejects with unsupportedCodec when browser and server share no codec', async () => {
    const { server, room } = roomWorld();
    server.on('getRouterRtpCapabilities', () => ({
      codecs: [{ kind: 'audio', mimeType: 'audio/odd', preferredPayloadType: 9, clockRate: 8000 }],
      headerExtensions: [],
    }));
    await expect(room.join()).rejects.toMatchObject({ code: 'unsupportedCodec' });
  });

  it('rejects with requestTimeout when the server does not respond', async () => {
    const { server, room, clock } = roomWorld({ requestTimeoutMs: 500 });
    server.on('join', () => new Promise(() => {}));
    const asked = server.got('join');
    const joined = room.join();
    await asked;
    clock.advance(500);
    await expect(joined).rejects.toMatchObject({ code: 'requestTimeout', method: 'join' });
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['network', 'connectionLost'],
    ['server', 'closedByServer'],
  ] as const)('rejects when the %s drops the connection during the join', async (by, code) => {
    const { server, room, said, engine } = roomWorld();
    server.on('join', () => {
      server.drop({ by });
      return {};
    });
    await expect(room.join()).rejects.toMatchObject({ code });
    expect(room.state).toBe('failed');
    expect(said.at(-1)).toMatch(/^stateChanged failed/);
    expect(engine.counts.sessions).toBe(0);
  });

  it.each([
    [{ by: 'server', code: 4000, reason: 'roomFull: the room is full' }, 'closedByServer', true],
    [{ by: 'server', code: 4000, reason: 'tooManyRooms' }, 'closedByServer', true],
    [{ by: 'server', code: 4000, reason: 'unauthorized: token missing' }, 'closedByServer', false],
    [{ by: 'network', code: 1013, reason: 'tooManyConnections' }, 'connectionLost', true],
  ] as const)(
    'rejects with the reason when the server refuses the connection with %j',
    async (closed, code, retryable) => {
      const { server, room } = roomWorld();
      server.on('getRouterRtpCapabilities', () => {
        server.drop(closed);
        return {};
      });
      await expect(room.join()).rejects.toMatchObject({
        code,
        retryable,
        reason: closed.reason.split(':', 1)[0],
        closeCode: closed.code,
        message: `the connection closed while 'getRouterRtpCapabilities' waited: ${closed.reason}`,
        hint: 'Look up the reason in docs/errors.md.',
      });
    },
  );

  it('rejects when the connection drops right after the join response', async () => {
    const { server, room, said, engine } = roomWorld();
    server.on('join', () => ({ peers: [] }));
    room.trace(({ direction, kind, method }) => {
      if (direction === 'in' && kind === 'response' && method === 'join') server.drop({ by: 'network' });
    });
    await expect(room.join()).rejects.toMatchObject({ code: 'connectionLost' });
    expect([room.state, said.some((line) => line.startsWith('stateChanged joined'))]).toEqual(['failed', false]);
    expect(engine.counts.sessions).toBe(0);
  });

  it('rejects with closed when the app leaves during the join, and leaves nothing open', async () => {
    const { server, room, engine, clock } = roomWorld();
    const asked = server.got('join');
    server.on('join', () => new Promise(() => {}));
    const joined = room.join();
    const rejected = expect(joined).rejects.toMatchObject({ code: 'closed' });
    await asked;
    await room.leave();
    await rejected;
    expect(room.state).toBe('left');
    expect(engine.counts).toMatchObject({ sessions: 0, waiting: 0 });
    expect(clock.pending).toBe(0);
  });

  it('succeeds although a listener throws', async () => {
    const { server, room, said } = roomWorld();
    server.peers = [{ id: 'bob' }, { id: 'carol' }];
    room.on('newPeer', () => {
      throw new Error('mine');
    });
    await room.join();
    expect(said.filter((line) => line.startsWith('listenerError'))).toHaveLength(2);
    expect(room.peers.size).toBe(2);
  });

  it('reports the error of a listener to the browser when nothing listens to listenerError', async () => {
    const { server, room } = roomWorld();
    room.removeAllListeners('listenerError');
    server.peers = [{ id: 'bob' }];
    const mine = new Error('mine');
    const reported: unknown[] = [];
    vi.stubGlobal('reportError', (error: unknown) => reported.push(error));
    room.on('newPeer', () => {
      throw mine;
    });
    await room.join();
    vi.unstubAllGlobals();
    expect(reported).toEqual([mine]);
  });

  it('can be interrupted by a listener that leaves', async () => {
    const { room, engine, clock } = roomWorld();
    const left = room.waitFor('left');
    room.on('stateChanged', ({ state }) => {
      if (state === 'joined') void room.leave();
    });
    await room.join().catch(() => {});
    await left;
    expect(room.state).toBe('left');
    clock.advance(1000);
    expect(engine.counts.sessions).toBe(0);
  });
});

describe('trace()', () => {
  it('reports messages in both directions with their times, and no secrets', async () => {
    const { room } = roomWorld();
    const entries: string[] = [];
    const payloads: unknown[] = [];
    const stop = room.trace(({ direction, kind, method, payload }) => {
      entries.push(`${direction} ${kind} ${method}`);
      payloads.push(payload);
    });
    await room.join();
    stop();
    await room.setDisplayName('after');
    expect(entries.slice(0, 3)).toEqual([
      'out request getRouterRtpCapabilities',
      'out request createWebRtcTransport',
      'out request createWebRtcTransport',
    ]);
    expect(entries).toContain('in response join');
    expect(JSON.stringify(payloads)).toContain('[redacted]');
    expect(JSON.stringify(payloads)).not.toContain('"password":"p"');
  });
});

describe('waitFor()', () => {
  it('resolves at the first event that matches', async () => {
    const { server, room } = roomWorld();
    await room.join();
    const waiting = room.waitFor('newPeer', { where: ({ peer }) => peer.id === 'carol' });
    server.notify('newPeer', { id: 'bob' });
    server.notify('newPeer', { id: 'carol' });
    expect((await waiting).peer.id).toBe('carol');
    expect(room.listenerCount('newPeer')).toBe(1);
  });

  it('rejects with timeout or aborted, and leaves no listener', async () => {
    const { room, clock } = roomWorld();
    const before = room.listenerCount();
    const late = room.waitFor('left', { timeoutMs: 100 });
    clock.advance(100);
    await expect(late).rejects.toMatchObject({ code: 'timeout' });
    const abort = new AbortController();
    const aborted = room.waitFor('left', { signal: abort.signal });
    abort.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
    await expect(room.waitFor('left', { signal: abort.signal })).rejects.toMatchObject({ code: 'aborted' });
    expect(room.listenerCount()).toBe(before);
    expect(clock.pending).toBe(0);
  });
});

describe('snapshot()', () => {
  it('returns the same object until something changes', async () => {
    const { server, room } = roomWorld();
    server.peers = [{ id: 'bob', displayName: 'Bob' }];
    await room.join({ displayName: 'Alice' });
    const before = room.snapshot();
    expect(room.snapshot()).toBe(before);
    expect(before).toMatchObject({
      state: 'joined',
      displayName: 'Alice',
      peers: [{ id: 'bob', displayName: 'Bob', consumers: [] }],
    });
    const changed = room.waitFor('peerDisplayNameChanged');
    server.notify('peerDisplayNameChanged', { peerId: 'bob', displayName: 'Robert', oldDisplayName: 'Bob' });
    await changed;
    expect(room.snapshot()).not.toBe(before);
    expect(room.snapshot().peers[0]?.displayName).toBe('Robert');
  });
});
