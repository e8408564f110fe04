import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { whenCalled } from '@tureen/testkit/whenCalled';
import {
  FakeElement,
  FakeMediaStream,
  FakeMutationObserver,
  gateOf,
  handlers,
  page,
  restorePage,
  stubPage,
  trackOf,
} from '../test-support/playbackPage.ts';

beforeEach(stubPage);
afterEach(restorePage);

describe('an element that is paused from outside', () => {
  const played = async () => {
    const [gate, element, told] = [gateOf(), new FakeElement(), handlers()];
    const attachment = gate.attach(trackOf('audio'), element.real, told);
    element.start();
    return { gate, element, told, attachment };
  };

  test('is reported once per pause, and plays in startPlayback()', async () => {
    const { gate, element, told } = await played();
    element.pausedOutside();
    await expectUnchanged(() => element.paused, true);
    expect(told.onPaused).toHaveBeenCalledOnce();
    await gate.startPlayback();
    expect(element.paused).toBe(false);
    element.pausedOutside();
    expect(told.onPaused).toHaveBeenCalledTimes(2);
  });

  test('plays after attach(), and stays paused when a reconnect replaces its track', async () => {
    const { element, attachment } = await played();
    element.pausedOutside();
    const next = trackOf('audio');
    attachment.setTrack(next);
    await expectUnchanged(() => element.paused, true);
    expect([...(element.srcObject?.tracks ?? [])]).toEqual([next]);
    attachment.play();
    expect(element.paused).toBe(false);
  });

  test('is not reported where it plays again before the event', async () => {
    const { element, told } = await played();
    element.dispatchEvent(new Event('pause'));
    expect(told.onPaused).not.toHaveBeenCalled();
  });

  test('plays when it leaves picture-in-picture, and after load()', async () => {
    const { element, told } = await played();
    for (const type of ['leavepictureinpicture', 'emptied']) {
      element.paused = true;
      element.dispatchEvent(new Event(type));
      expect([type, element.paused]).toEqual([type, false]);
    }
    expect(told.onPaused).not.toHaveBeenCalled();
  });

  test('is reported as blocked where load() needs a gesture', async () => {
    const { gate, element, told } = await played();
    element.verdicts = ['NotAllowedError', null];
    element.paused = true;
    element.dispatchEvent(new Event('emptied'));
    await whenCalled(told.onBlocked);
    expect(told.onBlocked).toHaveBeenCalledOnce();
    await gate.startPlayback();
    expect(element.paused).toBe(false);
  });

  test('is left alone while the app plays another stream in it, until attach()', async () => {
    const { gate, element, told, attachment } = await played();
    const stream = element.srcObject;
    element.srcObject = new FakeMediaStream();
    element.pausedOutside();
    element.dispatchEvent(new Event('emptied'));
    await gate.startPlayback();
    expect(element.paused).toBe(true);
    expect(told.onPaused).not.toHaveBeenCalled();
    attachment.play();
    expect(element.srcObject).toBe(stream);
    expect(element.paused).toBe(false);
  });

  test('has no listener after detach()', async () => {
    const { element, told, attachment } = await played();
    attachment.detach();
    element.pausedOutside();
    expect(element.listeners).toBe(0);
    expect(told.onPaused).not.toHaveBeenCalled();
  });
});

describe('an element whose tracks have ended', () => {
  test('is not reported as paused, and plays the next track', async () => {
    const [gate, element, told] = [gateOf(), new FakeElement(), handlers()];
    const attachment = gate.attach(trackOf('video'), element.real, told);
    element.ended = true;
    element.pausedOutside();
    attachment.setTrack(trackOf('video'));
    expect(element.paused).toBe(false);
    expect(told.onPaused).not.toHaveBeenCalled();
  });
});

describe('an element outside its document', () => {
  const away = async () => {
    const [gate, element, told] = [gateOf(), new FakeElement(), handlers()];
    const attachment = gate.attach(trackOf('video'), element.real, told);
    element.leave();
    return { gate, element, told, attachment };
  };

  test('plays again when it returns, with an observer only while it is detached', async () => {
    const { element, told } = await away();
    expect([...FakeMutationObserver.active.values()]).toEqual([[page, page]]);
    FakeMutationObserver.changed();
    await expectUnchanged(() => element.paused, true);
    element.isConnected = true;
    FakeMutationObserver.changed();
    expect(element.paused).toBe(false);
    expect(FakeMutationObserver.active.size).toBe(0);
    expect(told.onPaused).not.toHaveBeenCalled();
  });

  test('is not played by startPlayback() or a new track while detached, and is played by attach()', async () => {
    const { gate, element, attachment } = await away();
    await gate.startPlayback();
    attachment.setTrack(trackOf('video'));
    await expectUnchanged(() => element.paused, true);
    attachment.play();
    expect(element.paused).toBe(false);
    expect(FakeMutationObserver.active.size).toBe(0);
  });

  test.each(['blocked', 'paused'])(
    'is not played by startPlayback() or a new track while detached where it was %s',
    async (hold) => {
      const [gate, element] = [gateOf(), new FakeElement()];
      if (hold === 'blocked') element.verdicts = ['NotAllowedError'];
      const told = handlers();
      const attachment = gate.attach(trackOf('audio'), element.real, told);
      if (hold === 'blocked') await whenCalled(told.onBlocked);
      if (hold === 'paused') element.pausedOutside();
      element.isConnected = false;
      await gate.startPlayback();
      attachment.setTrack(trackOf('audio'));
      await expectUnchanged(() => element.paused, true);
      element.isConnected = true;
      await gate.startPlayback();
      expect(element.paused).toBe(false);
    },
  );

  test('is forgotten by detach(), while others are still observed', async () => {
    const { gate, element, attachment } = await away();
    const other = new FakeElement();
    gate.attach(trackOf('video'), other.real, handlers());
    other.leave();
    attachment.detach();
    expect(FakeMutationObserver.active.size).toBe(1);
    element.isConnected = other.isConnected = true;
    FakeMutationObserver.changed();
    await expectUnchanged(() => [element.paused, other.paused], [true, false]);
    other.leave();
    gate.close();
    expect(FakeMutationObserver.active.size).toBe(0);
  });

  test('is reported as paused when it was never in a document, and plays in startPlayback()', async () => {
    const [gate, element, told] = [gateOf(), new FakeElement(), handlers()];
    element.isConnected = false;
    gate.attach(trackOf('audio'), element.real, told);
    element.pausedOutside();
    expect(told.onPaused).toHaveBeenCalledOnce();
    await gate.startPlayback();
    expect(element.paused).toBe(false);
  });
});
