import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { type Mock, vi } from 'vitest';
import { whenCalled } from '@tureen/testkit/whenCalled';
import { silentLogger } from '../shared/logger.ts';
import { type AttachmentHandlers, PlaybackGate } from '../playback/PlaybackGate.ts';

export class FakeMediaStream {
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

/** Document of the page. */
export const page = {};

/** Observers that are not disconnected, with the documents that they observe. */
export class FakeMutationObserver {
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

/** Fake of a media element for playback. `verdicts`: results of its plays, null for success. */
export class FakeElement extends EventTarget {
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

  /** Number of listeners. */
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

  /** Pauses the element as something outside the SDK would. */
  pausedOutside() {
    this.paused = true;
    this.dispatchEvent(new Event('pause'));
  }

  /** Leaves the document: browsers then pause the element. */
  leave() {
    this.isConnected = false;
    this.pausedOutside();
  }

  /** Starts as an element does when data arrives. */
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

/** Element that reports frames, as current browsers do. */
export class FrameElement extends FakeElement {
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

export const trackOf = (kind: 'audio' | 'video') => new FakeMediaStreamTrack({ kind });
export const handlers = (): Record<keyof AttachmentHandlers, Mock> => ({
  onPlaying: vi.fn(),
  onBlocked: vi.fn(),
  onPaused: vi.fn(),
});
export const gateOf = () => new PlaybackGate({ logger: silentLogger });

/** Attaches a track to an element that refuses to play it. Resolves when the gate has the refusal. */
export async function attachBlocked(gate: PlaybackGate, element: FakeElement) {
  const told = handlers();
  gate.attach(trackOf('audio'), element.real, told);
  await whenCalled(told.onBlocked);
}

/** Replaces the page's classes with the fakes. Undo with `restorePage()`. */
export function stubPage(): void {
  vi.stubGlobal('MediaStream', FakeMediaStream);
  vi.stubGlobal('MutationObserver', FakeMutationObserver);
  vi.stubGlobal('document', page);
}

export function restorePage(): void {
  vi.unstubAllGlobals();
  FakeMutationObserver.active.clear();
}
