import { type Producer, ProtooTransport, Room } from '@tureen/client';

import { CountingClock } from '../world/CountingClock.ts';
import { type DialectName, dialects } from '../world/dialects.ts';
import { SilentTrack } from '../world/SilentTrack.ts';
import { type CountedEvent, Tally, countedEvents } from './Tally.ts';

/** Options of a {@link LoadedRoom}. */
export interface LoadedRoomOptions {
  readonly url: string;
  readonly id: string;
  /** Notifications later than this, in ms, count as lost. */
  readonly patienceMs: number;
  /** Peers beside the members, which join before and leave after them, and the number of their producers. */
  readonly others?: { readonly peers: number; readonly producers: number };
}

interface Member {
  readonly room: Room;
  readonly tally: Tally;
  producer: Producer | null;
}

/**
 * Peers of one room, and the notifications due to each. A room runs one action at a time and waits until every peer has received its
 * notifications. So the number of notifications due is exact, and the time of an action is the wait of the last peer.
 */
export class LoadedRoom {
  /** Tallies of all peers, including those that have left. */
  readonly tallies: Tally[] = [];
  readonly complaints: string[] = [];
  readonly #url: string;
  readonly #id: string;
  readonly #patienceMs: number;
  readonly #others: { readonly peers: number; readonly producers: number };
  readonly #clock = new CountingClock();
  readonly #members: Member[] = [];
  #born = 0;
  #whenComplete: () => void = () => {};

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
      this.#whenComplete();
    });
    this.tallies.push(tally);
    for (const event of countedEvents)
      room.on(event, () => {
        tally.addReceived(event);
      });
    for (const event of ['requestFailed', 'left', 'consumerUnsupported'] as const)
      room.on(event, (details) => {
        if (this.#members.includes(member))
          this.complaints.push(`${this.#id}/${peerId}: ${event} ${JSON.stringify(details)}`);
      });
    const member: Member = { room, tally, producer: null };
    tally.addDue('newPeer', this.#members.length + this.#others.peers);
    tally.addDue('newConsumer', this.senders + this.#others.producers);
    this.#addDueToAll('newPeer');
    this.#members.push(member);
    await room.join();
    await this.#untilComplete();
  }

  /** The last peer without a producer sends audio. */
  async publish(): Promise<void> {
    const member = this.#members.findLast(({ producer }) => producer === null);
    if (member === undefined) return;
    this.#addDueToAll('newConsumer', member);
    member.producer = await member.room.produce(new SilentTrack('audio').asTrack(), { source: 'microphone' });
    await this.#untilComplete();
  }

  /** Pauses and resumes the first producer. */
  async mute(): Promise<void> {
    const member = this.#members.find(({ producer }) => producer !== null);
    if (member?.producer == null) return;
    this.#addDueToAll('consumerPaused', member);
    await member.producer.pause();
    await this.#untilComplete();
    this.#addDueToAll('consumerResumed', member);
    await member.producer.resume();
    await this.#untilComplete();
  }

  /** The first peer leaves. */
  async leave(): Promise<void> {
    const member = this.#members.shift();
    if (member === undefined) return;
    if (member.producer !== null) this.#addDueToAll('consumerClosed');
    this.#addDueToAll('peerClosed');
    // Leaving closes the peer's own entities. These events come from no notification.
    member.room.removeAllListeners();
    await member.room.leave();
    await this.#untilComplete();
  }

  async close(): Promise<void> {
    while (this.size > 0) await this.leave();
  }

  #addDueToAll(event: CountedEvent, except?: Member): void {
    for (const member of this.#members) if (member !== except) member.tally.addDue(event);
  }

  /** Resolves when every peer has received what is due, or after `patienceMs`. Missing notifications stay due and count as lost. */
  async #untilComplete(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(this.#patienceMs, resolve);
      this.#whenComplete = () => {
        if (!this.#members.every(({ tally }) => tally.isComplete)) return;
        cancel();
        resolve();
      };
      this.#whenComplete();
    });
  }
}
