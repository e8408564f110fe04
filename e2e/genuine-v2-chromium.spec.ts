import { reports } from './fixtures/genuineV2.ts';
import { expect, test } from './fixtures/test.ts';

const joinGenuine = { dialect: 'mediasoup-v2', path: '/pages/genuine-v2/' } as const;

test('mediasoup-client 2.4.11 and a mediasoup-v3 peer see and hear each other', async ({ world }) => {
  const tureen = await world.joinAs('tureen', { displayName: 'Tureen' });
  await tureen.publish('camera');
  await tureen.publish('microphone');
  const genuine = await world.joinAs('genuine', { ...joinGenuine, displayName: 'Genuine' });

  await test.step('the page runs the genuine client in this browser', async () => {
    expect(await genuine.page.evaluate(() => window.genuine.device)).toMatchObject({ flag: 'chrome' });
  });

  await test.step('the genuine client receives a peer that joined before', async () => {
    await genuine.expectMovingPicture('tureen');
    await genuine.expectSound('tureen');
  });

  await test.step('the other peer receives the genuine client', async () => {
    await genuine.publish('camera');
    await genuine.publish('microphone');
    await tureen.expectMovingPicture('genuine');
    await tureen.expectSound('genuine');
    expect(await tureen.page.evaluate(() => window.peer.room.peers.get('genuine')?.displayName)).toBe('Genuine');
    expect(await tureen.page.evaluate(() => window.peer.room.peers.get('genuine')?.dialect)).toBe('mediasoup-v2');
  });

  await test.step('pauses of the genuine client reach the other peer and stop the frames', async () => {
    await genuine.page.evaluate(() => {
      window.genuine.producer('camera').pause();
    });
    await tureen.sees({ event: 'consumerPaused', peerId: 'genuine', source: 'camera' });
    await genuine.page.evaluate(() => {
      window.genuine.producer('camera').resume();
    });
    await tureen.sees({ event: 'consumerResumed', peerId: 'genuine', source: 'camera' });
    await tureen.expectMovingPicture('genuine');
  });

  await test.step('pauses of the other peer reach the genuine client', async () => {
    await tureen.page.evaluate(() => window.peer.producer('camera').pause());
    await reports(genuine, { event: 'consumer pause', peerId: 'tureen', source: 'camera', by: 'remote' });
    await tureen.page.evaluate(() => window.peer.producer('camera').resume());
    await reports(genuine, { event: 'consumer resume', peerId: 'tureen', source: 'camera', by: 'remote' });
    await genuine.expectMovingPicture('tureen');
  });

  await test.step('the genuine client pauses and resumes a consumer', async () => {
    await genuine.page.evaluate(() => {
      window.genuine.consumer('tureen', 'camera').pause();
    });
    const { packets } = await genuine.received('tureen', 'camera');
    await genuine.page.evaluate(() => {
      window.genuine.consumer('tureen', 'camera').resume();
    });
    await expect.poll(async () => (await genuine.received('tureen', 'camera')).packets).toBeGreaterThan(packets);
    await genuine.expectMovingPicture('tureen');
  });

  await test.step('media continues after an ICE restart of both transports', async () => {
    const restarts = () =>
      genuine.page.evaluate(
        () => window.genuine.trace.filter(({ method }) => method === 'restartTransport answered').length,
      );
    await genuine.page.evaluate(() => {
      window.genuine.room.restartIce();
    });
    await expect.poll(restarts).toBe(2);
    await genuine.expectMovingPicture('tureen');
    await tureen.expectMovingPicture('genuine');
  });

  await test.step('a closed producer closes the consumer at the other end', async () => {
    await genuine.page.evaluate(() => {
      window.genuine.producer('camera').close();
    });
    await tureen.sees({ event: 'consumerClosed', peerId: 'genuine', source: 'camera' });
    await tureen.page.evaluate(() => window.peer.producer('camera').close());
    await reports(genuine, { event: 'consumer close', peerId: 'tureen', source: 'camera', by: 'remote' });
    await expect(genuine.page.getByTestId('tureen/camera')).toHaveCount(0);
  });

  await test.step('a new producer is received over the same transports', async () => {
    await tureen.publish('camera');
    await genuine.expectMovingPicture('tureen');
    await genuine.publish('camera');
    await tureen.expectMovingPicture('genuine');
    await tureen.expectSound('genuine');
  });

  await test.step('the server sent only messages of its protocol', async () => {
    const methods = await genuine.page.evaluate(() =>
      window.genuine.trace
        .filter(({ direction, kind }) => direction === 'in' && kind === 'notification')
        .map(({ method }) => method),
    );
    const known = /^(newConsumer|consumer(Closed|Paused|Resumed|EffectiveProfileChanged)|active-speaker)$/;
    expect(methods.filter((method) => !known.test(method))).toEqual([]);
  });

  await test.step('the genuine client leaves', async () => {
    await genuine.page.evaluate(() => window.genuine.leave());
    await tureen.sees({ event: 'peerClosed', peerId: 'genuine' });
    await reports(genuine, { event: 'close', by: 'local' });
  });
});

test('mediasoup-client 2.4.11 joins first, is received, is kicked, and rejoins', async ({ world }) => {
  const genuine = await world.joinAs('genuine', joinGenuine);
  await genuine.publish('camera', { paused: true });
  await genuine.publish('microphone');
  const tureen = await world.joinAs('tureen', { displayName: 'Tureen' });
  await reports(genuine, { event: 'newpeer', peerId: 'tureen' });
  await tureen.expectSound('genuine');
  await tureen.hasConsumer('genuine', 'camera');
  expect(await tureen.page.evaluate(() => window.peer.consumer('genuine', 'camera').remotePaused)).toBe(true);
  await genuine.page.evaluate(() => {
    window.genuine.producer('camera').resume();
  });
  await tureen.expectMovingPicture('genuine');
  await tureen.publish('camera', { simulcast: true });

  await test.step('profiles choose among the streams of a mediasoup-v3 producer', async () => {
    await genuine.expectMovingPicture('tureen');
    await genuine.page.evaluate(() => {
      window.genuine.consumer('tureen', 'camera').setPreferredProfile('low');
    });
    await reports(genuine, { event: 'effectiveprofilechange', peerId: 'tureen', source: 'camera', profile: 'low' });
    await expect.poll(async () => (await genuine.received('tureen', 'camera')).width).toBe(320);
  });

  await test.step('the genuine client is notified of the kick', async () => {
    await tureen.page.evaluate(() => window.peer.room.leave());
    await reports(genuine, { event: 'peer close', peerId: 'tureen', by: 'remote' });
    world.server.registry.kick(world.roomId, 'genuine');
    await reports(genuine, { event: 'close', by: 'remote' });
    await expect(genuine.page.getByTestId('state')).toHaveText('closed');
  });

  await test.step('a new page of the genuine client rejoins', async () => {
    const again = await world.joinAs('genuine', joinGenuine);
    await expect(again.page.getByTestId('state')).toHaveText('joined');
  });
});
