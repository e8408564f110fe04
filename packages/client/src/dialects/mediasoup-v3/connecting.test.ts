import { afterEach, describe, expect, it } from 'vitest';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { fakeTrack, pass, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected } from '@tureen/testkit/scripted/waits';
import { FakeMachine } from '../../devices/FakeMachine.ts';
import type { FakeTransport } from '../../media/fake/FakeTransport.ts';
import { speaking } from '../../test-support/roomAtMachine.ts';

/** IDs of the transports that the client has connected, without their numbers. */
const connected = (server: ReturnType<typeof roomWorld>['server']) =>
  server.received
    .filter(({ method }) => method === 'connectWebRtcTransport')
    .map(({ data }) => (data.transportId as string).replace(/-\d+$/, ''));

afterEach(() => {
  Reflect.deleteProperty(navigator, 'permissions');
});

describe('the receive transport', () => {
  it('connects with the join, before anyone sends, and is not connected again', async () => {
    const { room, server } = roomWorld();
    server.peers = [{ id: 'bob' }];
    await room.join();
    await server.sent('connectWebRtcTransport');
    expect(connected(server)).toEqual(['recv']);
    const arrived = room.waitFor('newConsumer');
    void server.offer('c1', { peerId: 'bob' });
    await arrived;
    expect(connected(server)).toEqual(['recv']);
  });

  it('does not connect early on a server without data channels', async () => {
    const { room, server } = roomWorld();
    server.on('createWebRtcTransport', (data) => ({
      ...(server.answerOf('createWebRtcTransport', data) as object),
      sctpParameters: undefined,
    }));
    await room.join();
    await expectUnchanged(() => connected(server), []);
  });

  it('needs no recovery while it carries nothing, and recovers once it does', async () => {
    const { room, server, engine, clock } = roomWorld();
    server.peers = [{ id: 'bob' }];
    await room.join();
    await server.sent('connectWebRtcTransport');
    const told: string[] = [];
    room.on('transportStateChanged', ({ direction, state }) => told.push(`${direction} ${state}`));
    room.on('transportRecovering', ({ direction, step }) => told.push(`${direction} ${step}`));
    const recv: FakeTransport = engine.session.recvTransport;
    recv.setConnectionState('failed');
    await pass(clock, 60_000);
    expect(told).toEqual([]);

    const arrived = room.waitFor('newConsumer');
    void server.offer('c1', { peerId: 'bob' });
    await arrived;
    expect(told).toEqual(['recv failed', 'recv restartIce']);
    await server.sent('restartIce', 2);
    recv.setConnectionState('connected');
    expect(told.at(-1)).toBe('recv connected');
  });

  it('connects with its first consumer on a server that refuses to connect it before', async () => {
    const { room, server } = roomWorld();
    let asked = 0;
    server.on('connectWebRtcTransport', () => {
      asked += 1;
      if (asked === 1) throw new Error('Peer not yet joined');
    });
    server.peers = [{ id: 'bob' }];
    await room.join();
    await server.sent('connectWebRtcTransport');
    const arrived = room.waitFor('newConsumer');
    void server.offer('c1', { peerId: 'bob' });
    await arrived;
    await server.sent('connectWebRtcTransport', 2);
    expect(connected(server)).toEqual(['recv', 'recv']);
    const [first, second] = server.received.filter(({ method }) => method === 'connectWebRtcTransport');
    expect(second?.data).toEqual(first?.data);
  });

  it('fails with its first consumer where the server refuses again', async () => {
    const { room, server } = roomWorld();
    server.on('connectWebRtcTransport', () => {
      throw new Error('no');
    });
    server.peers = [{ id: 'bob' }];
    await room.join();
    await server.sent('connectWebRtcTransport');
    await expectUnchanged(() => room.state, 'joined');
    const failed = room.waitFor('transportStateChanged', { where: ({ state }) => state === 'failed' });
    void server.offer('c1', { peerId: 'bob' });
    expect(await failed).toEqual({ direction: 'recv', state: 'failed' });
  });
});

describe('the send transport', () => {
  it('stays unconnected while nothing is sent', async () => {
    const { room, server } = roomWorld();
    await room.join();
    await server.sent('connectWebRtcTransport');
    await expectUnchanged(() => connected(server), ['recv']);
  });

  it('connects while the browser captures', async () => {
    const { server, room } = roomWorld();
    const machine = new FakeMachine('mic:desk');
    Object.defineProperty(navigator, 'permissions', { value: machine.permissions, configurable: true });
    await room.join();
    const release = machine.hold();
    const enabling = room.enableMicrophone({ mediaDevices: machine.real });
    await server.sent('connectWebRtcTransport', 2);
    expect(connected(server)).toEqual(['recv', 'send']);
    expect(server.count('produce')).toBe(0);
    release();
    await enabling;
    expect(connected(server)).toEqual(['recv', 'send']);
  });

  it('connects with the join where a capture began before', async () => {
    const { server, room } = roomWorld();
    const machine = new FakeMachine('mic:desk');
    Object.defineProperty(navigator, 'permissions', { value: machine.permissions, configurable: true });
    const release = machine.hold();
    const joined = room.join();
    const enabling = room.enableMicrophone({ mediaDevices: machine.real });
    await joined;
    await server.sent('connectWebRtcTransport', 2);
    expect(connected(server)).toEqual(['recv', 'send']);
    release();
    await enabling;
    expect(server.count('produce')).toBe(1);
  });

  it('connects with a rejoin where a producer waits for it', async () => {
    const { server, room, clock } = await speaking();
    const reconnected = room.waitFor('reconnected');
    await whenDisconnected(room, () => {
      server.drop();
    });
    clock.advance(100);
    await reconnected;
    await server.sent('produce');
    expect(connected(server)).toEqual(['recv', 'send']);
    await room.produce(fakeTrack('video'));
    expect(connected(server)).toEqual(['recv', 'send']);
  });
});
