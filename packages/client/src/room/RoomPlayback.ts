import type { PlaybackGate } from '../playback/PlaybackGate.ts';

/** Playback of the attached elements; `room.playback`. */
export class RoomPlayback {
  readonly #gate: PlaybackGate;

  /** @internal */
  constructor(gate: PlaybackGate) {
    this.#gate = gate;
  }

  /**
   * Plays each attached element that is paused, except those outside the document. Call `start()` in a click or a key press.
   * Rejects with `permissionDenied` if the browser still refuses. Does not wait for elements without data.
   */
  async start(): Promise<void> {
    await this.#gate.startPlayback();
  }
}
