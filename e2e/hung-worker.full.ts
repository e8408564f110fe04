import { expect, test } from './fixtures/test.ts';
import type { PeerHandle, World } from './fixtures/test.ts';

/*
 * A media worker that hangs (SIGSTOP), with the default times: suspect after 4 s, killed after 15 s. Decoded frames are the measure.
 */
test.use({ settings: { workers: 2 } });

interface Health {
  readonly status: string;
  readonly workers: readonly { readonly pid: number; readonly state: string; readonly rooms: number }[];
}

async function healthOf({ server }: World): Promise<Health> {
  return (await (await fetch(`${server.url}/health`)).json()) as Health;
}

/** Opens a call of two peers that see each other, and stops the worker of their room. */
async function openHungCall(world: World) {
  const peers = [await world.joinAs('alice'), await world.joinAs('bob')] as const;
  for (const peer of peers) await peer.publish('camera');
  await expectCall(peers);
  const worker = (await healthOf(world)).workers.find(({ rooms }) => rooms > 0);
  if (worker === undefined) throw new Error('no worker has a room');
  process.kill(worker.pid, 'SIGSTOP');
  await expect.poll(async () => (await healthOf(world)).status, { timeout: 30_000 }).toBe('degraded');
  return { peers, pid: worker.pid };
}

async function expectCall([alice, bob]: readonly [PeerHandle, PeerHandle]): Promise<void> {
  await alice.expectMovingPicture('bob');
  await bob.expectMovingPicture('alice');
}

const states = async (peer: PeerHandle) =>
  (await peer.events()).map(({ event }) => event).filter((event) => /^(reconnecting|reconnected|left)$/.test(event));

test('a call moves to another worker when its own hangs, and new rooms open there before', async ({ world }) => {
  const { peers, pid } = await openHungCall(world);
  const late = await world.joinAs('carol', { roomId: `${world.roomId}-late` });
  await late.publish('camera');
  expect(await states(late)).toEqual([]);

  for (const peer of peers) {
    await expect.poll(async () => (await states(peer)).at(-1), { timeout: 60_000 }).toBe('reconnected');
    // Any number of attempts is fine, but the server must not end the session.
    expect((await states(peer)).filter((state) => state !== 'reconnecting')).toEqual(['reconnected']);
  }
  await expectCall(peers);
  const { workers } = await healthOf(world);
  expect(workers.map((worker) => worker.pid)).not.toContain(pid);
});

test('a call stays on its worker when the worker responds again in time', async ({ world }) => {
  const { peers, pid } = await openHungCall(world);
  process.kill(pid, 'SIGCONT');
  await expect.poll(async () => (await healthOf(world)).status, { timeout: 30_000 }).toBe('ok');
  await expectCall(peers);
  for (const peer of peers) expect(await states(peer)).toEqual([]);
  expect((await healthOf(world)).workers.find(({ rooms }) => rooms > 0)?.pid).toBe(pid);
});
