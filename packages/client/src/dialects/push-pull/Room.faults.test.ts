import { describe, expect, it } from 'vitest';
import { joinedPushPullWorld, pushPullWorld, user } from '@tureen/testkit/scripted/pushPullWorld';
import { fakeTrack, pass } from '@tureen/testkit/scripted/roomWorld';
import { whenRead } from '@tureen/testkit/scripted/waits';

type World = ReturnType<typeof pushPullWorld>;

const methods = [
  'join',
  'push',
  'pull',
  'pausePush',
  'resumePush',
  'pausePull',
  'resumePull',
  'unpush',
  'closeConsumer',
];

/** Runs a whole call. Continues with the next step after a failure. */
async function call({ room, users, clock }: World): Promise<void> {
  users.push(user('bob', 'b-audio', 'b-video'));
  const step = async (work: Promise<unknown>) => {
    const done = work.catch((error: unknown) => {
      expect(error).toMatchObject({ name: 'TureenError' });
    });
    // Lets time pass until nothing waits for the connection or a response.
    for (let times = 0; times < 6; times += 1) {
      await pass(clock, times < 3 ? 500 : 4000);
    }
    await done;
  };
  await step(room.join());
  await step(room.produce(fakeTrack('video')));
  const [producer] = room.producers.values();
  const consumer = room.consumers.get('b-video');
  if (producer) await step(producer.pause());
  if (producer) await step(producer.resume());
  if (consumer) await step(consumer.pause());
  if (consumer) await step(consumer.resume());
  await step(room.produce(fakeTrack('audio')));
  if (producer) await step(producer.close());
  if (consumer) await step(consumer.close());
}

async function expectNothingLeft({ room, media, clock }: World) {
  await room.leave();
  expect(media.counts).toEqual({ sessions: 0, pushes: 0, pulls: 0, producers: 0, consumers: 0, waiting: 0 });
  expect(clock.pending).toBe(0);
}

describe('a call', () => {
  it.each(methods)('continues when the connection drops at %s', async (method) => {
    const world = pushPullWorld({ heartbeatMs: 1_000_000, room: { requestTimeoutMs: 3000 } });
    const { server, room, said } = world;
    let isFirst = true;
    const answers: Record<string, object> = {
      join: { code: 0, users: world.users },
      push: { code: 0, sdp: 'v=0', pushers: [] },
      pull: { code: 0, sdp: 'v=0' },
    };
    server.on(method, () => {
      if (!isFirst) return answers[method] ?? {};
      isFirst = false;
      server.drop();
      return new Promise(() => {});
    });
    await call(world);
    expect(isFirst).toBe(false);
    // The app repeats the very first join.
    expect(room.state).toBe(method === 'join' ? 'failed' : 'joined');
    if (method !== 'join') {
      expect(said.filter((line) => line.startsWith('reconnected'))).toHaveLength(1);
      expect(room.producers.size).toBe(1);
      expect([...room.peers.keys()]).toEqual(['bob']);
    }
    await expectNothingLeft(world);
  });

  it.each(methods)('continues when %s gets no response', async (method) => {
    const world = pushPullWorld({ heartbeatMs: 1_000_000, room: { requestTimeoutMs: 3000 } });
    world.server.on(method, () => new Promise(() => {}));
    await call(world);
    expect(world.room.state).toBe(method === 'join' ? 'failed' : 'joined');
    await expectNothingLeft(world);
  });

  it('handles every message twice without a difference', async () => {
    const world = pushPullWorld({ heartbeatMs: 1_000_000 });
    const { server, room, said, media } = world;
    const joining = call(world);
    const { connection } = server;
    const { send } = connection;
    connection.send = (packet) => {
      send(packet);
      send(packet);
    };
    await joining;
    server.notify('newUser', [user('carol', 'c-audio')]);
    await whenRead(room, () => {
      server.notify('userLeave', { userId: 'carol' });
    });
    expect(said.filter((line) => line.startsWith('newPeer') || line.startsWith('peerClosed'))).toEqual([
      'newPeer bob existing=true',
      'newPeer carol existing=false',
      'peerClosed carol remote',
    ]);
    expect(room.consumers.size).toBe(1);
    expect(media.counts).toMatchObject({ pushes: 1, consumers: 1 });
    await expectNothingLeft(world);
  });

  it('continues when the server restarts, with the state that the server has then', async () => {
    const world = pushPullWorld({ heartbeatMs: 1_000_000 });
    const { server, room, clock, users, said } = world;
    await call(world);
    users.splice(0, 1, user('dave', 'd-video'));
    server.refusal = new Error('down');
    server.drop();
    for (let times = 0; times < 3; times += 1) {
      await pass(clock, 300);
    }
    server.refusal = null;
    for (let times = 0; times < 4; times += 1) {
      await pass(clock, 500);
    }
    expect(room.state).toBe('joined');
    expect([...room.peers.keys()]).toEqual(['dave']);
    expect([...room.consumers.keys()]).toEqual(['d-video']);
    expect(said).toContain('peerClosed bob notRestored');
    await expectNothingLeft(world);
  });
});

describe('a room in push-pull', () => {
  it('refuses an offer whose pull ended the connection five times in a row', async () => {
    const world = await joinedPushPullWorld({ room: { reconnectPolicy: () => 100 } }, []);
    const { server, said, room, clock } = world;
    let pulls = 0;
    server.on('pull', () => {
      pulls += 1;
      server.drop({ by: 'network', code: 1006 });
      return new Promise(() => {});
    });
    world.users.push(user('bob', 'bob-video'));
    server.notify('newPusher', user('bob', 'bob-video'));
    for (let times = 0; times < 100; times += 1) await pass(clock, 100);
    expect(pulls).toBe(5);
    expect(room.state).toBe('joined');
    expect(said.filter((line) => line.startsWith('requestFailed'))).toEqual([
      'requestFailed newConsumer error=mediaFailed',
    ]);
  });
});
