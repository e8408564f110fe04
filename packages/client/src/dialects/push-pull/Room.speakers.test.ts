import { describe, expect, it } from 'vitest';
import { joinedPushPullWorld, user, type pushPullWorld } from '@tureen/testkit/scripted/pushPullWorld';
import { joinedTimers, pass } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected, whenRead } from '@tureen/testkit/scripted/waits';

type World = ReturnType<typeof pushPullWorld>;

/** Sets the level of each consumer, 0 to 1, and advances the clock until the room has noticed. */
async function hear({ media, clock }: World, levels: Readonly<Record<string, number>>) {
  for (const connection of media.session.connections) {
    for (const consumer of connection.consumers) {
      const entry = { type: 'inbound-rtp', audioLevel: levels[consumer.id] };
      consumer.stats = new Map([['in', entry]]);
    }
  }
  await pass(clock, 800);
}

describe('activeSpeaker', () => {
  it('names the loudest peer on each change, with the level in dBov', async () => {
    const world = await joinedPushPullWorld({}, ['b-audio', 'b-video']);
    const { server, said, room } = world;
    await whenRead(room, () => {
      server.notify('newUser', [user('carol', 'c-audio')]);
    });
    said.length = 0;
    await hear(world, { 'b-audio': 0.5, 'c-audio': 0.1 });
    await hear(world, { 'b-audio': 0.4, 'c-audio': 0.1 });
    await hear(world, { 'b-audio': 0.02, 'c-audio': 0.1 });
    await hear(world, { 'b-audio': 0.001 });
    await hear(world, {});
    expect(said).toEqual([
      'activeSpeaker bob isLocal=false -6',
      'activeSpeaker carol isLocal=false -20',
      'activeSpeaker isLocal=false',
    ]);
    await hear(world, { 'b-audio': 1 });
    expect(room.snapshot().activeSpeakerId).toBe('bob');
  });

  it('is emitted after a reconnect when the speaker has changed', async () => {
    const world = await joinedPushPullWorld({}, ['b-audio']);
    const { server, said, room, clock } = world;
    await hear(world, { 'b-audio': 0.5 });
    for (const [level, told] of [
      [0.5, []],
      [0, ['activeSpeaker isLocal=false']],
    ] as const) {
      server.refusal = new Error('no network');
      await whenDisconnected(room, () => {
        server.drop();
      });
      await hear(world, { 'b-audio': level });
      server.refusal = null;
      said.length = 0;
      const back = room.waitFor('reconnected');
      await pass(clock, 1000);
      await back;
      await hear(world, { 'b-audio': level });
      expect(said.filter((line) => line.startsWith('activeSpeaker'))).toEqual(told);
    }
  });

  it('never names a paused consumer or a peer that left', async () => {
    const world = await joinedPushPullWorld({}, ['b-audio']);
    const { room, said, server, clock } = world;
    await hear(world, { 'b-audio': 0.5 });
    await room.consumers.get('b-audio')!.pause();
    said.length = 0;
    await hear(world, { 'b-audio': 0.5 });
    expect(said).toEqual(['activeSpeaker isLocal=false']);
    await whenRead(room, () => {
      server.notify('userLeave', { userId: 'bob' });
    });
    await hear(world, {});
    // Without consumers there are no checks.
    expect(clock.pending).toBe(1 + joinedTimers);
    await room.leave();
    expect(clock.pending).toBe(0);
  });
});
