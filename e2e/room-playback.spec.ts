import { type PeerHandle, type World, expect, test } from './fixtures/test.ts';

/** Opens a call in which alice plays bob's media, each source in its own element. */
async function openCall(world: World, ...sources: ('camera' | 'microphone')[]) {
  const [alice, bob] = [await world.joinAs('alice'), await world.joinAs('bob')];
  for (const source of sources) {
    await bob.publish(source);
    await expect(alice.page.getByTestId(`bob/${source}`)).toHaveAttribute('data-playing', 'yes');
  }
  return { alice, bob };
}

const isPlaying = ({ page }: PeerHandle, source: string) =>
  page.getByTestId(`bob/${source}`).evaluate((element: HTMLMediaElement) => !element.paused);

const expectPlaying = (peer: PeerHandle, source: string) =>
  expect.poll(() => isPlaying(peer, source), { message: `the ${source} plays` }).toBe(true);

/** Removes an element from the page, and waits until the browser has paused it. */
const takeOut = ({ page }: PeerHandle, source: string) =>
  page.getByTestId(`bob/${source}`).evaluate(async (element: HTMLMediaElement) => {
    const paused = new Promise((resolve) => element.addEventListener('pause', resolve, { once: true }));
    Object.assign(window, { tile: element });
    element.remove();
    await paused;
  });

/** Returns the element: to the page, to a shadow root in the page, or with a new parent. */
const putBack = ({ page }: PeerHandle, where: 'page' | 'parent' | 'shadow') =>
  page.evaluate((how) => {
    const { tile } = window as unknown as { tile: HTMLMediaElement };
    const parent = document.createElement('section');
    if (how === 'shadow') parent.attachShadow({ mode: 'open' }).append(tile);
    else if (how === 'parent') parent.append(tile);
    if (how === 'page') document.body.append(tile);
    else document.body.append(parent);
  }, where);

test('an element that leaves the page plays again when it returns', async ({ world }) => {
  const { alice } = await openCall(world, 'camera', 'microphone');
  for (const source of ['camera', 'microphone'])
    for (const where of ['shadow', 'parent', 'page'] as const)
      await test.step(`${source}, returned in a ${where}`, async () => {
        await takeOut(alice, source);
        await putBack(alice, where);
        await expectPlaying(alice, source);
      });
  await alice.expectMovingPicture('bob');
  await alice.expectSound('bob');
  expect((await alice.events()).filter(({ event }) => event === 'playbackPaused')).toEqual([]);

  await test.step('after attach() in a place that the room does not observe', async () => {
    await takeOut(alice, 'camera');
    await alice.page.evaluate(() => {
      const frame = document.body.appendChild(document.createElement('iframe'));
      const { tile } = window as unknown as { tile: HTMLMediaElement };
      frame.contentDocument!.body.append(tile);
      window.peer.consumer('bob', 'camera').attach(tile);
    });
    await expect
      .poll(() => alice.page.evaluate(() => !(window as unknown as { tile: HTMLMediaElement }).tile.paused))
      .toBe(true);
  });
});

test('a room reports an element that is paused from outside, and startPlayback() plays it', async ({ world }) => {
  const { alice } = await openCall(world, 'camera', 'microphone');
  for (const source of ['camera', 'microphone']) {
    await alice.page.getByTestId(`bob/${source}`).evaluate((element: HTMLMediaElement) => {
      element.pause();
    });
    await alice.sees({ event: 'playbackPaused', peerId: 'bob', source });
    expect(await isPlaying(alice, source)).toBe(false);
  }
  await alice.page.evaluate(() => window.peer.room.startPlayback());
  for (const source of ['camera', 'microphone']) await expectPlaying(alice, source);

  await test.step('an element plays automatically after a reload', async () => {
    await alice.page.getByTestId('bob/camera').evaluate((element: HTMLMediaElement) => {
      element.load();
    });
    await expectPlaying(alice, 'camera');
  });

  await test.step('an element plays after it leaves picture-in-picture paused', async () => {
    await alice.page.getByTestId('bob/camera').evaluate(async (element: HTMLMediaElement) => {
      const paused = new Promise((resolve) => element.addEventListener('pause', resolve, { once: true }));
      element.pause();
      await paused;
      element.dispatchEvent(new Event('leavepictureinpicture'));
    });
    await expectPlaying(alice, 'camera');
  });

  await test.step('an element with a stream of the app is not changed before attach()', async () => {
    const tile = alice.page.getByTestId('bob/camera');
    const isOwn = await tile.evaluate(async (element: HTMLMediaElement) => {
      const own = new MediaStream();
      element.srcObject = own;
      await window.peer.room.startPlayback();
      return element.srcObject === own;
    });
    expect(isOwn).toBe(true);
    await tile.evaluate((element: HTMLMediaElement) => {
      window.peer.consumer('bob', 'camera').attach(element);
    });
    await alice.expectMovingPicture('bob');
  });
});

test('an element shows the consumer attached last, and the earlier one after detach()', async ({ world }) => {
  const { alice, bob } = await openCall(world, 'camera');
  await bob.publish('screen');
  await alice.hasConsumer('bob', 'screen');
  const shown = () =>
    alice.page.getByTestId('bob/camera').evaluate((element: HTMLVideoElement) => {
      const [track, ...others] = (element.srcObject as MediaStream).getVideoTracks();
      const source = ['camera', 'screen'].find((name) => window.peer.consumer('bob', name).track === track);
      return `${source} ${others.length}`;
    });
  const withScreen = (how: 'attach' | 'detach') =>
    alice.page.getByTestId('bob/camera').evaluate(async (element: HTMLVideoElement, call) => {
      window.peer.consumer('bob', 'screen')[call](element);
      // Waits for a frame of the other picture.
      await new Promise((resolve) => element.requestVideoFrameCallback(resolve));
      await new Promise((resolve) => element.requestVideoFrameCallback(resolve));
    }, how);
  expect(await shown()).toBe('camera 0');
  await withScreen('attach');
  expect(await shown()).toBe('screen 0');
  await withScreen('detach');
  expect(await shown()).toBe('camera 0');
  await expectPlaying(alice, 'camera');
});
