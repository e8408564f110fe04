import { afterEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '@tureen/kernel';
import { v2Dialects, v2World, joinedWorld } from '@tureen/testkit/scripted/v2World';
import { whenRead } from '@tureen/testkit/scripted/waits';
import { v2Consumer, v2RouterCapabilities } from '@tureen/testkit/scripted/ScriptedV2Server';

afterEach(() => {
  vi.restoreAllMocks();
});

const joinMethods = { 'mediasoup-v2': 'join', 'mediasoup-v2-beta': 'joinRoom', 'mediasoup-v2-alpha': 'join' } as const;

describe.each(v2Dialects)('join() in %s', (name) => {
  const joinMethod = joinMethods[name];
  const isAlpha = name === 'mediasoup-v2-alpha';

  it('names room and peer in the URL', async () => {
    const { room, server } = v2World(name);
    await room.join();
    expect(server.connection.params).toEqual({
      roomId: 'r1',
      peerName: 'alice',
      ...(isAlpha ? {} : { welcome: '1' }),
    });
  });

  it(`requests both transports together with ${joinMethod}`, async () => {
    const { room, server } = v2World(name);
    const rounds: string[][] = [];
    let batch: string[] = [];
    const gates: (() => void)[] = [];
    const gate = (method: string, answer: () => unknown) => {
      server.on(method, async () => {
        batch.push(method);
        const { promise, resolve } = deferred<undefined>();
        gates.push(() => {
          resolve(undefined);
        });
        await promise;
        return answer();
      });
    };
    gate('queryRoom', () => ({ rtpCapabilities: v2RouterCapabilities, mandatoryCodecPayloadTypes: [] }));
    gate(joinMethod, () => ({ rtpCapabilities: v2RouterCapabilities, peers: [] }));
    const joined = room.join();
    // The server responds when no more requests arrive: each round is one round trip.
    for (const received of isAlpha ? [3] : [1, 4]) {
      await server.receives(received);
      rounds.push(batch);
      batch = [];
      for (const open of gates.splice(0)) open();
    }
    await joined;
    expect(rounds).toEqual(isAlpha ? [['join']] : [['queryRoom'], [joinMethod]]);
    const asked = [joinMethod, 'createTransport', 'createTransport'];
    expect(server.methods()).toEqual(isAlpha ? asked : ['queryRoom', ...asked]);
  });

  it('requests transports without DTLS parameters, each with a direction and a unique id', async () => {
    const { room, server } = v2World(name);
    await room.join();
    const [send, recv] = server.all('createTransport');
    expect(send).toEqual({
      method: 'createTransport',
      ...(name === 'mediasoup-v2' ? { target: 'peer' } : {}),
      id: expect.any(Number),
      direction: 'send',
      options: { udp: true, tcp: true, preferIPv4: false, preferIPv6: false, preferUdp: false, preferTcp: false },
    });
    expect(recv).toMatchObject({ direction: 'recv' });
    expect(recv?.id).not.toBe(send?.id);
    for (const one of [send, recv]) {
      expect(one?.id).toBeGreaterThanOrEqual(10_000_000);
      expect(one?.id).toBeLessThanOrEqual(99_999_999);
    }
  });

  it('requests TCP candidates only with forceTcp', async () => {
    const { room, server } = v2World(name, { dialectOptions: { forceTcp: true } });
    await room.join();
    expect(server.last('createTransport')).toMatchObject({ options: { udp: false, tcp: true } });
  });

  it('sends receive capabilities with the names that v2 servers read', async () => {
    const { room, server } = v2World(name);
    await room.join({ appData: { team: 'red' } });
    const join = server.last(joinMethod);
    expect(join).toMatchObject({ method: joinMethod, appData: { team: 'red' } });
    if (isAlpha) expect(join).not.toHaveProperty('rtpCapabilities');
    else
      expect(join.rtpCapabilities).toMatchObject({
        codecs: [
          { kind: 'audio', name: 'opus', mimeType: 'audio/opus', preferredPayloadType: 100 },
          { kind: 'video', name: 'VP8', preferredPayloadType: 101 },
          { kind: 'video', name: 'rtx', preferredPayloadType: 102 },
        ],
        fecMechanisms: [],
      });
    expect(join.peerName).toBe(name === 'mediasoup-v2' ? 'alice' : undefined);
    expect(join.target).toBe(name === 'mediasoup-v2' ? 'room' : undefined);
    expect(join).not.toHaveProperty('notification');
  });

  it.each([
    [undefined, 'alice', undefined],
    [undefined, 'Alice', { displayName: 'Alice' }],
    [{ team: 'red' }, 'Alice', { team: 'red', displayName: 'Alice' }],
    [{ team: 'red' }, 'alice', { team: 'red' }],
    [7, 'alice', 7],
    [null, 'alice', null],
    [['a'], 'alice', ['a']],
  ])('sends appData %j of the peer %s as %j', async (appData, displayName, sent) => {
    const { room, server } = v2World(name);
    await room.join({ appData, displayName });
    expect(server.last(joinMethod).appData).toEqual(sent);
    expect(server.methods()).not.toContain('change-display-name');
  });

  it('sends the display name after the join where appData has no place for it', async () => {
    const { room, server } = v2World(name);
    const renamed = server.got('change-display-name');
    await room.join({ appData: 'verbatim', displayName: 'Alice' });
    expect(server.last(joinMethod).appData).toBe('verbatim');
    expect(await renamed).toEqual({ displayName: 'Alice' });
  });

  it('emits the present peers, then their consumers, once each', async () => {
    const { room, server, said, notify } = v2World(name);
    const list = isAlpha ? 'senders' : 'consumers';
    server.peers = [
      {
        name: 'bob',
        appData: { displayName: 'Bob' },
        dialect: 'mediasoup-v2',
        [list]: [v2Consumer(3333), v2Consumer(4444, { kind: 'audio', appData: undefined })],
      },
      { name: 'carol', [list]: [] },
    ];
    await room.join();
    // The server repeats the content of its response.
    await whenRead(room, () => {
      notify('newConsumer', v2Consumer(3333, { peerName: 'bob' }));
    });
    expect(said.filter((line) => line.startsWith('new'))).toEqual([
      'newPeer bob existing=true',
      'newPeer carol existing=true',
      'newConsumer 3333 bob',
      'newConsumer 4444 bob',
    ]);
    const bob = room.peers.get('bob');
    expect(bob).toMatchObject({ displayName: 'Bob', dialect: 'mediasoup-v2', appData: { displayName: 'Bob' } });
    expect(room.peers.get('carol')).toMatchObject({ displayName: 'carol', dialect: undefined, appData: undefined });
    expect(room.consumers.get('3333')).toMatchObject({ kind: 'video', source: 'camera', supported: true });
    expect(room.consumers.get('4444')).toMatchObject({ kind: 'audio', source: 'unknown', appData: undefined });
  });

  it('resolves where the engine fails to check a consumer of the response', async () => {
    const { room, server, engine } = v2World(name);
    server.peers = [{ name: 'bob', consumers: [v2Consumer(3333, { peerName: 'bob' })] }];
    const open = engine.open.bind(engine);
    engine.open = () => {
      const session = open();
      session.canReceive = () => {
        throw new Error('no parser');
      };
      return session;
    };
    const failed = room.waitFor('requestFailed');
    await room.join();
    expect(await failed).toMatchObject({ method: 'newConsumer', error: { message: 'no parser' } });
    expect(room.state).toBe('joined');
  });

  it('holds notifications that arrive before the response', async () => {
    const { room, server, said, notify } = v2World(name);
    server.on('enableConsumer', () => ({ paused: true }));
    server.on(joinMethod, () => {
      notify('newPeer', { name: 'carol' });
      notify('newConsumer', v2Consumer(5555, { peerName: 'bob' }));
      notify('consumerPaused', { id: 3333, peerName: 'bob' });
      return {
        rtpCapabilities: v2RouterCapabilities,
        peers: [{ name: 'bob', [isAlpha ? 'senders' : 'consumers']: [v2Consumer(3333)] }],
      };
    });
    await room.join();
    await said.reaches(6);
    expect(said.filter((line) => line.startsWith('new'))).toEqual([
      'newPeer bob existing=true',
      'newPeer carol existing=false',
      'newConsumer 3333 bob',
      'newConsumer 5555 bob',
    ]);
    expect(room.consumers.get('3333')?.remotePaused).toBe(true);
  });

  it('requests a transport under another id where the server has the id already', async () => {
    const { room, server } = v2World(name);
    let refusals = 1;
    server.on('createTransport', ({ id }) => {
      if (refusals-- > 0)
        throw new Error(`a Transport with same transportId already exists [transportId:${String(id)}]`);
      return server.answerOf('createTransport');
    });
    await room.join();
    const ids = server.all('createTransport').map(({ id }) => id);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
    expect(room.state).toBe('joined');
  });

  it('requests the transports again where the server had not handled the join yet', async () => {
    const { room, server } = v2World(name);
    let isIn = false;
    server.on('createTransport', () => {
      if (!isIn) throw new Error('no mediasoup Peer');
      return server.answerOf('createTransport');
    });
    server.on(joinMethod, async () => {
      await server.sent('createTransport', 2);
      isIn = true;
      return server.answerOf(joinMethod);
    });
    await room.join();
    expect(server.all('createTransport').map(({ direction }) => direction)).toEqual(['send', 'recv', 'send', 'recv']);
  });

  it('rejects with the server’s error, and joins on the next call', async () => {
    const { room, server, engine } = v2World(name);
    server.on(joinMethod, () => {
      throw new Error('duplicated Peer [peerName:"alice"]');
    });
    await expect(room.join()).rejects.toMatchObject({
      code: 'requestRefused',
      message: 'duplicated Peer [peerName:"alice"]',
      method: joinMethod,
      serverCode: 500,
      retryable: true,
    });
    expect(room.state).toBe('failed');
    expect(engine.counts).toMatchObject({ sessions: 0, waiting: 0 });
    server.on(joinMethod, () => server.answerOf(joinMethod));
    await room.join();
    expect(room.state).toBe('joined');
  });

  const ofCapabilities: [string, unknown, string][] = isAlpha
    ? [['join', { peers: [] }, 'rtpCapabilities']]
    : [
        ['queryRoom', {}, 'rtpCapabilities'],
        ['queryRoom', { rtpCapabilities: { codecs: [{ kind: 'video' }] } }, 'rtpCapabilities.codecs.0'],
        [
          'queryRoom',
          { rtpCapabilities: v2RouterCapabilities, mandatoryCodecPayloadTypes: 'all' },
          'mandatoryCodecPayloadTypes',
        ],
      ];
  const malformed: [string, unknown, string][] = [
    [joinMethod, {}, isAlpha ? 'rtpCapabilities' : 'peers'],
    [joinMethod, { rtpCapabilities: v2RouterCapabilities, peers: [{}] }, 'peers.0.name'],
    [joinMethod, { rtpCapabilities: v2RouterCapabilities, peers: 'bob' }, 'peers'],
    ['createTransport', {}, 'iceParameters'],
    ['createTransport', { iceParameters: {}, dtlsParameters: {} }, 'iceParameters.usernameFragment'],
    [
      'createTransport',
      { iceParameters: { usernameFragment: 'u', password: 'p' }, dtlsParameters: {} },
      'dtlsParameters',
    ],
    ['createTransport', { iceParameters: 7, dtlsParameters: 7 }, 'iceParameters'],
    ...ofCapabilities,
  ];
  it.each(malformed)(
    'rejects with badResponse where the response to %s is %j, and names %s',
    async (method, answer, field) => {
      const { room, server, engine } = v2World(name);
      server.on(method, () => answer);
      await expect(room.join()).rejects.toMatchObject({
        code: 'badResponse',
        method,
        message: expect.stringContaining(field),
      });
      expect(engine.counts).toMatchObject({ sessions: 0, waiting: 0 });
    },
  );

  it('rejects with unsupportedCodec without a common codec', async () => {
    const { room } = v2World(name, { engineOptions: { mimeTypes: ['video/H264'] } });
    await expect(room.join()).rejects.toMatchObject({ code: 'unsupportedCodec' });
  });

  it('rejects with closed when the room is left at any message', async () => {
    for (const method of ['queryRoom', joinMethod, 'createTransport']) {
      if (method === 'queryRoom' && isAlpha) continue;
      const { room, server, engine, clock } = v2World(name);
      server.on(method, () => new Promise(() => {}));
      const asked = server.got(method);
      const joining = expect(room.join()).rejects.toMatchObject({ code: 'closed' });
      await asked;
      await room.leave();
      await joining;
      expect(engine.counts).toMatchObject({ sessions: 0, waiting: 0 });
      expect(clock.pending).toBe(0);
    }
  });

  it('rejects with connectionLost when the connection drops at any message', async () => {
    for (const method of ['queryRoom', joinMethod, 'createTransport']) {
      if (method === 'queryRoom' && isAlpha) continue;
      const { room, server, engine } = v2World(name);
      server.on(method, () => {
        server.drop();
        return new Promise(() => {});
      });
      await expect(room.join()).rejects.toMatchObject({ code: 'connectionLost', method, retryable: true });
      expect(engine.counts).toMatchObject({ sessions: 0, waiting: 0 });
    }
  });

  it('rejects with closedByServer when the server closes the connection', async () => {
    const { room, server } = v2World(name);
    server.on(joinMethod, () => {
      server.drop({ by: 'server' });
      return new Promise(() => {});
    });
    await expect(room.join()).rejects.toMatchObject({ code: 'closedByServer' });
  });

  it('rejects with requestTimeout without a response, and names the request', async () => {
    const { room, server, clock } = v2World(name, { requestTimeoutMs: 1000 });
    server.on(joinMethod, () => new Promise(() => {}));
    const asked = server.got(joinMethod);
    const joining = expect(room.join()).rejects.toMatchObject({
      code: 'requestTimeout',
      method: joinMethod,
      message: `no response to '${joinMethod}' within 1000 ms`,
    });
    await asked;
    clock.advance(1000);
    await joining;
  });
});

describe('join() in mediasoup-v2', () => {
  it('requests the role of a spy, without a send transport, with spy', async () => {
    const { room, server } = v2World('mediasoup-v2', { dialectOptions: { spy: true } });
    await room.join();
    expect(server.last('join').spy).toBe(true);
    expect(server.all('createTransport').map(({ direction }) => direction)).toEqual(['recv']);
  });

  it('requests no role of a spy by default', async () => {
    const { room, server } = v2World('mediasoup-v2');
    await room.join();
    expect(server.last('join')).not.toHaveProperty('spy');
  });
});

describe.each(['mediasoup-v2', 'mediasoup-v2-beta'] as const)('queryRoom in %s', (name) => {
  it('accepts mandatory codecs that the browser has', async () => {
    const { room, server } = v2World(name);
    server.on('queryRoom', () => ({ rtpCapabilities: v2RouterCapabilities, mandatoryCodecPayloadTypes: [100, 101] }));
    await room.join();
    expect(room.state).toBe('joined');
    expect(server.methods()).toContain(joinMethods[name]);
  });

  it('rejects a mandatory codec that the browser lacks with unsupportedCodec, before the join', async () => {
    const { room, server } = v2World(name, { engineOptions: { mimeTypes: ['audio/opus'] } });
    server.on('queryRoom', () => ({ rtpCapabilities: v2RouterCapabilities, mandatoryCodecPayloadTypes: [100, 101] }));
    await expect(room.join()).rejects.toMatchObject({
      code: 'unsupportedCodec',
      method: 'queryRoom',
      message: expect.stringContaining('101'),
    });
    expect(server.methods()).toEqual(['queryRoom']);
  });
});

describe('join() in mediasoup-v2-alpha', () => {
  it('sends the receive capabilities that an earlier join established', async () => {
    const { room, server } = await joinedWorld('mediasoup-v2-alpha');
    await room.leave();
    await room.join();
    expect(server.last('join').rtpCapabilities).toMatchObject({
      codecs: [{ name: 'opus' }, { name: 'VP8' }, { name: 'rtx' }],
    });
  });

  it('warns once when the codecs of the room have changed', async () => {
    const { room, server, warnings } = await joinedWorld('mediasoup-v2-alpha');
    await room.leave();
    const [opus] = v2RouterCapabilities.codecs;
    server.on('join', () => ({ rtpCapabilities: { ...v2RouterCapabilities, codecs: [opus] }, peers: [] }));
    await room.join();
    expect(warnings).toHaveLength(1);
    await room.leave();
    await room.join();
    expect(server.last('join').rtpCapabilities).toMatchObject({ codecs: [{ name: 'opus' }] });
    expect(warnings).toHaveLength(1);
  });
});

describe.each(['mediasoup-v2', 'mediasoup-v2-beta'] as const)('a welcome in %s', (name) => {
  const joinMethod = joinMethods[name];

  it('takes one round trip where the server sends a welcome', async () => {
    const { room, server } = v2World(name);
    const answer = { rtpCapabilities: v2RouterCapabilities, mandatoryCodecPayloadTypes: [] };
    server.welcome = { method: 'mediasoup-notification', data: { method: 'welcome', notification: true, ...answer } };
    const held = deferred<undefined>();
    server.on('queryRoom', async () => {
      await held.promise;
      return answer;
    });
    const joined = room.join();
    await server.receives(4);
    expect(server.methods()).toEqual(['queryRoom', joinMethod, 'createTransport', 'createTransport']);
    expect(server.last(joinMethod)).toMatchObject({ rtpCapabilities: { codecs: [{ name: 'opus' }, {}, {}] } });
    held.resolve(undefined);
    await joined;
  });

  it('waits for the response to queryRoom where the welcome is malformed', async () => {
    const { room, server } = v2World(name);
    server.welcome = { method: 'mediasoup-notification', data: { method: 'welcome', notification: true } };
    const held = deferred<undefined>();
    server.on('queryRoom', async () => {
      await held.promise;
      return { rtpCapabilities: v2RouterCapabilities, mandatoryCodecPayloadTypes: [] };
    });
    const joined = room.join();
    await server.receives(1);
    expect(server.methods()).toEqual(['queryRoom']);
    held.resolve(undefined);
    await joined;
  });
});
