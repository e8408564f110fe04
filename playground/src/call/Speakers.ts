import type { Room } from '@tureen/client';

/** IDs of the peers that speak now. */
export class Speakers {
  #ids: ReadonlySet<string> = new Set();
  /** Set once the server lists all speakers. The event for the loudest speaker adds nothing then. */
  #namesAll = false;

  constructor(room: Room, onChange: () => void) {
    room.on('speakingPeers', ({ speakers }) => {
      this.#namesAll = true;
      this.#ids = new Set(speakers.map((speaker) => speaker.peerId));
      onChange();
    });
    room.on('activeSpeaker', ({ peer, isLocal }) => {
      const id = isLocal ? room.peerId : (peer?.id ?? null);
      if (this.#namesAll && id !== null) return;
      this.#ids = new Set(id === null ? [] : [id]);
      onChange();
    });
    room.on('left', () => {
      this.#ids = new Set();
    });
  }

  has(peerId: string): boolean {
    return this.#ids.has(peerId);
  }
}
