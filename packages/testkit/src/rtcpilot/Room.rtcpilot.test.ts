import { describe, expect, test } from 'vitest';

import { chromiumVideo, recordedOffer } from '@tureen/client/fixtures';
import { prepareOffer } from '@tureen/client/internals';
import { fakeTrack } from '../scripted/roomWorld.ts';
import { pilotWorld, type PilotWorld } from './pilotWorld.ts';
import { RawPilotClient } from './RawPilotClient.ts';

const methodsOf = ({ pilot }: PilotWorld, userId: string) =>
  pilot.received.filter(({ data }) => data.userId === userId).map(({ method }) => method);

/** Resolves when earlier notifications have arrived: the server responds to one client's requests in order. */
const settled = async ({ pilot }: PilotWorld) => {
  const probe = await RawPilotClient.connect(pilot.url);
  await probe.fence();
};

describe('Room that sends on RTCPilot', () => {
  test('pushes a single track, although the answer has a BUNDLE of two and the SSRCs of the offer', async () => {
    const world = await pilotWorld();
    // Debian's Firefox has no H264, so the offer has no video section.
    const alice = await world.join('alice', { browser: 'firefox' });
    const producer = await alice.room.produce(fakeTrack('audio'));
    expect(producer.closed).toBe(false);
    const [pc] = alice.connections;
    expect(pc?.remoteSdp).toContain('a=group:BUNDLE 0\r\n');
    expect(pc?.remoteSdp).not.toContain('a=ssrc');
    expect(pc?.remoteSdp.indexOf('a=ice-lite')).toBeLessThan(pc!.remoteSdp.indexOf('m='));
  });

  test('pushes an offer of Firefox, with the opus that RTCPilot knows', async () => {
    const world = await pilotWorld();
    const alice = await world.join('alice', { browser: 'firefox' });
    await alice.room.produce(fakeTrack('audio'));
    expect(world.pilot.crashedBy).toBeUndefined();
    expect(alice.connections[0]?.remoteSdp).toContain('m=audio 9 UDP/TLS/RTP/SAVPF 109\r\n');
  });

  test('rejects by name in a browser without H264, and sends no request', async () => {
    const world = await pilotWorld();
    const alice = await world.join('alice', { browser: 'firefox', video: chromiumVideo.slice(0, 1) });
    await expect(alice.room.produce(fakeTrack('video'))).rejects.toMatchObject({
      code: 'unsupportedCodec',
      message: expect.stringContaining('H264') as unknown,
    });
    expect(methodsOf(world, 'alice')).toEqual(['join']);
    await alice.room.produce(fakeTrack('audio'));
  });

  test('sends IDs as strings, both spellings of each pulled pusher, and no candidate', async () => {
    const world = await pilotWorld();
    const bob = await world.join('42');
    await bob.room.produce(fakeTrack('video'));
    const alice = await world.join('alice');
    await alice.until(/^newConsumer/);
    await settled(world);
    const [join] = world.pilot.received;
    expect(join?.data).toMatchObject({ userId: '42', roomId: 'r1', userName: '42' });
    const pull = world.pilot.received.find(({ method }) => method === 'pull');
    const specs = pull?.data.specs as { pusher_id: string; pusherId: string; type: string }[];
    expect(specs.map(({ type }) => type)).toEqual(['audio', 'video']);
    for (const spec of specs) expect(spec.pusherId).toBe(spec.pusher_id);
    for (const { data } of world.pilot.received) expect(JSON.stringify(data)).not.toContain('a=candidate');
  });

  test('uses the first of two responses to one request', async () => {
    const world = await pilotWorld();
    const alice = await world.join('alice', { heartbeatMs: 1_000_000 });
    // The server has removed alice. A push without a join gets two responses.
    world.clock.advance(60_000);
    await alice.room.produce(fakeTrack('audio'));
    await settled(world);
    expect(alice.room.state).toBe('joined');
    expect(alice.said.filter((line) => line.startsWith('requestFailed'))).toEqual([]);
  });

  test('pauses locally, as RTCPilot has no such request and would not respond', async () => {
    const world = await pilotWorld();
    const alice = await world.join('alice');
    const producer = await alice.room.produce(fakeTrack('audio'));
    expect(alice.room.capabilities.remotePause).toBe(false);
    await producer.pause();
    expect(alice.connections[0]?.transceivers[0]?.sender.track).toBeNull();
    await producer.resume();
    await producer.close();
    await settled(world);
    expect(methodsOf(world, 'alice')).toEqual(['join', 'push']);
  });

  test('leaves immediately with a notification that RTCPilot ignores; the others see the timeout', async () => {
    const world = await pilotWorld();
    const [alice, bob] = [await world.join('alice'), await world.join('bob')];
    await alice.until(/^newPeer bob/);
    await bob.room.leave();
    await alice.until(/^peerReconnecting bob/);
    expect(world.pilot.received.at(-1)).toMatchObject({ kind: 'notification', method: 'leave' });
    for (let elapsed = 0; elapsed < 66; elapsed += 11) {
      world.clock.advance(11_000);
      await settled(world);
    }
    await alice.until(/^peerClosed bob/);
    expect(alice.room.state).toBe('joined');
  });

  test('sends and receives texts', async () => {
    const world = await pilotWorld();
    const [alice, bob] = [await world.join('alice'), await world.join('bob')];
    await alice.until(/^newPeer bob/);
    await alice.room.sendText('hello');
    expect(await bob.until(/^textMessage alice/)).toBe('textMessage alice hello');
    await bob.room.sendText('and you');
    expect(await alice.until(/^textMessage bob/)).toBe('textMessage bob and you');
  });
});

describe('Room that receives on RTCPilot', () => {
  test('emits each track once for a list of all pushers that ever existed, in any order', async () => {
    const world = await pilotWorld();
    const [alice, bob] = [await world.join('alice'), await world.join('bob')];
    await bob.room.produce(fakeTrack('video'));
    await bob.room.produce(fakeTrack('audio'));
    await bob.room.produce(fakeTrack('video'));
    const first = await alice.until(/^newConsumer/);
    const second = await alice.until(/^newConsumer/, alice.said.indexOf(first) + 1);
    await alice.until(/^newConsumer/, alice.said.indexOf(second) + 1);
    await settled(world);
    expect(alice.said.filter((line) => line.startsWith('newConsumer'))).toHaveLength(3);
    // Audio and video over one connection, the second video over another.
    expect(world.pilot.received.filter(({ method }) => method === 'pull')).toHaveLength(2);
  });

  test('pulls audio and video separately that were pushed separately, as their numbers conflict', async () => {
    const world = await pilotWorld();
    const bob = await RawPilotClient.connect(world.pilot.url);
    await bob.join('bob');
    for (const name of ['chromium-push-h264', 'chromium-push-audio'] as const)
      await bob.push('bob', prepareOffer(recordedOffer(name)));
    const alice = await world.join('alice');
    await alice.until(/^newConsumer/);
    await settled(world);
    const pulls = world.pilot.received.filter(({ method }) => method === 'pull');
    expect(pulls.map(({ data }) => (data.specs as object[]).length)).toEqual([1, 1]);
    for (const { remoteSdp } of alice.connections) expect(remoteSdp).toContain('a=group:BUNDLE 0\r\n');
    // Packets have the mid of the publisher's connection, which is not valid here.
    for (const { localSdp } of alice.connections) expect(localSdp).not.toContain('sdes:mid');
  });

  test('reports a failed pull of an ended pusher, for which RTCPilot responds with success, and continues', async () => {
    for (const kind of ['video', 'audio'] as const) {
      const world = await pilotWorld();
      const bob = await world.join('bob');
      await bob.room.produce(fakeTrack(kind));
      world.pilot.endPushes();
      const alice = await world.join('alice');
      await alice.until(/^requestFailed .*badResponse/);
      expect(alice.connections.at(-1)?.calls.at(-1)).toBe('close');
      await bob.room.produce(fakeTrack(kind));
      await alice.until(/^newConsumer/);
      expect(alice.room.state).toBe('joined');
    }
  });

  test('pulls in Firefox the payload types of Chromium, which arrive as they were sent', async () => {
    const world = await pilotWorld();
    const bob = await world.join('bob');
    await bob.room.produce(fakeTrack('audio'));
    const alice = await world.join('alice', { browser: 'firefox' });
    await alice.until(/^newConsumer/);
    await settled(world);
    const pull = world.pilot.received.find(({ method }) => method === 'pull');
    expect((pull?.data.sdp as { sdp: string }).sdp).toContain('m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n');
    expect(alice.connections.at(-1)?.localSdp).toContain('a=rtpmap:111 opus');
  });
});

describe('Reconnect to RTCPilot', () => {
  test('uses a fresh ID, as RTCPilot does not notify a user that joins again, and the others see a leave and a join', async () => {
    const world = await pilotWorld();
    const [alice, bob] = [await world.join('alice'), await world.join('bob')];
    await alice.until(/^newPeer bob/);
    world.pilot.cut();
    await Promise.all([alice.until(/^reconnecting/), bob.until(/^reconnecting/)]);
    world.clock.advance(100);
    await Promise.all([alice.until(/^reconnected/), bob.until(/^reconnected/)]);
    const ids = new Set(world.pilot.received.filter(({ method }) => method === 'join').map(({ data }) => data.userId));
    expect(ids).toEqual(new Set(['alice', 'bob', 'alice~2', 'bob~2']));
    expect([alice.room.peerId, alice.room.peers.has('alice')]).toEqual(['alice', false]);
    const since = bob.said.length;
    await alice.room.sendText('back');
    await bob.until(/^textMessage alice~2 back/, since);
  });

  test('is possible under the same ID, without notifications', async () => {
    const world = await pilotWorld();
    const alice = await world.join('alice', { reconnect: 'resume' });
    world.pilot.cut();
    await alice.until(/^reconnecting/);
    world.clock.advance(100);
    await alice.until(/^reconnected/);
    const since = alice.said.length;
    const bob = await world.join('bob');
    await bob.room.sendText('do you hear me');
    await settled(world);
    expect(alice.said.slice(since)).toEqual([]);
  });

  test('follows a refused heartbeat', async () => {
    const world = await pilotWorld();
    const alice = await world.join('alice', { heartbeatMs: 50_000 });
    world.clock.advance(50_000);
    await alice.until(/^reconnecting .*forgotten/);
    world.clock.advance(100);
    await alice.until(/^reconnected/);
    expect(methodsOf(world, 'alice~2')[0]).toBe('join');
  });

  test('does not follow for a user that sends heartbeats', async () => {
    const world = await pilotWorld();
    const alice = await world.join('alice');
    for (let beat = 0; beat < 12; beat += 1) {
      world.clock.advance(10_000);
      await settled(world);
    }
    expect(methodsOf(world, 'alice').filter((method) => method === 'heartbeat')).toHaveLength(12);
    expect(alice.said.some((line) => line.startsWith('reconnecting'))).toBe(false);
  });
});
