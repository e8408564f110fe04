import { serverToClient } from '@tureen/protocol/mediasoup-v3';
import type { MethodEntry } from '@tureen/protocol/mediasoup-v3';
import { describe, expect, it } from 'vitest';
import { openRooms } from '../../testing/openRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();
const open = (options: Parameters<typeof openRooms>[1] = {}) =>
  openRooms(backend(), { demoFaithful: true, ...options });

interface Offer {
  readonly id: string;
  readonly producerId: string;
}

describe('a server with --demo-faithful', () => {
  it('handles requests without an order', async () => {
    using rooms = open();
    const alice = await rooms.join('alice');
    const { connection } = alice;
    await Promise.all([
      connection.sendRequest('createWebRtcTransport', { producing: true }),
      connection.sendRequest('changeDisplayName', { displayName: 'A' }),
    ]);
    const done = connection.arrivals.flatMap((arrival) => (arrival.kind === 'answer' ? arrival.method : []));
    expect(done.slice(-2)).toEqual(['changeDisplayName', 'createWebRtcTransport']);
  });

  it('offers a join that overtakes its recv transport no existing producers, and offers later ones', async () => {
    using rooms = open();
    const alice = await rooms.join('alice');
    await alice.produce('audio');
    const bob = rooms.connect('bob');
    await bob.loadDevice();
    await Promise.all([bob.createTransport('recv'), bob.join()]);
    const video = await alice.produce('video');
    expect((await bob.connection.received<Offer>('newConsumer')).producerId).toBe(video.id);
    expect(bob.connection.allReceived('newConsumer')).toHaveLength(1);
  });

  it('sends no extension in responses, messages or fields', async () => {
    using rooms = open();
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    const joined = bob.connection.arrivals.find((arrival) => arrival.kind === 'answer' && arrival.method === 'join');
    expect(Object.keys((joined as { data: object }).data)).toEqual(['peers']);
    const audio = await alice.produce('audio', { appData: { big: 'x'.repeat(8000) } });
    await bob.connection.received('newConsumer');
    const alicesPeer = rooms.registry.get('room')!.peers.get('alice')!;
    const producer = alicesPeer.sending.producers.get(audio.id)!;
    await producer.pause();
    producer.close();
    alicesPeer.transports.get(alice.sendTransport!.id)!.close('server');
    rooms.registry.kick('room', 'alice', { appData: { why: 'spam' } });
    const additive = Object.entries<MethodEntry>(serverToClient).filter(([, entry]) => entry.additive === true);
    for (const { connection } of [alice, bob])
      for (const [method] of additive) expect(connection.allReceived(method)).toEqual([]);
    expect(bob.connection.allReceived('consumerClosed')).toEqual([{ consumerId: expect.any(String) }]);
    expect(bob.connection.allReceived('peerClosed')).toEqual([{ peerId: 'alice' }]);
    expect(await alice.connection.whenClosed()).toMatchObject({ code: 4000 });
  });

  it('measures no round trip to its clients', async () => {
    using rooms = open();
    const alice = await rooms.join('alice');
    const dtlsParameters = { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: 'AB:CD' }] };
    for (const { id: transportId } of [alice.sendTransport!, alice.recvTransport!])
      await alice.connection.sendRequest('connectWebRtcTransport', { transportId, dtlsParameters });
    expect(alice.connection.measurements).toHaveLength(0);
  });

  it.each(['closeConsumer', 'closeDataProducer', 'textMessage', 'leaveRoom', 'leaveCall', 'getRtcStatsUrl'])(
    'does not know %s',
    async (method) => {
      using rooms = open();
      const { connection } = await rooms.join('alice');
      await expect(
        connection.sendRequest(method, { consumerId: 'c', dataProducerId: 'd', text: 't' }),
      ).rejects.toMatchObject({
        code: 500,
        message: `unknown request.method "${method}"`,
      });
    },
  );

  it('supports leaveRoom with seedNames', async () => {
    using rooms = open({ seedNames: true });
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    await bob.connection.sendRequest('leaveRoom');
    expect(alice.connection.allReceived('peerLeft')).toEqual([{ peerId: 'bob' }]);
  });

  it.each([
    ['classic', 'notification'],
    ['notify', 'request'],
  ] as const)('%s: refuses the fields of a %s of the other variant', async (variant, kind) => {
    using rooms = open({ variant });
    const alice = await rooms.join('alice');
    const audio = await alice.produce('audio');
    const producer = rooms.registry.get('room')!.peers.get('alice')!.sending.producers.get(audio.id)!;
    const data = { producerId: audio.id };
    if (kind === 'request')
      await expect(alice.connection.sendRequest('pauseProducer', data)).rejects.toMatchObject({ code: 500 });
    else alice.connection.sendNotification('pauseProducer', data);
    await alice.sendMessage('getRouterRtpCapabilities', undefined);
    expect(producer.paused).toBe(false);
    expect(alice.connection.badNotifications).toEqual([]);
  });

  it('ignores unknown notifications', async () => {
    using rooms = open();
    const { connection } = await rooms.join('alice');
    connection.sendNotification('nonsense', {});
    expect(connection.badNotifications).toEqual([]);
  });

  it('keeps a consumer that the client refuses paused forever', async () => {
    using rooms = open();
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    bob.connection.answer = () => {
      throw new Error('no');
    };
    await alice.produce('audio');
    const { id } = await bob.connection.received<Offer>('newConsumer');
    await bob.sendMessage('getRouterRtpCapabilities', undefined);
    expect(rooms.registry.get('room')!.peers.get('bob')!.receiving.consumers.has(id)).toBe(true);
    expect([...bob.connection.allReceived('consumerClosed'), ...bob.connection.allReceived('consumerScore')]).toEqual(
      [],
    );
  });

  it('resumes a consumer that was paused before the client accepted', async () => {
    using rooms = open();
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    bob.connection.answer = (_, data) =>
      bob.connection.sendRequest('pauseConsumer', { consumerId: (data as Offer).id });
    await alice.produce('audio');
    const { id } = await bob.connection.received<Offer>('newConsumer');
    await bob.connection.received('consumerScore');
    expect(rooms.registry.get('room')!.peers.get('bob')!.receiving.consumers.get(id)?.paused).toBe(false);
  });

  it('ignores paused in produce', async () => {
    using rooms = open();
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    const { rtpParameters } = await alice.produce('audio');
    await alice.connection.sendRequest('produce', {
      transportId: alice.sendTransport!.id,
      kind: 'audio',
      rtpParameters: { ...rtpParameters, mid: 'x', encodings: [{ ssrc: 5 }] },
      paused: true,
    });
    const offers = [await bob.connection.received('newConsumer'), ...bob.connection.allReceived('newConsumer')];
    for (const offer of offers) expect(offer).toMatchObject({ producerPaused: false });
  });

  it('closes the old peer when another with the same ID connects, not when it joins', async () => {
    using rooms = open();
    await rooms.join('alice');
    const old = await rooms.join('bob');
    rooms.connect('bob');
    expect(await old.connection.whenClosed()).toMatchObject({ code: 4000 });
  });

  it.each([
    ['classic', [{ peerId: 'bob' }]],
    ['notify', []],
  ] as const)('%s: notifies the other peers of the replaced one: %j', async (variant, expected) => {
    using rooms = open({ variant });
    const alice = await rooms.join('alice');
    await rooms.join('bob');
    await rooms.join('bob');
    expect(alice.connection.allReceived('newPeer')).toHaveLength(2);
    expect(alice.connection.allReceived('peerClosed')).toEqual(expected);
  });

  it('sends peers with their address in the notify variant', async () => {
    using rooms = open({ variant: 'notify' });
    const alice = await rooms.join('alice');
    await rooms.join('bob');
    expect(await alice.connection.received('newPeer')).toMatchObject({
      peer: { peerId: 'bob', remoteAddress: '192.0.2.1' },
    });
  });

  it('refuses a malformed request with 500', async () => {
    using rooms = open();
    const { connection } = await rooms.join('alice');
    await expect(connection.sendRequest('pauseProducer', {})).rejects.toMatchObject({ code: 500 });
    await expect(connection.sendRequest('pauseProducer', { producerId: 'p' })).rejects.toMatchObject({
      code: 500,
      message: 'producer with id "p" not found',
    });
    await expect(connection.sendRequest('applyNetworkThrottle', {})).rejects.toMatchObject({ code: 403 });
  });
});
