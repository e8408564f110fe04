import { describe, expect, it } from 'vitest';
import { reportConnections } from '../../testing/connectionState.ts';
import { offer } from '../../testing/offers.ts';
import { openPushPullRooms } from '../../testing/openPushPullRooms.ts';
import type { PushPullClient } from '../../testing/PushPullClient.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

const extensions = ['resumeToken', 'pushers', 'pusherClosed', 'pushDetails', 'pusherPaused'] as const;
const methodsTold = ({ connection: { arrivals } }: PushPullClient) =>
  arrivals.flatMap((arrival) => ('method' in arrival && arrival.kind === 'notification' ? arrival.method : []));

/** Opens a call: Bob pushes audio and video; Alice pushes audio and pulls both of his. */
async function inCall(settings: { reconnectGraceMs?: number } = {}) {
  const rooms = openPushPullRooms(backend(), settings);
  const bob = await rooms.join('bob', { extensions });
  const { pushers: bobs = [] } = await bob.push(offer('chromium-push-audio-video'));
  const alice = rooms.connect('alice');
  const { resumeToken } = await alice.join({ extensions });
  const { pushers: own = [] } = await alice.push(offer('chromium-push-audio'));
  const [sound, picture] = bobs.map(({ pusherId }) => pusherId) as [string, string];
  await alice.pull('bob', offer('chromium-pull-aligned'), [
    { type: 'audio', pusherId: sound },
    { type: 'video', pusherId: picture },
  ]);
  const peer = rooms.registry.get('room')!.peers.get('alice')!;
  bob.connection.arrivals.length = 0;
  return { rooms, alice, bob, peer, resumeToken: resumeToken!, mine: own[0]!.pusherId, sound, picture };
}

/** Resumes Alice on another connection. */
function resume(
  { rooms, resumeToken }: Pick<Awaited<ReturnType<typeof inCall>>, 'rooms' | 'resumeToken'>,
  producers: string[],
  consumers: string[],
) {
  const client = rooms.connect('alice');
  return { client, answer: client.join({ extensions, resumeToken, holds: { producers, consumers } }) };
}

describe('a user that can resume', () => {
  it('is kept without media too, for the grace period of the settings', async () => {
    const { rooms, alice, bob } = await inCall({ reconnectGraceMs: 5000 });
    using _ = rooms;
    alice.connection.drop();
    expect(await bob.connection.received('userDisconnect')).toEqual({ roomId: 'room', userId: 'alice' });
    rooms.clock.advance(4999);
    expect(methodsTold(bob)).toEqual(['userDisconnect']);
    rooms.clock.advance(1);
    expect(await bob.connection.received('userLeave')).toEqual({
      roomId: 'room',
      userId: 'alice',
      reason: 'disconnected',
    });
  });

  it('is not kept longer for requests that were pending when its connection dropped', async () => {
    const { rooms, alice, bob } = await inCall();
    using _ = rooms;
    const asked = Array.from({ length: 5 }, () => alice.sendRequest('heartbeat', {}));
    alice.connection.drop();
    await Promise.allSettled(asked);
    rooms.clock.advance(30_000);
    expect(await bob.connection.received('userLeave')).toMatchObject({ userId: 'alice', reason: 'disconnected' });
  });

  it('resumes the media that it still has unchanged; the others receive only the disconnect and the reconnect', async () => {
    const call = await inCall();
    const { rooms, alice, bob, peer, mine, sound, picture } = call;
    using _ = rooms;
    await alice.sendRequest('pausePush', { pusherIds: [mine] });
    await alice.sendRequest('pausePull', { pusherIds: [sound] });
    await bob.sendRequest('pausePush', { pusherIds: [picture] });
    const before = [...peer.receiving.consumers.keys()];
    alice.connection.drop();
    bob.connection.arrivals.length = 0;
    const { client, answer } = resume(call, [mine], [sound, picture]);
    const { resumed, resumeToken } = await answer;
    expect(resumed).toEqual({
      producers: [{ id: mine, paused: true }],
      consumers: [
        { id: sound, paused: true, producerPaused: false },
        { id: picture, paused: false, producerPaused: true },
      ],
    });
    expect(resumeToken).not.toBe(call.resumeToken);
    expect([...peer.receiving.consumers.keys()]).toEqual(before);
    expect(methodsTold(bob)).toEqual(['userReConnect']);
    await bob.sendRequest('resumePush', { pusherIds: [picture] });
    expect(await client.connection.received('pusherResumed')).toMatchObject({ pusherIds: [picture] });
    await client.sendRequest('resumePush', { pusherIds: [mine] });
    expect(peer.state).toBe('joined');
    expect(rooms.logs.messages()).toContain('resumed peer');
    expect(rooms.logs.messages().filter((text) => text.startsWith('peer closed'))).toEqual([]);
  });

  it('loses media that its client no longer has, and connections that carried nothing else', async () => {
    const call = await inCall();
    const { rooms, alice, bob, peer, mine, sound } = call;
    using _ = rooms;
    alice.connection.drop();
    bob.connection.arrivals.length = 0;
    const { answer } = resume(call, [], [sound, 'never there']);
    const { resumed, users } = await answer;
    expect(resumed).toEqual({ producers: [], consumers: [{ id: sound, paused: false, producerPaused: false }] });
    expect(users[0]?.pushers).toHaveLength(2);
    expect(await bob.connection.received('pusherClosed')).toMatchObject({ userId: 'alice', pusherIds: [mine] });
    expect(peer.transports.size).toBe(1);
  });

  it('finds closed media missing in the response', async () => {
    const call = await inCall();
    const { rooms, alice, bob, mine, sound, picture } = call;
    using _ = rooms;
    alice.connection.drop();
    await bob.sendRequest('unpush', { pusherIds: [picture] });
    const { resumed, users } = await resume(call, [mine], [sound, picture]).answer;
    expect(resumed?.consumers.map(({ id }) => id)).toEqual([sound]);
    expect(users[0]?.pushers.map(({ pusherId }) => pusherId)).toEqual([sound]);
  });

  it('resumes while the earlier connection still seems open', async () => {
    const call = await inCall();
    const { rooms, alice, bob, mine, sound, picture } = call;
    using _ = rooms;
    const { resumed } = await resume(call, [mine], [sound, picture]).answer;
    expect(resumed?.consumers).toHaveLength(2);
    expect(await alice.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'replaced' });
    expect(methodsTold(bob)).toEqual(['userDisconnect', 'userReConnect']);
  });

  it('has a push ended that was pending when its connection dropped', async () => {
    const call = await inCall();
    const { rooms, alice, peer, mine } = call;
    using _ = rooms;
    const pushing = alice.push(offer('chromium-push-video')).catch(() => undefined);
    alice.connection.drop();
    await resume(call, [mine], []).answer;
    await pushing;
    await rooms.connect('onlooker').join({ audience: true });
    expect([...peer.sending.producers.keys()]).toEqual([mine]);
    expect(peer.transports.size).toBe(1);
  });

  it.each(['used', 'wrong', 'of another user', 'of a user that left'] as const)(
    'does not resume with a token that is %s',
    async (which) => {
      const call = await inCall();
      const { rooms, alice, peer, mine } = call;
      using _ = rooms;
      const carol = rooms.connect('carol');
      const { resumeToken: carols } = await carol.join({ extensions });
      if (which === 'used') await resume(call, [mine], []).answer;
      else alice.connection.drop();
      if (which === 'of a user that left') rooms.registry.kick('room', 'alice');
      const resumeToken = {
        used: call.resumeToken,
        wrong: 'x',
        'of another user': carols!,
        'of a user that left': call.resumeToken,
      };
      const { client, answer } = resume({ rooms, resumeToken: resumeToken[which] }, [mine], []);
      await expect(answer).rejects.toMatchObject({ code: 410, message: 'nothing to resume' });
      if (which === 'used') return;
      // As after a plain join: the disconnected user is replaced.
      const { resumed } = await client.join({ extensions });
      expect(resumed).toBeUndefined();
      expect(peer.state).toBe('closed');
      await client.sendRequest('heartbeat', {});
    },
  );

  it('is not kept after its page closed, nor after its media ended with a DTLS close', async () => {
    for (const how of ['page', 'media']) {
      const { rooms, alice, bob, peer } = await inCall();
      using _ = rooms;
      reportConnections(peer, 'connected');
      if (how === 'page') alice.connection.drop(1001);
      else {
        alice.connection.drop();
        expect(peer.state).toBe('joined');
        reportConnections(peer, 'over');
      }
      await bob.connection.received('userLeave');
      expect(peer.state).toBe('closed');
    }
  });

  it('survives a network outage that also interrupts its media for a while', async () => {
    const call = await inCall();
    const { rooms, alice, peer, mine } = call;
    using _ = rooms;
    reportConnections(peer, 'connected');
    reportConnections(peer, 'lost');
    alice.connection.drop();
    rooms.clock.advance(10_000);
    expect(peer.state).toBe('joined');
    const { resumed } = await resume(call, [mine], []).answer;
    expect(resumed?.producers).toEqual([]);
  });

  it('receives no token when the server keeps no disconnected users', async () => {
    const rooms = openPushPullRooms(backend(), { reconnectGraceMs: 0 });
    using _ = rooms;
    const alice = rooms.connect('alice');
    const { resumeToken, extensions: served } = await alice.join({ extensions });
    expect(resumeToken).toBeUndefined();
    expect(served).not.toContain('resumeToken');
    expect(served).toContain('unpush');
    const bob = await rooms.join('bob');
    alice.connection.drop();
    await bob.connection.received('userLeave');
  });
});
