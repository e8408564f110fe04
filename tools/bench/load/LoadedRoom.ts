import { type Producer, ProtooTransport, Room } from '@tureen/client';

import { CountingClock } from '../world/CountingClock.ts';
import { type DialectName, dialects } from '../world/dialects.ts';
import { SilentTrack } from '../world/SilentTrack.ts';
import { type CountedEvent, Tally, countedEvents } from './Tally.ts';

/** What a {@link LoadedRoom} is made of. */
export interface LoadedRoomOptions {
  readonly url: string;
  readonly id: string;
  /** What is later than that, in ms, counts as lost. */
  readonly patienceMs: number;
  /** Who is there beside the members, from before to after them, and how much they send. */
  readonly others?: { readonly peers: number; readonly producers: number };
}

interface Member {
  readonly room: Room;
  readonly tally: Tally;
  producer: Producer | null;
}

/**
 * The peers of one room, and what each of them has to hear of the others. One thing is done at a time in a room, and done only
 * when everybody has heard of it: so what is owed is known exactly, and how long it takes is how long the last of them waited.
 */
export class LoadedRoom {
  /** Of those who are here and of those who have left. */
  readonly tallies: Tally[] = [];
  readonly complaints: string[] = [];
  readonly #url: string;
  readonly #id: string;
  readonly #patienceMs: number;
  readonly #others: { readonly peers: number; readonly producers: number };
  readonly #clock = new CountingClock();
  readonly #members: Member[] = [];
  #born = 0;
  #whenEven: () => void = () => {};

  constructor({ url, id, patienceMs, others = { peers: 0, producers: 0 } }: LoadedRoomOptions) {
    this.#url = url;
    this.#id = id;
    this.#patienceMs = patienceMs;
    this.#others = others;
  }

  get size(): number {
    return this.#members.length;
  }

  get senders(): number {
    return this.#members.filter(({ producer }) => producer !== null).length;
  }

  async join(name: DialectName): Promise<void> {
    const peerId = `peer-${String(++this.#born)}`;
    const transport = new ProtooTransport({ url: `${this.#url.replace(/^http/, 'ws')}/${name}` });
    const { dialect } = dialects[name]();
    const room = new Room({ roomId: this.#id, peerId, dialect, transport, reconnectPolicy: null });
    const tally = new Tally(() => {
      this.#whenEven();
    });
    this.tallies.push(tally);
    for (const event of countedEvents)
      room.on(event, () => {
        tally.tell(event);
      });
    for (const event of ['requestFailed', 'left', 'consumerUnsupported'] as const)
      room.on(event, (details) => {
        if (this.#members.includes(member))
          this.complaints.push(`${this.#id}/${peerId}: ${event} ${JSON.stringify(details)}`);
      });
    const member: Member = { room, tally, producer: null };
    tally.owe('newPeer', this.#members.length + this.#others.peers);
    tally.owe('newConsumer', this.senders + this.#others.producers);
    this.#oweAll('newPeer');
    this.#members.push(member);
    await room.join();
    await this.#even();
  }

  /** The one who came last and sends nothing sends sound. */
  async publish(): Promise<void> {
    const member = this.#members.findLast(({ producer }) => producer === null);
    if (member === undefined) return;
    this.#oweAll('newConsumer', member);
    member.producer = await member.room.produce(new SilentTrack('audio').asTrack(), { source: 'microphone' });
    await this.#even();
  }

  /** Whoever sends is muted and heard again. */
  async mute(): Promise<void> {
    const member = this.#members.find(({ producer }) => producer !== null);
    if (member?.producer == null) return;
    this.#oweAll('consumerPaused', member);
    await member.producer.pause();
    await this.#even();
    this.#oweAll('consumerResumed', member);
    await member.producer.resume();
    await this.#even();
  }

  /** The one who came first leaves. */
  async leave(): Promise<void> {
    const member = this.#members.shift();
    if (member === undefined) return;
    if (member.producer !== null) this.#oweAll('consumerClosed');
    this.#oweAll('peerClosed');
    // Leaving closes what the leaver has itself; that is nothing that the server tells.
    member.room.removeAllListeners();
    await member.room.leave();
    await this.#even();
  }

  async close(): Promise<void> {
    while (this.size > 0) await this.leave();
  }

  #oweAll(event: CountedEvent, except?: Member): void {
    for (const member of this.#members) if (member !== except) member.tally.owe(event);
  }

  /** Until everybody here has heard all; what is late for longer than patience allows stays owed, and is counted as lost. */
  async #even(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(this.#patienceMs, resolve);
      this.#whenEven = () => {
        if (!this.#members.every(({ tally }) => tally.isEven)) return;
        cancel();
        resolve();
      };
      this.#whenEven();
    });
  }
}
