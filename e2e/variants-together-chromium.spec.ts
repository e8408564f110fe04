import { expect, test } from './fixtures/test.ts';

test('clients of both generations of the demo see and hear each other on one server', async ({ world }) => {
  const classic = await world.joinAs('classic', { variant: 'classic' });
  await classic.publish('camera');
  await classic.publish('microphone');
  const notify = await world.joinAs('notify', { variant: 'notify' });
  await notify.publish('screen');
  await notify.publish('microphone');
  await Promise.all([
    classic.expectMovingPicture('notify', 'screen'),
    notify.expectMovingPicture('classic', 'camera'),
    classic.expectSound('notify'),
    notify.expectSound('classic'),
  ]);

  await classic.page.evaluate(() => window.peer.producer('camera').pause());
  await notify.sees({ event: 'consumerPaused', peerId: 'classic', source: 'camera' });
  await notify.page.evaluate(() => window.peer.producer('screen').pause());
  await classic.sees({ event: 'consumerPaused', peerId: 'notify', source: 'screen' });

  // Each client receives the messages of its own generation, and the version once.
  const told = ({ page }: typeof classic) =>
    page.evaluate(() => window.peer.trace.filter(({ direction }) => direction === 'in').map(({ method }) => method));
  const [toClassic, toNotify] = [await told(classic), await told(notify)];
  expect(toClassic.filter((method) => method.startsWith('mediasoup'))).toEqual(['mediasoup-version']);
  expect(toNotify.filter((method) => method.startsWith('mediasoup'))).toEqual(['mediasoupVersion']);
  expect(toClassic).not.toContain('speakingPeers');
  expect(toNotify).not.toContain('downlinkBwe');

  await notify.page.evaluate(() => window.peer.room.leave());
  await classic.sees({ event: 'peerClosed', peerId: 'notify' });
});
