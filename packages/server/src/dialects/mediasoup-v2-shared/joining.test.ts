import { EXTENSIONS } from '@tureen/protocol/mediasoup-v2-shared';
import { describe, expect, it } from 'vitest';
import { openV2Rooms } from '../../testing/openV2Rooms.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { consumersOf, v2Names } from '../../testing/V2Client.ts';

const backend = useBackend();

describe.each(v2Names)('join by %s', (dialect) => {
  it('returns the peers and their producers, and announces none of them again', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice', { appData: { displayName: 'Alice' } });
    await alice.produce('audio');
    await alice.produce('video');
    const bob = rooms.connect(dialect, 'bob');
    const answer = await bob.join();
    expect(answer.peers).toMatchObject([{ name: 'alice', appData: { displayName: 'Alice' }, dialect }]);
    const entries = consumersOf(answer, 'alice');
    expect(entries.map(({ kind }) => kind)).toEqual(['audio', 'video']);
    for (const { id, peerName, paused, rtpParameters } of entries) {
      expect(id).toBeGreaterThanOrEqual(10_000_000);
      expect(id).toBeLessThanOrEqual(99_999_999);
      expect({ peerName, paused }).toEqual({ peerName: 'alice', paused: false });
      expect(rtpParameters).not.toHaveProperty('muxId');
      expect(rtpParameters.headerExtensions.map(({ uri }) => uri)).not.toContain('urn:ietf:params:rtp-hdrext:sdes:mid');
      expect(rtpParameters.codecs[0]?.name).toMatch(/^(opus|VP8)$/);
    }
    expect(bob.payloads).toEqual([]);
    for (const entry of entries) await bob.enable(entry);
    expect(rooms.logs.lines.filter(({ level }) => level >= 40)).toEqual([]);
  });

  it('announces the peer to the others, without consumers, before the response', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice');
    await alice.produce('audio');
    const bob = rooms.connect(dialect, 'bob');
    const order: string[] = [];
    await Promise.all([
      alice.received('newPeer').then(() => order.push('newPeer')),
      bob.join({ appData: [1, 'b'] }).then(() => order.push('answer')),
    ]);
    expect(order).toEqual(['newPeer', 'answer']);
    const list = dialect === 'mediasoup-v2-alpha' ? { senders: [] } : { consumers: [] };
    expect(alice.all('newPeer')).toEqual([
      {
        method: 'newPeer',
        ...(dialect === 'mediasoup-v2' ? { target: 'peer' } : {}),
        notification: true,
        name: 'bob',
        ...list,
        appData: [1, 'b'],
        dialect,
      },
    ]);
  });

  it('returns or announces all peers once each when several join at once', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice');
    await alice.createTransport('send');
    const clients = ['bob', 'carol', 'dave'].map((name) => rooms.connect(dialect, name));
    const [answers] = await Promise.all([
      Promise.all(clients.map((client) => client.join())),
      alice.produce('audio'),
      alice.produce('video'),
    ]);
    for (const [index, client] of clients.entries()) {
      const atJoin = consumersOf(answers[index]!, 'alice').map(({ kind }) => kind as string);
      // Producers that are not in the response were or will be announced.
      while (atJoin.length + client.all('newConsumer').length < 2) await client.next('newConsumer');
      const kinds = [...atJoin, ...client.all('newConsumer').map(({ kind }) => kind)];
      expect(kinds.sort()).toEqual(['audio', 'video']);
      const names = [...answers[index]!.peers, ...client.all('newPeer')].map(({ name }) => name);
      expect(names.sort()).toEqual(['alice', 'bob', 'carol', 'dave'].filter((name) => name !== client.peerName));
    }
  });

  it('returns the extensions of the server', async () => {
    using rooms = openV2Rooms(backend());
    const answer = await rooms.connect(dialect, 'alice').join();
    expect(answer.extensions).toEqual(EXTENSIONS);
    expect(answer).not.toHaveProperty('resumeToken');
  });

  it('is refused for the name of a peer of the same dialect, and may be repeated', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice');
    const other = rooms.connect(dialect, 'alice');
    await expect(other.join()).rejects.toMatchObject({ code: 409, message: 'duplicated Peer [peerName:"alice"]' });
    expect(alice.connection.closed).toBe(false);
    alice.connection.drop();
    await other.join();
    expect(rooms.registry.list()[0]?.peers).toMatchObject([{ id: 'alice', transports: [{}] }]);
  });

  it('is refused the second time', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice');
    await expect(alice.join()).rejects.toMatchObject({ code: 500, message: 'already have a mediasoup Peer' });
    await alice.createTransport('send');
  });

  it('is required before every other request', async () => {
    using rooms = openV2Rooms(backend());
    const alice = rooms.connect(dialect, 'alice');
    const { connection } = alice;
    for (const [word, data] of [
      ['createTransport', { id: 1, direction: 'send', options: {} }],
      ['enableConsumer', { id: 1, transportId: 1, rtpSettings: { useRtx: true } }],
    ] as const) {
      await expect(alice.sendMessage(word, data)).rejects.toMatchObject({ code: 400, message: 'no mediasoup Peer' });
    }
    await expect(connection.sendRequest('change-display-name', { displayName: 'A' })).rejects.toMatchObject({
      message: 'no mediasoup Peer',
    });
    await alice.join();
  });

  it('has a deadline', async () => {
    using rooms = openV2Rooms(backend(), { joinTimeoutMs: 5000 });
    const [alice, bob] = [rooms.connect(dialect, 'alice'), await rooms.join(dialect, 'bob')];
    rooms.clock.advance(5000);
    expect(await alice.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'joinTimeout' });
    expect(bob.connection.closed).toBe(false);
    expect(bob.payloads).toEqual([]);
  });

  it('is refused with the names of capabilities that no client can have', async () => {
    using rooms = openV2Rooms(backend());
    const alice = rooms.connect(dialect, 'alice');
    const rtpCapabilities = {
      codecs: [{ kind: 'audio', mimeType: 'nonsense', preferredPayloadType: 1, clockRate: 1 }],
    };
    await expect(alice.sendMessage('join', { peerName: 'alice', rtpCapabilities })).rejects.toMatchObject({
      code: 400,
      message: expect.stringMatching(/^rtpCapabilities/),
    });
    await alice.join();
  });

  it('is refused for a full room, and for a URL without the room or the name', async () => {
    using rooms = openV2Rooms(backend(), { limits: { maxPeersPerRoom: 1 } });
    await rooms.join(dialect, 'alice');
    const bob = rooms.connect(dialect, 'bob');
    await expect(bob.join()).rejects.toThrow();
    expect(await bob.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'roomFull: the room is full' });
    const line = rooms.logs.lines.find(({ msg }) => msg === 'refused to admit the client');
    expect(line).toMatchObject({ level: 30, reason: 'roomFull' });
    expect(line).not.toHaveProperty('err');
    const unnamed = rooms.connect(dialect, ' ');
    expect(await unnamed.connection.whenClosed()).toMatchObject({
      reason: expect.stringMatching(/^badRequest: peerName: /),
    });
    const nowhere = rooms.connect(dialect, 'bob', '');
    expect(await nowhere.connection.whenClosed()).toMatchObject({ reason: 'badRequest: roomId: Required' });
  });

  it('leaves nothing behind when the connection closes during the join', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join(dialect, 'alice');
    const bob = rooms.connect(dialect, 'bob');
    const joining = bob.join();
    bob.connection.drop();
    await expect(joining).rejects.toThrow();
    await alice.createTransport('send');
    expect(rooms.registry.list()[0]?.peers.map(({ id }) => id)).toEqual(['alice']);
    expect(rooms.logs.lines.filter(({ level }) => level >= 40)).toEqual([]);
  });
});

describe('join', () => {
  it('is refused under a name that differs from that of the URL', async () => {
    using rooms = openV2Rooms(backend());
    const alice = rooms.connect('mediasoup-v2', 'alice');
    await expect(
      alice.sendMessage('join', { peerName: 'bob', rtpCapabilities: { codecs: [], headerExtensions: [] } }),
    ).rejects.toMatchObject({ code: 403 });
    await alice.join();
  });

  it('hides a spy, which receives media and may not send any', async () => {
    using rooms = openV2Rooms(backend());
    const alice = await rooms.join('mediasoup-v2', 'alice');
    const spy = rooms.connect('mediasoup-v2', 'spy');
    await spy.join({ spy: true });
    const late = rooms.connect('mediasoup-v2', 'late');
    expect((await late.join()).peers.map(({ name }) => name)).toEqual(['alice']);
    await alice.produce('audio');
    await spy.enable(await spy.received('newConsumer'));
    await expect(spy.produce('audio')).rejects.toMatchObject({
      code: 403,
      message: 'spy peers cannot create producers',
    });
    spy.connection.drop();
    expect(alice.all('newPeer').map(({ name }) => name)).toEqual(['late']);
    expect(alice.all('peerClosed')).toEqual([]);
  });

  it('of mediasoup-v2-alpha assumes the codecs of all browsers, unless the client names its own', async () => {
    using rooms = openV2Rooms(backend());
    const bob = await rooms.join('mediasoup-v2', 'bob');
    await bob.createTransport('send');
    await bob.sendMessage('createProducer', {
      id: 1,
      kind: 'video',
      transportId: bob.send!.id,
      rtpParameters: {
        muxId: 'h',
        codecs: [
          {
            name: 'H264',
            mimeType: 'video/H264',
            payloadType: 100,
            clockRate: 90_000,
            parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
          },
        ],
        headerExtensions: [],
        encodings: [{ ssrc: 700_001 }],
        rtcp: { cname: 'x', reducedSize: true },
      },
    });
    const alpha = rooms.connect('mediasoup-v2-alpha', 'alpha');
    expect(consumersOf(await alpha.join(), 'bob')).toMatchObject([
      { kind: 'video', rtpParameters: { codecs: [], encodings: [] } },
    ]);
    const router = rooms.registry.get('room')!.rtpCapabilities;
    const able = rooms.connect('mediasoup-v2-alpha', 'able');
    expect(consumersOf(await able.join({ rtpCapabilities: router }), 'bob')).toMatchObject([
      { kind: 'video', rtpParameters: { codecs: [{ mimeType: 'video/H264' }, { mimeType: 'video/rtx' }] } },
    ]);
  });

  it('is preceded by queryRoom, which returns the capabilities of the room as mediasoup 2 did', async () => {
    using rooms = openV2Rooms(backend());
    const answer = (await rooms.connect('mediasoup-v2', 'alice').sendMessage('queryRoom')) as {
      rtpCapabilities: { codecs: { name: string; mimeType: string }[]; fecMechanisms: unknown[] };
    };
    expect(answer).toMatchObject({ mandatoryCodecPayloadTypes: [], rtpCapabilities: { fecMechanisms: [] } });
    for (const { name, mimeType } of answer.rtpCapabilities.codecs) expect(mimeType).toMatch(new RegExp(`/${name}$`));
  });
});
