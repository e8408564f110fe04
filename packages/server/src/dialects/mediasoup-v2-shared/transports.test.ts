import { describe, expect, it } from 'vitest';
import { emitOn } from '@tureen/kernel';
import type { MediasoupTransport } from '../../engine/mediasoup/MediasoupTransport.ts';
import { openV2Rooms } from '../../testing/openV2Rooms.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { v2Names } from '../../testing/V2Client.ts';
import type { Payload, V2Client } from '../../testing/V2Client.ts';

const backend = useBackend();

const dtlsParameters = {
  role: 'server',
  fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }],
};

interface TransportAnswer {
  readonly iceParameters: Payload;
  readonly iceCandidates: readonly Payload[];
  readonly dtlsParameters: { readonly role: string };
}

const create = (client: V2Client, data: object) =>
  client.sendMessage('createTransport', { options: {}, ...data }) as Promise<TransportAnswer>;

describe.each(v2Names)('transports of %s', (dialect) => {
  it('are described as mediasoup 2 did', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice');
    const answer = await create(alice, { id: 1, direction: 'send' });
    expect(Object.keys(answer).sort()).toEqual(['dtlsParameters', 'iceCandidates', 'iceParameters']);
    expect(answer.iceParameters).toEqual({
      usernameFragment: expect.any(String),
      password: expect.any(String),
      iceLite: true,
    });
    expect(answer.dtlsParameters.role).toBe('auto');
    for (const candidate of answer.iceCandidates) {
      expect(candidate).toMatchObject({ family: expect.stringMatching(/^ipv/), ip: expect.any(String), type: 'host' });
      expect(candidate).not.toHaveProperty('address');
    }
    expect(new Set(answer.iceCandidates.map(({ protocol }) => protocol))).toEqual(new Set(['udp', 'tcp']));
  });

  it.each(['send', 'recv'] as const)('have the requested candidates, and accept any request: %s', async (direction) => {
    using rooms = openV2Rooms(backend());
    for (const [name, options, protocols] of [
      ['alice', { tcp: false }, ['udp']],
      ['bob', { udp: false }, ['tcp']],
    ] as const) {
      const client = await rooms.join(dialect, name);
      await expect(create(client, { id: 9, direction, options: { tcp: false, udp: false } })).rejects.toMatchObject({
        code: 400,
        message: 'options: Expected udp or tcp',
      });
      const id = name === 'alice' ? 1 : 2;
      const { iceCandidates } = await create(client, { id, direction, options });
      expect([...new Set(iceCandidates.map(({ protocol }) => protocol))]).toEqual(protocols);
    }
  });

  it('may start with DTLS parameters, which settle both roles', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice');
    const { dtlsParameters: send } = await create(alice, { id: 1, direction: 'send', dtlsParameters });
    expect(send.role).toBe('client');
    const { dtlsParameters: recv } = await create(alice, {
      id: 2,
      direction: 'recv',
      dtlsParameters: { ...dtlsParameters, role: 'client' },
    });
    expect(recv.role).toBe('server');
  });

  it('are for sending or receiving as the client requests, otherwise by their parameters and order', async () => {
    using rooms = openV2Rooms(backend());
    for (const [name, first, second, expected] of [
      ['alice', { dtlsParameters }, {}, ['send', 'recv']],
      ['bob', {}, {}, ['recv', 'send']],
      ['carol', { direction: 'send' }, {}, ['send', 'recv']],
    ] as const) {
      const client = await rooms.join(dialect, name);
      const base = name.charCodeAt(0);
      await create(client, { id: base, ...first });
      await create(client, { id: base + 100, ...second });
      const peer = rooms.registry.get('room')!.peers.get(name)!;
      const made = [...peer.transports.values()];
      // The receive transport existed before.
      expect(made).toHaveLength(2);
      expect(made[0]).toMatchObject({ isConsuming: true });
      const isProducing = (id: number) =>
        client
          .sendMessage('createProducer', { id: 1, kind: 'audio', transportId: id, rtpParameters: {}, paused: false })
          .then(
            () => 'send',
            ({ code }: { code: number }) => (code === 403 ? 'recv' : 'send'),
          );
      expect([await isProducing(base), await isProducing(base + 100)]).toEqual(expected);
    }
  });

  it('are limited to one for receiving', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice');
    await create(alice, { id: 1, direction: 'recv' });
    await expect(create(alice, { id: 2, direction: 'recv' })).rejects.toMatchObject({ code: 403 });
  });

  it('have numbers that are unique in the room', async () => {
    using rooms = openV2Rooms(backend());
    const [alice, bob] = [await rooms.join(dialect, 'alice'), await rooms.join(dialect, 'bob')];
    await create(alice, { id: 1, direction: 'send' });
    for (const client of [alice, bob]) {
      await expect(create(client, { id: 1, direction: 'send' })).rejects.toMatchObject({
        code: 409,
        message: 'a Transport with same transportId already exists',
      });
    }
    await alice.sendMessage('closeTransport', { id: 1 });
    await create(bob, { id: 1, direction: 'send' });
  });

  it('close at a second set of DTLS parameters, and their owner is notified', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice', { extensions: ['textMessage'] });
    await create(alice, { id: 1, direction: 'send' });
    await alice.sendMessage('updateTransport', { id: 1, dtlsParameters });
    await alice.sendMessage('updateTransport', { id: 1, dtlsParameters });
    expect(await alice.received('transportClosed')).toMatchObject({ id: 1, reason: 'connectFailed' });
    await create(alice, { id: 1, direction: 'send' });
  });

  it('close with their producers, and the other peers are notified of each producer once', async () => {
    using rooms = openV2Rooms(backend());
    const [alice, bob] = [await rooms.join(dialect, 'alice'), await rooms.join(dialect, 'bob')];
    const producers = [await alice.produce('audio'), await alice.produce('video')];
    await alice.sendMessage('closeTransport', { id: alice.send!.id });
    // Genuine clients send these too.
    for (const id of producers) await alice.sendMessage('closeProducer', { id });
    await bob.received('consumerClosed', ({ id }) => id === bob.all('newConsumer')[1]!.id);
    expect(bob.all('consumerClosed')).toHaveLength(2);
    expect(alice.connection.badNotifications).toEqual([]);
    expect(alice.all('transportClosed')).toEqual([]);
  });

  it('can be closed and replaced when they receive, and all producers are announced again', async () => {
    using rooms = openV2Rooms(backend());
    const [alice, bob] = [await rooms.join(dialect, 'alice'), await rooms.join(dialect, 'bob')];
    await alice.produce('audio');
    const before = await bob.received('newConsumer');
    await bob.enable(before);
    await bob.sendMessage('closeTransport', { id: bob.recv!.id });
    const after = await bob.received('newConsumer', ({ id }) => id !== before.id);
    expect(bob.all('consumerClosed')).toMatchObject([{ id: before.id, peerName: 'alice' }]);
    expect(after.rtpParameters).not.toEqual(before.rtpParameters);
    await bob.createTransport('recv');
    await bob.enable(after);
    expect(rooms.registry.get('room')!.peers.get('bob')!.receiving.consumers.size).toBe(1);
  });

  it('are reported when the server closes them, and receive transports are replaced', async () => {
    using rooms = openV2Rooms(backend());
    const [alice, bob] = [await rooms.join(dialect, 'alice'), await rooms.join(dialect, 'bob', { extensions: [] })];
    await alice.produce('audio');
    const before = await bob.received('newConsumer');
    await bob.enable(before);
    const [transport] = rooms.registry.get('room')!.peers.get('bob')!.transports.values();
    emitOn(transport!.media as MediasoupTransport, 'dtlsStateChanged', { state: 'failed' });
    expect(await bob.received('transportClosed')).toMatchObject({ id: bob.recv!.id, reason: 'dtlsFailed' });
    await bob.received('newConsumer', ({ id }) => id !== before.id);
    // The genuine client creates its transport again under the same number.
    await create(bob, { id: bob.recv!.id, direction: 'recv' });
  });

  it('are unknown to other peers', async () => {
    using rooms = openV2Rooms(backend());
    const [alice, mallory] = [await rooms.join(dialect, 'alice'), await rooms.join(dialect, 'mallory')];
    await alice.createTransport('send');
    const { id } = alice.send!;
    await mallory.sendMessage('closeTransport', { id });
    await mallory.sendMessage('updateTransport', { id, dtlsParameters });
    await expect(
      mallory.sendMessage('createProducer', {
        id: 1,
        kind: 'audio',
        transportId: id,
        rtpParameters: {},
        paused: false,
      }),
    ).rejects.toMatchObject({ code: 404, message: 'Transport not found' });
    await alice.produce('audio');
  });
});

describe('transports of mediasoup-v2', () => {
  it('can restart ICE', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join('mediasoup-v2', 'alice');
    const { iceParameters } = await create(alice, { id: 1, direction: 'send' });
    const restarted = (await alice.sendMessage('restartTransport', { id: 1 })) as { iceParameters: Payload };
    expect(restarted.iceParameters).toMatchObject({ usernameFragment: expect.any(String), iceLite: true });
    expect(restarted.iceParameters.usernameFragment).not.toBe(iceParameters.usernameFragment);
    await expect(alice.sendMessage('restartTransport', { id: 2 })).rejects.toMatchObject({
      message: 'Transport not found',
    });
  });

  it('are not reported when they lose ICE, as ICE can reconnect', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join('mediasoup-v2', 'alice');
    await create(alice, { id: 1, direction: 'send' });
    const [, transport] = rooms.registry.get('room')!.peers.get('alice')!.transports.values();
    emitOn(transport!.media as MediasoupTransport, 'iceStateChanged', { state: 'disconnected' });
    await alice.sendMessage('restartTransport', { id: 1 });
    expect(alice.all('transportClosed')).toEqual([]);
  });

  it('are not reported as closed to genuine clients of mediasoup-v2-alpha, which lack the notification', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join('mediasoup-v2-alpha', 'alice');
    await create(alice, { id: 1, direction: 'send' });
    const [, transport] = rooms.registry.get('room')!.peers.get('alice')!.transports.values();
    transport!.close('server');
    expect(alice.payloads).toEqual([]);
  });
});
