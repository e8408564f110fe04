/** A track that never shows anything, and knows how many listen to it: an app's own track outlives every room it is sent to. */
export class SilentTrack extends EventTarget {
  readonly kind: 'audio' | 'video';
  readonly id: string;
  readonly readyState = 'live';
  readonly #listeners = new Map<string, Set<unknown>>();
  enabled = true;

  constructor(kind: 'audio' | 'video') {
    super();
    this.kind = kind;
    this.id = `silent ${kind}`;
  }

  /** How many listeners were added and not removed. */
  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((sum, one) => sum + one.size, 0);
  }

  /** As what `produce` takes; only what a fake engine asks for is there. */
  asTrack(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack;
  }

  override addEventListener(type: string, listener: EventListener | null, options?: AddEventListenerOptions): void {
    const known = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, known.add(listener));
    super.addEventListener(type, listener, options);
  }

  override removeEventListener(type: string, listener: EventListener | null): void {
    this.#listeners.get(type)?.delete(listener);
    super.removeEventListener(type, listener);
  }

  stop(): void {}

  getSettings(): MediaTrackSettings {
    return {};
  }
}
