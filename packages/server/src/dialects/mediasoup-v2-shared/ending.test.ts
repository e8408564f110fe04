import { describe, expect, it } from 'vitest';
import { createMediasoupBackend } from '../../engine/mediasoup/index.ts';
import { capturedLogs } from '../../testing/capturedLogs.ts';
import { openV2Rooms } from '../../testing/openV2Rooms.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { v2Names } from '../../testing/V2Client.ts';

const backend = useBackend();

describe.each(v2Names)('the end of a session of %s', (dialect) => {
  it.each(['leave', 'leaveRoom'])(
    'notifies the other peers of the peer alone on %s, and closes the connection with a final code',
    async (word) => {
      using rooms = openV2Rooms(backend());
      const [alice, bob] = [await rooms.join(dialect, 'alice'), await rooms.join(dialect, 'bob')];
      await bob.produce('audio');
      await alice.received('newConsumer');
      bob.connection.sendNotification('mediasoup-notification', { method: word, notification: true, appData: 'bye' });
      expect(await alice.received('peerClosed')).toEqual({
        method: dialect === 'mediasoup-v2-alpha' ? 'peerLeft' : 'peerClosed',
        ...(dialect === 'mediasoup-v2' ? { target: 'peer' } : {}),
        notification: true,
        name: 'bob',
        appData: 'bye',
      });
      expect(await bob.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'left' });
      expect(alice.all('consumerClosed')).toEqual([]);
      expect(bob.all('closed')).toEqual([]);
    },
  );

  it('closes the connection on leave before join', async () => {
    using rooms = openV2Rooms(backend());
    const alice = rooms.connect(dialect, 'alice');
    await alice.sendMessage('leave');
    await alice.connection.whenClosed();
    expect(rooms.registry.roomCount).toBe(0);
    expect(rooms.clock.pending).toBe(0);
  });

  it('leaves nothing behind after a dropped connection', async () => {
    using rooms = openV2Rooms(backend());
    const [alice, bob] = [await rooms.join(dialect, 'alice'), await rooms.join(dialect, 'bob')];
    await bob.produce('audio');
    bob.connection.drop();
    expect(await alice.received('peerClosed')).toMatchObject({ name: 'bob' });
    alice.connection.drop();
    expect(rooms.registry.roomCount).toBe(0);
    expect((await backend().dump())[0]?.routers).toEqual([]);
    expect(rooms.clock.pending).toBe(0);
    expect(rooms.logs.lines.filter(({ level }) => level >= 40)).toEqual([]);
  });

  it('notifies a kicked peer, in terms of its dialect, and the other peers', async () => {
    using rooms = openV2Rooms(backend());
    const [alice, bob] = [await rooms.join(dialect, 'alice'), await rooms.join(dialect, 'bob')];
    const ours = await rooms.join(dialect, 'ours', { extensions: ['textMessage'] });
    rooms.registry.kick('room', 'bob', { appData: { why: 'spam' } });
    rooms.registry.kick('room', 'ours', { appData: 7 });
    expect(await bob.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'kicked' });
    expect(bob.all('closed')).toMatchObject(dialect === 'mediasoup-v2-alpha' ? [] : [{ appData: { why: 'spam' } }]);
    for (const payload of bob.all('closed')) expect(payload).not.toHaveProperty('reason');
    expect(ours.all('closed')).toMatchObject([{ reason: 'kicked', appData: 7 }]);
    expect(alice.all('peerClosed')).toMatchObject([
      { name: 'bob', appData: { why: 'spam' } },
      { name: 'ours', appData: 7 },
    ]);
  });

  it('notifies each peer of a closed room, without notifications about the others', async () => {
    using rooms = openV2Rooms(backend());
    const clients = [await rooms.join(dialect, 'alice'), await rooms.join(dialect, 'bob')];
    rooms.registry.closeRoom('room');
    for (const client of clients) {
      expect(await client.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'roomClosed' });
      expect(client.all('closed')).toHaveLength(dialect === 'mediasoup-v2-alpha' ? 0 : 1);
      expect(client.all('peerClosed')).toEqual([]);
    }
  });

  it('allows clients to reconnect to a stopping server', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice');
    rooms.registry.close();
    expect(await alice.connection.whenClosed()).toMatchObject({ code: 1012, reason: 'shuttingDown' });
    expect(alice.payloads).toEqual([]);
    const late = rooms.connect(dialect, 'late');
    await expect(late.sendMessage('join', { peerName: 'late', rtpCapabilities: {} })).rejects.toThrow();
    expect(await late.connection.whenClosed()).toMatchObject({ code: 1012 });
  });

  it('refuses all later requests of the peer, and no others', async () => {
    using rooms = openV2Rooms(backend());
    const [alice, bob] = [await rooms.join(dialect, 'alice'), await rooms.join(dialect, 'bob')];
    await bob.createTransport('send');
    const asked = [bob.produce('audio'), bob.sendMessage('createTransport', { id: 5, direction: 'send', options: {} })];
    bob.connection.sendNotification('mediasoup-notification', { method: 'leave' });
    asked.push(bob.sendMessage('createTransport', { id: 6, direction: 'send', options: {} }));
    const results = await Promise.allSettled(asked);
    expect(results.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 500, message: 'closed' } });
    await bob.connection.whenClosed();
    await alice.createTransport('send');
    expect(alice.all('peerClosed')).toHaveLength(1);
    expect(rooms.logs.lines.filter(({ level }) => level >= 40)).toEqual([]);
  });
});

describe('the end of a media worker', () => {
  it('closes the room, and allows clients to reconnect', async () => {
    const own = await createMediasoupBackend({ logger: capturedLogs().logger, workers: 1 });
    try {
      using rooms = openV2Rooms(own);
      const clients = await Promise.all(v2Names.map((name) => rooms.join(name, name)));
      process.kill(own.workers[0]!.pid, 'SIGKILL');
      for (const client of clients) {
        expect(await client.connection.whenClosed()).toMatchObject({ code: 1012, reason: 'workerDied' });
      }
    } finally {
      await own.close();
    }
  });
});
