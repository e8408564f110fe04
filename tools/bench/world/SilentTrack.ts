/** Track without media that counts its listeners: an app's track outlives every room that sends it. */
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

  /** Listeners that were added and not removed. */
  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((sum, one) => sum + one.size, 0);
  }

  /** The track with the type that `produce` requires. Has only what a fake engine uses. */
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
