import type { Room } from '@tureen/client';

/** Who speaks at the moment, by peer id. */
export class Speakers {
  #ids: ReadonlySet<string> = new Set();
  /** This server names everyone who speaks: the one loudest of them says nothing new. */
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
