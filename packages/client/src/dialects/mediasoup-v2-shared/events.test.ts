import { describe, expect, it } from 'vitest';
import { type V2DialectName, consumingWorld, v2Dialects, joinedWorld } from '@tureen/testkit/scripted/v2World';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { whenDisconnected, whenRead } from '@tureen/testkit/scripted/waits';
import { fakeTrack } from '@tureen/testkit/scripted/roomWorld';
import { v2Consumer } from '@tureen/testkit/scripted/ScriptedV2Server';

type World = Awaited<ReturnType<typeof consumingWorld>>;

interface Row {
  /** Method in each dialect. Null where the dialect has none. */
  readonly words: Readonly<Record<V2DialectName, string | null>>;
  readonly data: (world: World & { producerId: string }) => object;
  /** Events of the room, one per line. */
  readonly said: readonly string[];
}

const row = (
  [v2, beta, alpha]: readonly [string | null, string | null, string | null],
  data: Row['data'] | object,
  ...said: string[]
): Row => ({
  words: { 'mediasoup-v2': v2, 'mediasoup-v2-beta': beta, 'mediasoup-v2-alpha': alpha },
  data: typeof data === 'function' ? (data as Row['data']) : () => data,
  said,
});

const same = (word: string) => [word, word, word] as const;
const bob = { id: 3333, peerName: 'bob' };

/** Every message of a server, with the events of the room. */
const table: readonly Row[] = [
  row(same('newPeer'), { name: 'carol', appData: { displayName: 'Carol' } }, 'newPeer carol existing=false'),
  row(same('peerClosed'), { name: 'bob', appData: 'bye' }, 'consumerClosed 3333 remote', 'peerClosed bob remote bye'),
  row(same('peerLeft'), { name: 'bob' }, 'consumerClosed 3333 remote', 'peerClosed bob remote'),
  row(
    ['newConsumer', 'newConsumer', 'newSender'],
    v2Consumer(4444, { peerName: 'bob', kind: 'audio' }),
    'newConsumer 4444 bob',
  ),
  // The demo misspells the kind; the codec tells it.
  row(
    ['newConsumer', 'newConsumer', 'newSender'],
    { ...v2Consumer(4444, { peerName: 'bob' }), kind: 'alice' },
    'newConsumer 4444 bob',
  ),
  row(['consumerClosed', 'consumerClosed', 'senderClosed'], bob, 'consumerClosed 3333 remote'),
  row(['consumerPaused', 'consumerPaused', 'senderPaused'], bob, 'consumerPaused 3333 by=unknown'),
  row(['consumerResumed', 'consumerResumed', 'senderResumed'], bob),
  row(
    ['consumerEffectiveProfileChanged', null, null],
    { ...bob, profile: 'medium' },
    'consumerLayersChanged 3333 1 medium',
  ),
  row(['consumerEffectiveProfileChanged', null, null], { ...bob, profile: 'none' }, 'consumerLayersChanged 3333 none'),
  row(
    ['consumerEffectiveProfileChanged', null, null],
    { ...bob, profile: 'default' },
    'consumerLayersChanged 3333 0 default',
  ),
  row(['consumerPreferredProfileSet', null, null], { ...bob, profile: 'low' }, 'consumerPreferredLayersSet 3333 0 low'),
  row(
    ['consumerPreferredProfileSet', null, null],
    { ...bob, profile: 'default' },
    'consumerPreferredLayersSet 3333 default',
  ),
  row(
    ['producerPaused', 'producerPaused', 'receiverPaused'],
    ({ producerId }: { producerId: string }) => ({ id: Number(producerId), peerName: 'alice' }),
    'producerPaused P by=server',
  ),
  row(['producerResumed', 'producerResumed', 'receiverResumed'], ({ producerId }: { producerId: string }) => ({
    id: Number(producerId),
  })),
  row(
    ['producerClosed', 'producerClosed', 'receiverClosed'],
    ({ producerId }: { producerId: string }) => ({ id: Number(producerId) }),
    'producerClosed P by=server server',
  ),
  row(
    same('transportClosed'),
    ({ engine }: World) => ({ id: Number(engine.session.recvTransport.id) }),
    'transportClosed recv server',
    'stateChanged reconnecting the server closed a transport: server',
    'reconnecting attempt=1 delayMs=100 the server closed a transport: server',
  ),
  row(
    ['closed', 'roomClosed', 'roomClosed'],
    { appData: 'bye' },
    'roomClosed closedByServer bye',
    'stateChanged left closedByServer',
    'producerClosed P by=server closedByServer',
    'consumerClosed 3333 closedByServer',
    'peerClosed bob closedByServer',
    'left closedByServer',
  ),
  row(same('textMessage'), { peerName: 'bob', text: 'hi' }, 'textMessage bob hi'),
  row(same('active-speaker'), { peerName: 'bob' }, 'activeSpeaker bob isLocal=false'),
  row(same('active-speaker'), { peerName: 'alice' }, 'activeSpeaker isLocal=true'),
  row(same('active-speaker'), { peerName: null }, 'activeSpeaker isLocal=false'),
  row(
    same('display-name-changed'),
    { peerName: 'bob', displayName: 'Robert', oldDisplayName: 'bob' },
    'peerDisplayNameChanged bob bob',
  ),
];

async function producingWorld(name: V2DialectName) {
  const world = await consumingWorld(name);
  const producer = await world.room.produce(fakeTrack('video'));
  world.server.received.length = 0;
  return { ...world, producer, producerId: producer.id ?? '' };
}

describe.each(v2Dialects)('a room that gets a notification in %s', (name) => {
  const rows = table.flatMap((one) => {
    const word = one.words[name];
    return word === null ? [] : [[word, one] as const];
  });

  it.each(rows)('handles %s', async (word, { data, said: expected }) => {
    const world = await producingWorld(name);
    const { server, said, producerId, warnings } = world;
    const isCarrier = word.includes('-');
    await whenRead(world.room, () => {
      if (isCarrier) server.send(word, data(world));
      else server.notify(word, data(world));
    });
    expect(said).toEqual(expected.map((line) => line.replace(/ P\b/, ` ${producerId}`)));
    expect(warnings).toEqual([]);
  });

  it.each(rows)('drops %s while it is being left', async (word, { data }) => {
    const world = await producingWorld(name);
    const { server, said, room } = world;
    const payload = { method: word, notification: true, ...data(world) };
    await room.leave();
    said.length = 0;
    server.send('mediasoup-notification', payload);
    await expectUnchanged(() => said, []);
  });

  it.each(rows)('emits %s once where the server sends it twice', async (word, { data, said: expected }) => {
    // Messages that a server may repeat.
    if (/textMessage|active|Profile/.test(word) || word === 'newPeer') return;
    const world = await producingWorld(name);
    const { server, said } = world;
    const payload = data(world);
    for (let times = 0; times < 2; times += 1) server.send(word, payload);
    await said.reaches(expected.length);
    expect(said).toHaveLength(expected.length);
  });

  it('reads notifications in all three envelopes, and acknowledges requests', async () => {
    const { server, said, word } = await producingWorld(name);
    const method = word('newPeer');
    server.notify(method, { name: 'n' });
    expect(await server.ask('mediasoup-notification', { method, notification: true, name: 'r' })).toMatchObject({
      ok: true,
      data: {},
    });
    server.send(method, { name: 'b' });
    expect(await server.ask(method, { name: 'q' })).toMatchObject({ ok: true });
    expect(await server.ask('active-speaker', { peerName: 'n' })).toMatchObject({ ok: true });
    expect(said).toEqual([
      'newPeer n existing=false',
      'newPeer r existing=false',
      'newPeer b existing=false',
      'newPeer q existing=false',
      'activeSpeaker n isLocal=false',
    ]);
  });

  it('reads notifications without notification: true, and with ids as digits', async () => {
    const { server, said, word } = await producingWorld(name);
    server.send('mediasoup-notification', { method: word('consumerPaused'), id: '3333' });
    server.send('mediasoup-notification', { method: word('consumerResumed'), id: 3333, notification: false });
    await said.reaches(2);
    expect(said).toEqual(['consumerPaused 3333 by=unknown', 'consumerResumed 3333 by=unknown']);
  });

  it('reads a notification under either of its two names', async () => {
    for (const word of ['closed', 'roomClosed']) {
      const { server, said } = await producingWorld(name);
      server.notify(word, {});
      await said.reaches(1);
      expect(said[0]).toBe('roomClosed closedByServer');
    }
  });

  it('emits newPeer, then the consumers of the peer', async () => {
    const { server, said } = await producingWorld(name);
    const list = name === 'mediasoup-v2-alpha' ? 'senders' : 'consumers';
    server.notify('newPeer', { name: 'carol', [list]: [v2Consumer(5555), v2Consumer(6666, { kind: 'audio' })] });
    await said.reaches(3);
    expect(said).toEqual(['newPeer carol existing=false', 'newConsumer 5555 carol', 'newConsumer 6666 carol']);
  });

  it('closes the consumers of the former peer when newPeer has the same name', async () => {
    const { server, said, notify } = await producingWorld(name);
    server.notify('newPeer', { name: 'bob' });
    notify('newConsumer', v2Consumer(3333, { peerName: 'bob' }));
    await said.reaches(3);
    expect(said.slice(0, 3)).toEqual([
      'consumerClosed 3333 replaced',
      'peerClosed bob replaced',
      'newPeer bob existing=false',
    ]);
  });

  it('holds a consumer that arrives before its peer', async () => {
    const { said, notify } = await producingWorld(name);
    notify('newConsumer', v2Consumer(5555, { peerName: 'carol' }));
    await expectUnchanged(() => said, []);
    notify('newPeer', { name: 'carol' });
    await said.reaches(2);
    expect(said).toEqual(['newPeer carol existing=false', 'newConsumer 5555 carol']);
  });

  it('drops a consumer whose close arrives first', async () => {
    const { said, notify, room } = await producingWorld(name);
    notify('consumerClosed', { id: 5555, peerName: 'bob' });
    notify('newConsumer', v2Consumer(5555, { peerName: 'bob' }));
    await expectUnchanged(() => said, []);
    expect(room.consumers.has('5555')).toBe(false);
  });

  it('emits the reason that a Tureen server sends', async () => {
    const { said, notify } = await producingWorld(name);
    notify('consumerClosed', { ...bob, reason: 'producerClosed' });
    notify('peerClosed', { name: 'bob', reason: 'kicked' });
    notify('closed', { reason: 'roomClosed', detail: 'closing time' });
    await said.reaches(3);
    expect(said.slice(0, 3)).toEqual([
      'consumerClosed 3333 producerClosed',
      'peerClosed bob kicked',
      'roomClosed roomClosed closing time',
    ]);
  });

  it('ends the session without a reconnect on close code 4000', async () => {
    const { server, said, room } = await producingWorld(name);
    await whenDisconnected(room, () => {
      server.drop({ by: 'server' });
    });
    expect(said.at(-1)).toBe('left closedByServer');
    expect(room.state).toBe('left');
  });
});

describe.each(v2Dialects)('a room that gets a malformed notification in %s', (name) => {
  const kinds: [string, string, object, string][] = [
    ['newPeer', 'newPeer', {}, 'name'],
    ['newPeer', 'newPeer', { name: '' }, 'name'],
    ['newPeer', 'newPeer', { name: {} }, 'name'],
    ['newPeer', 'newPeer', { name: 'x'.repeat(129) }, 'name'],
    ['newPeer', 'newPeer', { name: 'eve', consumers: 7 }, 'consumers'],
    ['newPeer', 'newPeer', { name: 'eve', consumers: [{ kind: 'video' }] }, 'consumers.0'],
    ['newPeer', 'newPeer', { name: 'eve', appData: JSON.parse('{"__proto__":{}}') as object }, 'appData'],
    ['peerClosed', 'peerClosed', {}, 'name'],
    ['newConsumer', 'newConsumer', {}, 'id'],
    ['newConsumer', 'newConsumer', v2Consumer(-1, { peerName: 'bob' }), 'id'],
    ['newConsumer', 'newConsumer', v2Consumer(1.5, { peerName: 'bob' }), 'id'],
    ['newConsumer', 'newConsumer', v2Consumer(2 ** 32, { peerName: 'bob' }), 'id'],
    ['newConsumer', 'newConsumer', { ...v2Consumer(1, { peerName: 'bob' }), id: 'x' }, 'id'],
    ['newConsumer', 'newConsumer', v2Consumer(5555), 'peerName'],
    ['newConsumer', 'newConsumer', { ...v2Consumer(5555, { peerName: 'bob' }), rtpParameters: 7 }, 'rtpParameters'],
    [
      'newConsumer',
      'newConsumer',
      { ...v2Consumer(5555, { peerName: 'bob' }), rtpParameters: { codecs: [{ payloadType: 'x' }] } },
      'rtpParameters.codecs.0',
    ],
    ['newConsumer', 'newConsumer', v2Consumer(5555, { peerName: 'bob', paused: 'yes' }), 'paused'],
    ['consumerClosed', 'consumerClosed', {}, 'id'],
    ['consumerPaused', 'consumerPaused', { id: null }, 'id'],
    ['consumerResumed', 'consumerResumed', { id: [] }, 'id'],
    ['producerClosed', 'producerClosed', { id: true }, 'id'],
    ['producerPaused', 'producerPaused', {}, 'id'],
    ['producerResumed', 'producerResumed', {}, 'id'],
    ['transportClosed', 'transportClosed', {}, 'id'],
    ['textMessage', 'textMessage', { peerName: 'bob' }, 'text'],
    ['textMessage', 'textMessage', { text: 'hi' }, 'peerName'],
    ...(name === 'mediasoup-v2'
      ? ([
          [
            'consumerEffectiveProfileChanged',
            'consumerEffectiveProfileChanged',
            { ...bob, profile: 'best' },
            'profile',
          ],
          ['consumerPreferredProfileSet', 'consumerPreferredProfileSet', bob, 'profile'],
          ['transportStats', 'transportStats', { id: 1, stats: 'many' }, 'stats'],
          ['producerStats', 'producerStats', { stats: [] }, 'id'],
          ['consumerStats', 'consumerStats', { id: 3333, stats: [7] }, 'stats.0'],
        ] satisfies [string, string, object, string][])
      : []),
  ];

  it.each(kinds)('drops %s sent as %s with %j, and names %s in the refusal', async (_title, method, data, field) => {
    const { server, said, word, warnings, room } = await producingWorld(name);
    const named = word(method);
    server.notify(named, data);
    const answer = await server.ask('mediasoup-notification', { ...data, method: named });
    expect(answer).toMatchObject({ ok: false, errorCode: 400 });
    expect(answer).toMatchObject({ errorReason: expect.stringContaining(`${named}: ${field}`) as string });
    expect(warnings).toHaveLength(2);
    expect(said).toEqual([]);
    expect(room.state).toBe('joined');
  });

  it.each([
    ['active-speaker', { peerName: 7.5 }],
    ['display-name-changed', { peerName: 'bob' }],
    ['display-name-changed', { displayName: 'Bob' }],
    ['display-name-changed', null],
  ])('drops %s with %j', async (method, data) => {
    const { room, server, said, warnings } = await producingWorld(name);
    await whenRead(room, () => {
      server.send(method, data);
    });
    expect(said.filter((line) => !line.startsWith('activeSpeaker'))).toEqual([]);
    expect(warnings.length + said.length).toBe(1);
  });

  it.each([[undefined], [null], [7], ['text'], [[]], [{}], [{ method: 7 }]])(
    'refuses an envelope with %j',
    async (data) => {
      const { server, said } = await producingWorld(name);
      expect(await server.ask('mediasoup-notification', data)).toMatchObject({ ok: false, errorCode: 400 });
      server.send('mediasoup-notification', data);
      await expectUnchanged(() => said, []);
    },
  );

  it.each(['noSuchThing', '__proto__', 'constructor', 'toString', '', 'createProducer', 'join', 'mediasoup-version'])(
    'refuses the unknown method %j, and emits nothing',
    async (method) => {
      const { server, said, warnings } = await producingWorld(name);
      const refusal = { ok: false, errorCode: 500, errorReason: `unknown method "${method}"` };
      for (const answer of [
        await server.ask('mediasoup-notification', { method }),
        await server.ask(method, {}),
        await server.ask('mediasoup-request', { method }),
      ])
        expect(answer).toMatchObject({ ...refusal, errorReason: expect.stringContaining('unknown method') as string });
      server.notify(method, {});
      await expectUnchanged(() => said, []);
      expect(warnings).toEqual([]);
    },
  );

  it.each([
    'consumerClosed',
    'consumerPaused',
    'consumerResumed',
    'producerClosed',
    'producerPaused',
    'producerResumed',
    'transportClosed',
    ...(name === 'mediasoup-v2'
      ? [
          'consumerEffectiveProfileChanged',
          'consumerPreferredProfileSet',
          'consumerStats',
          'producerStats',
          'transportStats',
        ]
      : []),
  ])('ignores %s of an unknown entity', async (method) => {
    const { said, notify, warnings } = await producingWorld(name);
    notify(method, { id: 7777, peerName: 'stranger', profile: 'low', stats: [{ type: 't', timestamp: 1 }] });
    await expectUnchanged(() => said, []);
    expect(warnings).toEqual([]);
  });

  it('ignores an unknown peer that leaves, speaks, writes or is renamed', async () => {
    const { server, said, notify } = await producingWorld(name);
    notify('peerClosed', { name: 'stranger' });
    notify('textMessage', { peerName: 'stranger', text: 'hi' });
    server.send('display-name-changed', { peerName: 'stranger', displayName: 'N' });
    await expectUnchanged(() => said, []);
  });

  it('treats names of later dialects as unknown in earlier dialects', async () => {
    const { server } = await joinedWorld(name);
    const answer = await server.ask('mediasoup-notification', { method: 'consumerStats', id: 1, stats: [] });
    expect(answer.ok).toBe(name === 'mediasoup-v2');
  });
});
