/** Times at which the frames of each picture were shown, in any element. */
export class FrameTimes {
  readonly #times = new Map<string, number[]>();
  readonly #waiting = new Set<() => void>();
  /** Whether this browser reports when a frame was received. */
  #tellsReceipt = false;

  /** Records the frames of an element from now on. */
  follow(name: string, video: HTMLVideoElement): void {
    const times = this.#of(name);
    const note = (_: number, metadata: VideoFrameCallbackMetadata) => {
      const { presentationTime, receiveTime } = metadata;
      video.requestVideoFrameCallback(note);
      // For a track without media, Chromium shows black or the previous picture. Such frames don't count.
      this.#tellsReceipt ||= receiveTime !== undefined;
      if (this.#tellsReceipt && receiveTime === undefined) return;
      times.push(presentationTime);
      for (const look of [...this.#waiting]) look();
    };
    video.requestVideoFrameCallback(note);
  }

  /** Resolves after more frames. */
  next(name: string, count: number): Promise<void> {
    const times = this.#of(name);
    const wanted = times.length + count;
    return new Promise((resolve) => {
      const look = () => {
        if (times.length < wanted) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }

  /** Longest time between two frames in ms, starting with the last frame before `since` (as of `performance.now()`). */
  longestGap(name: string, since: number): number {
    const times = this.#of(name);
    return Math.max(
      0,
      ...times.map((time, index) => (time < since || index === 0 ? 0 : time - (times[index - 1] ?? time))),
    );
  }

  #of(name: string): number[] {
    const times = this.#times.get(name) ?? [];
    this.#times.set(name, times);
    return times;
  }
}
