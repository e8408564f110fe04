import type { PlaybackGate } from '../playback/PlaybackGate.ts';

/** Playback of the elements that consumers are attached to; `room.playback`. */
export class RoomPlayback {
  readonly #gate: PlaybackGate;

  /** @internal */
  constructor(gate: PlaybackGate) {
    this.#gate = gate;
  }

  /**
   * Plays every attached element that the browser blocked or something paused, except those that left the document. Call it from a
   * click or a key press. Rejects with `permissionDenied` if the browser still refuses. Does not wait for elements without data.
   */
  async start(): Promise<void> {
    await this.#gate.startPlayback();
  }
}
