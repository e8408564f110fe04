import { describe, expect, it } from 'vitest';
import { openV2Rooms } from '../../testing/openV2Rooms.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { consumersOf, v2Names } from '../../testing/V2Client.ts';
import { emitOnPeer } from '../../rooms/emitOnPeer.ts';

const backend = useBackend();

interface V3Offer {
  readonly id: string;
  readonly peerId: string;
  readonly producerId: string;
  readonly type: string;
  readonly producerPaused: boolean;
  readonly appData: unknown;
}

describe.each(v2Names)('%s and mediasoup-v3 in one room', (dialect) => {
  it('announce each peer to the other', async () => {
    using rooms = openV2Rooms(backend());
    const v3 = await rooms.joinV3('v3');
    const alice = rooms.connect(dialect, 'alice');
    const answer = await alice.join({ appData: { displayName: 'Alice', x: 1 } });
    expect(answer.peers).toMatchObject([
      {
        name: 'v3',
        appData: { displayName: 'V3', device: { flag: 'test', name: 'Test', version: '1' } },
        dialect: 'mediasoup-v3',
      },
    ]);
    expect(await v3.connection.received('newPeer')).toMatchObject({
      id: 'alice',
      displayName: 'Alice',
      device: { flag: 'unknown', name: dialect, version: '' },
      appData: { displayName: 'Alice', x: 1 },
      dialect,
    });
    const late = rooms.connectV3('late');
    await late.loadDevice();
    await late.createTransport('recv');
    expect((await late.join({ displayName: 'Late', appData: { y: [2] } })).peers.map(({ id }) => id)).toEqual([
      'v3',
      'alice',
    ]);
    expect(await alice.received('newPeer')).toMatchObject({ name: 'late', appData: { displayName: 'Late', y: [2] } });
    late.connection.drop();
    expect(await alice.received('peerClosed')).toMatchObject({ name: 'late' });
    await alice.sendMessage('leave', { appData: 'bye' });
    expect(await v3.connection.received('peerClosed', ({ peerId }: { peerId: string }) => peerId === 'alice')).toEqual({
      peerId: 'alice',
      reason: 'left',
      appData: { value: 'bye' },
    });
  });

  it('receive what the other produces, until the producer closes', async () => {
    using rooms = openV2Rooms(backend());
    const [v3, alice] = [await rooms.joinV3('v3'), await rooms.join(dialect, 'alice')];
    // From mediasoup 2 to v3.
    const id = await alice.produce('audio', { appData: { source: 'mic' } });
    const offer = await v3.connection.received<V3Offer>('newConsumer');
    expect(offer).toMatchObject({ peerId: 'alice', kind: 'audio', appData: { source: 'mic', peerId: 'alice' } });
    await alice.sendMessage('pauseProducer', { id });
    await v3.connection.received('consumerPaused');
    await alice.sendMessage('resumeProducer', { id });
    await v3.connection.received('consumerResumed');
    await alice.sendMessage('closeTransport', { id: alice.send!.id });
    expect(await v3.connection.received('consumerClosed')).toMatchObject({ consumerId: offer.id });
    // From v3 to mediasoup 2.
    const producer = await v3.produce('audio', { appData: { source: 'microphone' } });
    const entry = await alice.received('newConsumer');
    expect(entry).toMatchObject({ peerName: 'v3', paused: false, appData: { source: 'microphone' } });
    await alice.enable(entry);
    await v3.sendMessage('pauseProducer', { producerId: producer.id });
    expect(await alice.received('consumerPaused')).toMatchObject({ id: entry.id, peerName: 'v3' });
    await v3.sendMessage('resumeProducer', { producerId: producer.id });
    await alice.received('consumerResumed');
    await v3.sendMessage('closeProducer', { producerId: producer.id });
    expect(await alice.received('consumerClosed')).toMatchObject({ id: entry.id, peerName: 'v3' });
    expect(rooms.logs.lines.filter(({ level }) => level >= 40)).toEqual([]);
  });

  it('refuse the second peer of one name', async () => {
    using rooms = openV2Rooms(backend());
    await rooms.joinV3('x');
    const refusal = { code: 409, message: expect.stringContaining('duplicated Peer') };
    await expect(rooms.connect(dialect, 'x').join()).rejects.toMatchObject(refusal);
    await rooms.join(dialect, 'y');
    await expect(rooms.joinV3('y')).rejects.toMatchObject(refusal);
    for (const other of v2Names) {
      if (other !== dialect) await expect(rooms.connect(other, 'y').join()).rejects.toMatchObject(refusal);
    }
  });

  it('receive new display names of each other', async () => {
    using rooms = openV2Rooms(backend());
    const [v3, alice] = [await rooms.joinV3('v3'), await rooms.join(dialect, 'alice')];
    await alice.connection.sendRequest('change-display-name', { displayName: 'Alice' });
    expect(await v3.connection.received('peerDisplayNameChanged')).toEqual({
      peerId: 'alice',
      displayName: 'Alice',
      oldDisplayName: 'alice',
    });
    await v3.sendMessage('changeDisplayName', { displayName: 'Drei' });
    expect(await alice.connection.received('display-name-changed')).toEqual({
      peerName: 'v3',
      displayName: 'Drei',
      oldDisplayName: 'V3',
    });
    const late = rooms.connect(dialect, 'late');
    const names = (await late.join()).peers.map(({ appData }) => (appData as { displayName: string }).displayName);
    expect(names).toEqual(['Drei', 'Alice']);
  });

  it('receive texts of each other, when they announced that they read texts', async () => {
    using rooms = openV2Rooms(backend());
    const v3 = await rooms.joinV3('v3');
    const alice = await rooms.join(dialect, 'alice', { extensions: ['textMessage'] });
    const stranger = await rooms.join(dialect, 'stranger');
    const other = await rooms.join(dialect, 'other', { extensions: ['closeConsumer'] });
    await v3.sendMessage('textMessage', { text: 'hello' });
    expect(await alice.received('textMessage')).toMatchObject({ peerName: 'v3', text: 'hello' });
    await alice.sendMessage('textMessage', { text: 'hi', peerName: 'v3' });
    expect(await v3.connection.received('textMessage')).toEqual({ peerId: 'alice', text: 'hi' });
    expect([...stranger.all('textMessage'), ...other.all('textMessage')]).toEqual([]);
  });

  it('receive the active speaker', async () => {
    using rooms = openV2Rooms(backend());
    const [, alice] = [await rooms.joinV3('v3'), await rooms.join(dialect, 'alice')];
    const { peers } = rooms.registry.get('room')!;
    emitOnPeer(peers.get('alice')!, 'activeSpeaker', { peer: peers.get('v3')! });
    emitOnPeer(peers.get('alice')!, 'activeSpeaker', { peer: null });
    await alice.connection.received('active-speaker', ({ peerName }: { peerName: string | null }) => peerName === null);
    expect(alice.connection.allReceived('active-speaker')).toEqual([{ peerName: 'v3' }, { peerName: null }]);
  });

  it.each(['simulcast', 'svc'] as const)('share %s video', async (type) => {
    using rooms = openV2Rooms(backend());
    const [v3, alice] = [await rooms.joinV3('v3'), await rooms.join(dialect, 'alice')];
    const encodings = type === 'svc' ? [{ scalabilityMode: 'L2T3' }] : [{ rid: 'r0' }, { rid: 'r1' }, { rid: 'r2' }];
    const codec = v3.device.recvRtpCapabilities.codecs?.find(({ mimeType }) => mimeType === 'video/VP9');
    await v3.produce('video', { encodings, ...(type === 'svc' && codec ? { codec } : {}) });
    const entry = await alice.received('newConsumer');
    const [consumer] = rooms.registry.get('room')!.peers.get('alice')!.receiving.consumers.values();
    if (consumer === undefined) {
      // The track is VP9, and the server does not know the capabilities of the alpha client.
      expect([dialect, type, entry.rtpParameters]).toMatchObject(['mediasoup-v2-alpha', 'svc', { codecs: [] }]);
      return;
    }
    await alice.enable(entry, { preferredProfile: 'low' });
    const best = type === 'svc' ? 1 : 2;
    expect(consumer.preferredLayers?.spatialLayer).toBe(dialect === 'mediasoup-v2' ? 0 : best);
    expect(JSON.stringify(entry.rtpParameters)).not.toMatch(/encodingId|profile"/);
  });

  it('share simulcast: simulcast of mediasoup 2 is simulcast in mediasoup-v3', async () => {
    using rooms = openV2Rooms(backend());
    const [v3, alice] = [await rooms.joinV3('v3'), await rooms.join(dialect, 'alice')];
    await alice.produce('video', { encodings: [{ rid: 'r0' }, { rid: 'r1' }, { rid: 'r2' }] });
    expect(await v3.connection.received<V3Offer>('newConsumer')).toMatchObject({ type: 'simulcast' });
  });
});

describe('the three dialects of mediasoup 2 in one room', () => {
  it('receive peers, media, leaves and appData of each other unchanged', async () => {
    using rooms = openV2Rooms(backend());
    const appData = { 'mediasoup-v2': null, 'mediasoup-v2-beta': [1], 'mediasoup-v2-alpha': 'text' };
    const clients = [];
    for (const name of v2Names) {
      const client = rooms.connect(name, name);
      const answer = await client.join({ appData: appData[name] });
      for (const other of clients) {
        expect(answer.peers.find((peer) => peer.name === other.peerName)?.appData).toEqual(appData[other.dialect]);
        expect(consumersOf(answer, other.peerName)).toHaveLength(1);
        for (const entry of consumersOf(answer, other.peerName)) await client.enable(entry);
      }
      await client.produce('audio');
      clients.push(client);
    }
    for (const client of clients) {
      for (const entry of client.all('newConsumer')) await client.enable(entry);
      expect(client.all('newPeer').map((payload) => payload.appData)).toEqual(
        v2Names.slice(v2Names.indexOf(client.dialect) + 1).map((name) => appData[name]),
      );
      expect(rooms.registry.get('room')!.peers.get(client.peerName)!.receiving.consumers.size).toBe(2);
    }
    clients[0]!.connection.drop();
    for (const client of clients.slice(1)) {
      expect(await client.received('peerClosed')).toMatchObject({ name: 'mediasoup-v2' });
      expect(client.all('consumerClosed')).toEqual([]);
    }
  });
});
