import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { whenCalled } from '@tureen/testkit/whenCalled';

import { silentLogger } from '../shared/logger.ts';
import { PlaybackGate } from './PlaybackGate.ts';

class FakeMediaStream {
  readonly tracks = new Set<MediaStreamTrack>();
  addTrack(track: MediaStreamTrack) {
    this.tracks.add(track);
  }
  getTracks() {
    return [...this.tracks];
  }
  removeTrack(track: MediaStreamTrack) {
    this.tracks.delete(track);
  }
}

/** The document of the page. */
const page = {};

/** What is observed of documents, by the observers that are not disconnected. */
class FakeMutationObserver {
  static readonly active = new Map<FakeMutationObserver, unknown[]>();
  readonly #onChange: () => void;
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }
  observe(node: unknown) {
    FakeMutationObserver.active.set(this, [...(FakeMutationObserver.active.get(this) ?? []), node]);
  }
  disconnect() {
    FakeMutationObserver.active.delete(this);
  }
  static changed() {
    for (const observer of [...FakeMutationObserver.active.keys()]) observer.#onChange();
  }
}

/** As much of a media element as playing takes; `verdicts` are what its plays end in, null for success. */
class FakeElement extends EventTarget {
  autoplay = false;
  muted = false;
  paused = true;
  readyState = 0;
  videoWidth = 0;
  isConnected = true;
  ended = false;
  srcObject: FakeMediaStream | null = null;
  readonly attributes = new Map<string, string>();
  plays = 0;
  readonly #listeners = new Map<string, Set<EventListener>>();
  verdicts: (string | null)[] = [];

  get real(): HTMLMediaElement {
    return this as unknown as HTMLMediaElement;
  }

  /** How many listeners are on it. */
  get listeners(): number {
    return [...this.#listeners.values()].reduce((total, one) => total + one.size, 0);
  }

  setAttribute(name: string, value: string) {
    this.attributes.set(name, value);
  }

  async play() {
    this.plays += 1;
    const verdict = this.verdicts.shift() ?? null;
    if (verdict !== null) throw new DOMException('no', verdict);
    this.paused = false;
  }

  getRootNode() {
    return page;
  }

  /** As if something outside the SDK had paused it. */
  pausedOutside() {
    this.paused = true;
    this.dispatchEvent(new Event('pause'));
  }

  /** As browsers pause what is taken out of a document. */
  leave() {
    this.isConnected = false;
    this.pausedOutside();
  }

  /** As if data had come. */
  start() {
    this.paused = false;
    this.readyState = 4;
    this.dispatchEvent(new Event('playing'));
  }

  override addEventListener(type: string, listener: EventListener) {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
    super.addEventListener(type, listener);
  }

  override removeEventListener(type: string, listener: EventListener) {
    this.#listeners.get(type)?.delete(listener);
    super.removeEventListener(type, listener);
  }
}

/** One that tells of frames, as current browsers do. */
class FrameElement extends FakeElement {
  readonly frameCallbacks = new Map<number, () => void>();

  requestVideoFrameCallback(callback: () => void): number {
    const handle = this.frameCallbacks.size + 1;
    this.frameCallbacks.set(handle, callback);
    return handle;
  }

  cancelVideoFrameCallback(handle: number) {
    this.frameCallbacks.delete(handle);
  }

  showFrame() {
    const callbacks = [...this.frameCallbacks.values()];
    this.frameCallbacks.clear();
    for (const callback of callbacks) callback();
  }
}

const trackOf = (kind: 'audio' | 'video') => new FakeMediaStreamTrack({ kind });
const handlers = () => ({ onPlaying: vi.fn(), onBlocked: vi.fn(), onPaused: vi.fn() });
const gateOf = () => new PlaybackGate({ logger: silentLogger });

/** Attaches a track to an element that refuses to play it. Resolves once the gate knows. */
async function attachBlocked(gate: PlaybackGate, element: FakeElement) {
  const told = handlers();
  gate.attach(trackOf('audio'), element.real, told);
  await whenCalled(told.onBlocked);
}

beforeEach(() => {
  vi.stubGlobal('MediaStream', FakeMediaStream);
  vi.stubGlobal('MutationObserver', FakeMutationObserver);
  vi.stubGlobal('document', page);
});
afterEach(() => {
  vi.unstubAllGlobals();
  FakeMutationObserver.active.clear();
});

test('audio and video of an element share one stream, which autoplays inline and unmuted', async () => {
  const [gate, element, audio, video] = [gateOf(), new FakeElement(), trackOf('audio'), trackOf('video')];

  gate.attach(audio, element.real, handlers());
  const stream = element.srcObject;
  gate.attach(video, element.real, handlers());

  expect(element.srcObject).toBe(stream);
  expect([...(stream?.tracks ?? [])]).toEqual([audio, video]);
  expect(element).toMatchObject({ autoplay: true, muted: false, paused: false });
  expect(element.attributes.has('playsinline')).toBe(true);
});

test('a detached track leaves the others, and the last one leaves an empty element without listeners', async () => {
  const [gate, element, audio, video] = [gateOf(), new FakeElement(), trackOf('audio'), trackOf('video')];
  const first = gate.attach(audio, element.real, handlers());
  const second = gate.attach(video, element.real, handlers());

  first.detach();
  first.detach();
  expect([...(element.srcObject?.tracks ?? [])]).toEqual([video]);
  second.detach();
  expect(element.srcObject).toBeNull();
  expect(element.listeners).toBe(0);
});

test('one track attached twice plays until both are detached', () => {
  const [gate, element, track] = [gateOf(), new FakeElement(), trackOf('video')];
  const first = gate.attach(track, element.real, handlers());
  const second = gate.attach(track, element.real, handlers());
  first.detach();
  expect([...(element.srcObject?.tracks ?? [])]).toEqual([track]);
  second.detach();
  expect(element.srcObject).toBeNull();
});

test('a stream that the app has set since is left alone', () => {
  const [gate, element] = [gateOf(), new FakeElement()];
  const attachment = gate.attach(trackOf('video'), element.real, handlers());
  const own = new FakeMediaStream();
  element.srcObject = own;
  attachment.detach();
  expect(element.srcObject).toBe(own);
});

test('a refused play is reported as blocked once per element, and starts in startPlayback', async () => {
  const [gate, element, first, second] = [gateOf(), new FakeElement(), handlers(), handlers()];
  element.verdicts = ['NotAllowedError', 'NotAllowedError', null];
  gate.attach(trackOf('audio'), element.real, first);
  gate.attach(trackOf('video'), element.real, second);
  await whenCalled(first.onBlocked);

  expect(first.onBlocked.mock.calls).toMatchObject([[element, { name: 'TureenError', code: 'permissionDenied' }]]);
  expect(second.onBlocked).not.toHaveBeenCalled();

  await gate.startPlayback();
  expect(element.paused).toBe(false);
  expect(first.onBlocked).toHaveBeenCalledOnce();
  await gate.startPlayback();
  expect(element.plays).toBe(3);
});

test('startPlayback rejects while the browser still refuses, and can be called again', async () => {
  const [gate, element, other] = [gateOf(), new FakeElement(), new FakeElement()];
  element.verdicts = ['NotAllowedError', 'NotAllowedError', null];
  other.verdicts = ['NotAllowedError', null];
  for (const one of [element, other]) await attachBlocked(gate, one);

  await expect(gate.startPlayback()).rejects.toMatchObject({ code: 'permissionDenied' });
  expect(other.paused).toBe(false);
  await gate.startPlayback();
  expect(element.paused).toBe(false);
});

test('startPlayback resolves where an element may play but has no data yet, as of a disabled camera', async () => {
  const [gate, element, other] = [gateOf(), new FakeElement(), new FakeElement()];
  for (const one of [element, other]) one.verdicts = ['NotAllowedError'];
  for (const one of [element, other]) await attachBlocked(gate, one);
  element.play = () => {
    element.paused = false;
    return new Promise(() => {});
  };
  await gate.startPlayback();
  expect([element.paused, other.paused]).toEqual([false, false]);
});

test('a play interrupted by a new load is no error', async () => {
  const [gate, element, told] = [gateOf(), new FakeElement(), handlers()];
  element.verdicts = ['AbortError'];
  gate.attach(trackOf('audio'), element.real, told);
  await expectUnchanged(() => told.onBlocked.mock.calls, []);
});

test('an element detached before its play is refused is not reported as blocked', async () => {
  const [gate, element, told] = [gateOf(), new FakeElement(), handlers()];
  element.verdicts = ['NotAllowedError'];
  gate.attach(trackOf('audio'), element.real, told).detach();
  await expectUnchanged(() => told.onBlocked.mock.calls, []);
});

test('video plays when its first frame is shown, however long audio has played', async () => {
  const [gate, element, audio, video] = [gateOf(), new FrameElement(), handlers(), handlers()];
  gate.attach(trackOf('audio'), element.real, audio);
  await expectUnchanged(() => audio.onPlaying.mock.calls, []);
  element.start();
  expect(audio.onPlaying).toHaveBeenCalledOnce();

  gate.attach(trackOf('video'), element.real, video);
  await expectUnchanged(() => video.onPlaying.mock.calls, []);
  element.showFrame();
  element.showFrame();
  expect(video.onPlaying).toHaveBeenCalledOnce();
});

test('a frame shown by an element that may not play yet is not playing', async () => {
  const [gate, element, video] = [gateOf(), new FrameElement(), handlers()];
  element.verdicts = ['NotAllowedError'];
  gate.attach(trackOf('video'), element.real, video);
  await whenCalled(video.onBlocked);
  element.showFrame();
  expect(video.onPlaying).not.toHaveBeenCalled();
  await gate.startPlayback();
  element.showFrame();
  expect(video.onPlaying).toHaveBeenCalledOnce();
});

test('without frame callbacks, video plays when the element plays and has a frame', async () => {
  const [gate, element, video] = [gateOf(), new FakeElement(), handlers()];
  // Another track keeps the element watched, and waits for no frame.
  gate.attach(trackOf('audio'), element.real, handlers());
  element.start();
  const { listeners } = element;
  gate.attach(trackOf('video'), element.real, video);
  expect(video.onPlaying).not.toHaveBeenCalled();
  element.videoWidth = 640;
  element.dispatchEvent(new Event('timeupdate'));
  element.dispatchEvent(new Event('timeupdate'));
  expect(video.onPlaying).toHaveBeenCalledOnce();
  expect(element.listeners).toBe(listeners);
  await expectUnchanged(() => video.onPlaying.mock.calls.length, 1);
});

test('audio that joins a playing element plays at once, unless detached first', async () => {
  const [gate, element, stays, goes] = [gateOf(), new FakeElement(), handlers(), handlers()];
  element.start();
  gate.attach(trackOf('audio'), element.real, stays);
  gate.attach(trackOf('audio'), element.real, goes).detach();
  expect(stays.onPlaying).not.toHaveBeenCalled();
  await whenCalled(stays.onPlaying);
  expect(stays.onPlaying).toHaveBeenCalledOnce();
  expect(goes.onPlaying).not.toHaveBeenCalled();
});

test('close releases every element and every pending frame callback', async () => {
  const [gate, first, second, told] = [gateOf(), new FrameElement(), new FakeElement(), handlers()];
  first.verdicts = ['NotAllowedError'];
  gate.attach(trackOf('video'), first.real, told);
  gate.attach(trackOf('audio'), second.real, told);
  await whenCalled(told.onBlocked);

  gate.close();

  expect([first.srcObject, second.srcObject]).toEqual([null, null]);
  expect([first.frameCallbacks.size, second.listeners]).toEqual([0, 0]);
});

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

test('is not reported as paused where its tracks have ended, and plays the next one', async () => {
  const [gate, element, told] = [gateOf(), new FakeElement(), handlers()];
  const attachment = gate.attach(trackOf('video'), element.real, told);
  element.ended = true;
  element.pausedOutside();
  attachment.setTrack(trackOf('video'));
  expect(element.paused).toBe(false);
  expect(told.onPaused).not.toHaveBeenCalled();
});

describe('an element removed from its document', () => {
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

  test('that was never in one is reported as paused, and plays in startPlayback()', async () => {
    const [gate, element, told] = [gateOf(), new FakeElement(), handlers()];
    element.isConnected = false;
    gate.attach(trackOf('audio'), element.real, told);
    element.pausedOutside();
    expect(told.onPaused).toHaveBeenCalledOnce();
    await gate.startPlayback();
    expect(element.paused).toBe(false);
  });
});

test('the video attached last is shown, and the former one again after its detach()', () => {
  const [gate, element, audio, first, second] = [
    gateOf(),
    new FakeElement(),
    trackOf('audio'),
    trackOf('video'),
    trackOf('video'),
  ];
  gate.attach(audio, element.real, handlers());
  const before = gate.attach(first, element.real, handlers());
  const after = gate.attach(second, element.real, handlers());
  expect([...(element.srcObject?.tracks ?? [])]).toEqual([audio, second]);
  const next = trackOf('video');
  before.setTrack(next);
  expect([...(element.srcObject?.tracks ?? [])]).toEqual([audio, second]);
  after.detach();
  expect([...(element.srcObject?.tracks ?? [])]).toEqual([audio, next]);
});
