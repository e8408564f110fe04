import { chromium } from '@playwright/test';
import { type PeerHandle, expect, test } from './fixtures/test.ts';
import { permissionChromiumLaunch } from './launch.ts';

/** Ends a track like a device that is unplugged. Fake devices cannot be unplugged. */
const endTrack = (alice: PeerHandle, source: string) =>
  alice.page.evaluate((what) => {
    const { track } = window.peer.producer(what);
    track.stop();
    track.dispatchEvent(new Event('ended'));
  }, source);

const stateOf = (alice: PeerHandle, source: string) =>
  alice.page.evaluate((what) => {
    const { track, paused, loss, id } = window.peer.producer(what);
    return { state: track.readyState, label: track.label, paused, loss, id };
  }, source);

test('the call continues while devices are lost, replaced, blocked and allowed again', async ({ world }) => {
  const browser = await chromium.launch(permissionChromiumLaunch);
  const alice = await world.open('alice', { browser });
  const bob = await world.joinAs('bob');
  const context = alice.page.context();
  const grant = () => context.grantPermissions(['camera', 'microphone'], { origin: new URL(alice.page.url()).origin });
  const flows = async (source: string) => {
    const { frames, packets } = await bob.received('alice', source);
    await expect
      .poll(async () => {
        const now = await bob.received('alice', source);
        return source === 'camera' ? now.frames - frames : now.packets - packets;
      })
      .toBeGreaterThan(5);
  };

  await grant();
  await alice.page.evaluate(
    async (request) => {
      await window.peer.join(request);
      await Promise.all([window.peer.room.enableCamera({ preset: 'h180' }), window.peer.room.enableMicrophone()]);
    },
    { serverUrl: world.serverUrl, roomId: world.roomId, peerId: 'alice' },
  );
  await bob.hasConsumer('alice', 'camera');
  await bob.hasConsumer('alice', 'microphone');
  const { id } = await stateOf(alice, 'camera');

  await test.step('an ended track is captured again without effect on the receiver', async () => {
    await endTrack(alice, 'camera');
    await alice.sees({ event: 'producerDeviceChanged', source: 'camera', reason: 'trackEnded' });
    expect(await stateOf(alice, 'camera')).toMatchObject({ state: 'live', paused: false, loss: null, id });
    await flows('camera');
  });

  await test.step('the producer switches to a new default microphone', async () => {
    await alice.page.evaluate(async () => {
      const devices = await navigator.mediaDevices.enumerateDevices();
      const other = devices.filter(({ kind }) => kind === 'audioinput').at(-1)!;
      const asDefault = {
        ...other.toJSON(),
        deviceId: 'default',
        label: `Default - ${other.label}`,
      } as MediaDeviceInfo;
      navigator.mediaDevices.enumerateDevices = () =>
        Promise.resolve([asDefault, ...devices.filter(({ deviceId }) => deviceId !== 'default')]);
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    });
    await alice.sees({ event: 'producerDeviceChanged', source: 'microphone', reason: 'defaultChanged' });
    expect(await stateOf(alice, 'microphone')).toMatchObject({ state: 'live', label: 'Fake Audio Input 2' });
    await flows('microphone');
  });

  await test.step('the producer pauses without any camera, and resumes with the next', async () => {
    await alice.page.evaluate(() => {
      const devices = navigator.mediaDevices;
      const open = devices.getUserMedia.bind(devices);
      devices.getUserMedia = () => Promise.reject(new DOMException('none', 'NotFoundError'));
      Object.assign(window, {
        plugIn: () => {
          devices.getUserMedia = open;
          Reflect.deleteProperty(devices, 'enumerateDevices');
          devices.dispatchEvent(new Event('devicechange'));
        },
      });
    });
    await endTrack(alice, 'camera');
    await alice.sees({ event: 'producerPaused', source: 'camera', reason: 'deviceLost' });
    await bob.sees({ event: 'consumerPaused', peerId: 'alice', source: 'camera' });
    await alice.page.evaluate(() => {
      (window as unknown as { plugIn(): void }).plugIn();
    });
    await bob.sees({ event: 'consumerResumed', peerId: 'alice', source: 'camera' });
    await flows('camera');
  });

  await test.step('a withdrawn permission pauses both producers without a prompt', async () => {
    await context.clearPermissions();
    for (const source of ['camera', 'microphone']) {
      await alice.sees({ event: 'producerPaused', source, reason: 'permissionDenied' });
      await bob.sees({ event: 'consumerPaused', peerId: 'alice', source });
    }
    expect(await stateOf(alice, 'microphone')).toMatchObject({ state: 'ended', loss: 'permissionDenied' });
    const code = await alice.page.evaluate(() =>
      window.peer
        .producer('camera')
        .resume()
        .then(
          () => 'resumed',
          (error: { code: string }) => error.code,
        ),
    );
    expect(code).toBe('permissionDenied');
  });

  await test.step('both producers return through the same calls once allowed again', async () => {
    await grant();
    const same = await alice.page.evaluate(async () => {
      const { room } = window.peer;
      const before = window.peer.producer('camera');
      await window.peer.producer('microphone').resume();
      return (await room.enableCamera()) === before;
    });
    expect(same).toBe(true);
    await flows('camera');
    await flows('microphone');
    expect((await stateOf(alice, 'camera')).id).toBe(id);
  });
  expect(await bob.events()).not.toContainEqual(expect.objectContaining({ event: 'consumerClosed', peerId: 'alice' }));
  expect(await alice.events()).not.toContainEqual(expect.objectContaining({ event: 'requestFailed' }));
  await browser.close();
});
