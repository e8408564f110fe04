import { ProtooTransport, Room } from '@tureen/client';
import type { RunningServer } from '@tureen/server';
import type { CountingClock } from '../world/CountingClock.ts';
import { CuttableTransport } from '../world/CuttableTransport.ts';
import { type DialectName, type FakedDialect, dialects } from '../world/dialects.ts';

/** Ways in which a prepared join ends. */
const endings = ['leaves', 'joins', 'drops', 'joins after a drop'] as const;

/** Guests that prepare their join in one dialect, and leave the lobby, join, or lose the prepared connection. */
export class PrepareSoak {
  readonly #server: RunningServer;
  readonly #clock: CountingClock;
  readonly #name: DialectName;
  readonly #media: FakedDialect;
  #guests = 0;

  constructor(server: RunningServer, name: DialectName, clock: CountingClock) {
    this.#server = server;
    this.#clock = clock;
    this.#name = name;
    this.#media = dialects[name]();
  }

  /** Number of open media sessions. 0 after each cycle. */
  get leftOpen(): number {
    return this.#media.openSessions();
  }

  /** A guest prepares its join, which then ends in the next of the ways. */
  async cycle(): Promise<void> {
    const ending = endings[this.#guests % endings.length];
    const url = `${this.#server.url.replace(/^http/, 'ws')}/${this.#name}`;
    const transport = new CuttableTransport(new ProtooTransport({ url }));
    const room = new Room({
      roomId: `prepare-${this.#name}`,
      peerId: `guest-${String(++this.#guests)}`,
      dialect: this.#media.dialect,
      transport,
      clock: this.#clock,
    });
    await room.prepare();
    if (ending === 'drops' || ending === 'joins after a drop') transport.cut();
    if (ending === 'joins' || ending === 'joins after a drop') await room.join({ displayName: 'Guest' });
    await room.leave();
  }
}
