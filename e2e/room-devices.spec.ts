import { expect, test } from './fixtures/test.ts';

test('camera and microphone are captured, sent, switched and stopped', async ({ world, browserName }) => {
  const alice = await world.joinAs('alice');
  const sent = await alice.page.evaluate(async () => {
    const { room } = window.peer;
    const [camera, again, microphone] = await Promise.all([
      room.enableCamera({ preset: 'h360' }),
      room.enableCamera(),
      room.enableMicrophone(),
    ]);
    return {
      same: camera === again,
      ownership: camera.ownership,
      sources: [camera.source, microphone.source],
      size: room.producers.size,
    };
  });
  expect(sent).toEqual({ same: true, ownership: 'owned', sources: ['camera', 'microphone'], size: 2 });

  const bob = await world.joinAs('bob');
  await bob.hasConsumer('alice', 'camera');
  await bob.hasConsumer('alice', 'microphone');
  await expect.poll(async () => (await bob.received('alice', 'camera')).frames).toBeGreaterThan(5);
  await expect.poll(async () => (await bob.received('alice', 'microphone')).packets).toBeGreaterThan(10);

  await test.step('enableCamera() resumes a paused camera', async () => {
    await alice.page.evaluate(() => window.peer.producer('camera').pause());
    await bob.sees({ event: 'consumerPaused', peerId: 'alice', source: 'camera' });
    await alice.page.evaluate(async () => {
      await window.peer.room.enableCamera();
    });
    await bob.sees({ event: 'consumerResumed', peerId: 'alice', source: 'camera' });
  });

  await test.step('switching the device has no effect on the receiver', async () => {
    // Firefox lists devices only to a visible page.
    await alice.page.bringToFront();
    const before = (await bob.received('alice', 'camera')).frames;
    const switched = await alice.page.evaluate(async () => {
      const { room } = window.peer;
      const cameras = await room.devices.list('camera');
      const producer = window.peer.producer('camera');
      const [old, id] = [producer.track, producer.id];
      await room.switchDevice('camera', cameras.at(-1)!.deviceId);
      return {
        cameras: cameras.length,
        oldState: old.readyState,
        sameProducer: producer.id === id,
        newState: producer.track.readyState,
      };
    });
    expect(switched).toMatchObject({ oldState: 'ended', sameProducer: true, newState: 'live' });
    expect(switched.cameras).toBeGreaterThanOrEqual(browserName === 'chromium' ? 3 : 1);
    await expect.poll(async () => (await bob.received('alice', 'camera')).frames).toBeGreaterThan(before + 5);
    expect(await bob.events()).not.toContainEqual(
      expect.objectContaining({ event: 'consumerClosed', peerId: 'alice' }),
    );
  });

  await test.step('a missing device rejects, and the old device keeps sending', async () => {
    const code = await alice.page.evaluate(() =>
      window.peer.room.switchDevice('camera', 'no such camera').then(
        () => 'switched',
        (error: { code: string }) => error.code,
      ),
    );
    expect(code).toBe('deviceNotFound');
    expect(await alice.page.evaluate(() => window.peer.producer('camera').track.readyState)).toBe('live');
  });

  await test.step('leaving stops the captured tracks', async () => {
    const states = await alice.page.evaluate(async () => {
      const tracks = [...window.peer.room.producers.values()].map(({ track }) => track);
      await window.peer.room.leave();
      return tracks.map(({ readyState }) => readyState);
    });
    expect(states).toEqual(['ended', 'ended']);
  });
});
