import { ProtooTransport, Room, type RoomEvents, type SignalingTransport } from '@tureen/client';
import type { RunningServer } from '@tureen/server';

import type { Census } from '../world/Census.ts';
import type { CountingClock } from '../world/CountingClock.ts';
import { CuttableTransport } from '../world/CuttableTransport.ts';
import { type DialectName, type FakedDialect, dialects } from '../world/dialects.ts';
import { SilentTrack } from '../world/SilentTrack.ts';

/** Long enough for a machine that does other things; a cycle that hangs shall say what it waited for. */
const patienceMs = 15_000;

/** Events that say that something went wrong in the background. */
const unwanted = ['requestFailed', 'listenerError', 'consumerUnsupported'] as const;
/** Of so many guests one has its connection cut in the middle of the call. */
const cutOneIn = 3;

/**
 * One host that stays, and guests that come, call and leave, all in one dialect. What lives as long as an app does (the
 * host's Room, the dialect, the tracks) is made once, so that whatever it keeps of a guest shows.
 */
export class Soak {
  /** What nobody asked for: failed requests, lost connections, listeners that threw. */
  readonly complaints: string[] = [];
  /** How often a connection was cut, and its place resumed. */
  resumed = 0;

  readonly #server: RunningServer;
  readonly #census: Census;
  readonly #clock: CountingClock;
  readonly #name: DialectName;
  readonly #faked: FakedDialect;
  readonly #guestsMedia: FakedDialect;
  readonly #tracks = [new SilentTrack('audio'), new SilentTrack('video')] as const;
  readonly #host: Room;
  #guests = 0;

  constructor(server: RunningServer, name: DialectName, census: Census, clock: CountingClock) {
    this.#server = server;
    this.#census = census;
    this.#clock = clock;
    this.#name = name;
    this.#faked = dialects[name]();
    this.#guestsMedia = dialects[name]();
    this.#host = this.#room('host', this.#faked);
  }

  /** Media sessions and listeners on tracks that are left; 0 after `end`. */
  get leftOpen(): number {
    const listeners = this.#tracks.reduce((sum, track) => sum + track.listenerCount, 0);
    return this.#faked.openSessions() + this.#guestsMedia.openSessions() + listeners;
  }

  /** A guest comes, both send sound and sight and pause them, it may be cut off and be back, words are said, the guest leaves. Every tenth time the host is new too. */
  async cycle(): Promise<void> {
    if (this.#guests % 10 === 0) await this.#enterAnew();
    const host = this.#host;
    const transport = new CuttableTransport(this.#transport());
    const guest = this.#room(`guest-${String(++this.#guests)}`, this.#guestsMedia, transport);
    const [microphone, camera] = this.#tracks;

    const arrivals = [this.#next(host, 'newPeer'), this.#count(guest, 'newConsumer', 2)] as const;
    await guest.join({ displayName: 'Guest' });
    await Promise.all(arrivals);
    const received = this.#count(host, 'newConsumer', 2);
    await guest.produce(microphone.asTrack(), { source: 'microphone' });
    const sight = await guest.produce(camera.asTrack(), { source: 'camera' });
    await received;

    await Promise.all([this.#next(host, 'consumerPaused'), sight.pause()]);
    await Promise.all([this.#next(host, 'consumerResumed'), sight.resume()]);
    if (this.#guests % cutOneIn === 0) await this.#comeBack(guest, transport);
    if (guest.capabilities.text) await Promise.all([this.#next(host, 'textMessage'), guest.sendText('hello')]);
    this.#watch(guest);
    this.#watch(host);

    await Promise.all([this.#next(host, 'peerClosed'), guest.leave()]);
  }

  /** The host leaves too. */
  async end(): Promise<void> {
    await this.#host.leave();
  }

  async #enterAnew(): Promise<void> {
    const host = this.#host;
    await host.leave();
    await host.join({ displayName: 'Host' });
    const [microphone, camera] = this.#tracks;
    await host.produce(microphone.asTrack(), { source: 'microphone' });
    await host.produce(camera.asTrack(), { source: 'camera' });
  }

  /** Its connection is cut, and it goes on as it was: the host hears of nobody who goes or comes. */
  async #comeBack(guest: Room, transport: CuttableTransport): Promise<void> {
    const back = guest.waitFor('reconnected', { timeoutMs: patienceMs });
    transport.cut();
    if ((await back).resumed) this.resumed += 1;
    else this.complaints.push(`${this.#name} ${guest.peerId}: came back, but not to its place`);
    const there = this.#host.peers.get(guest.peerId)?.consumers.size;
    if (there !== 2) this.complaints.push(`${this.#name} ${guest.peerId}: the host has ${String(there)} of its tracks`);
  }

  #transport(): ProtooTransport {
    return new ProtooTransport({ url: `${this.#server.url.replace(/^http/, 'ws')}/${this.#name}` });
  }

  #room(peerId: string, { dialect }: FakedDialect, transport: SignalingTransport = this.#transport()): Room {
    const room = new Room({
      roomId: `soak-${this.#name}`,
      peerId,
      dialect,
      transport,
      clock: this.#clock,
      reconnectPolicy: ({ attempt }) => (attempt === 1 ? 0 : null),
    });
    for (const event of unwanted)
      room.on(event, (details) => this.complaints.push(`${this.#name} ${peerId}: ${event} ${JSON.stringify(details)}`));
    return room;
  }

  /** Everything on both sides that has to be gone once the guest and the host have left. */
  #watch(room: Room): void {
    if (room !== this.#host) this.#census.watch('Room', room);
    for (const peer of room.peers.values()) this.#census.watch('Peer', peer);
    for (const consumer of room.consumers.values()) this.#census.watch('Consumer', consumer);
    for (const producer of room.producers.values()) this.#census.watch('Producer', producer);
    const served = this.#server.registry.get(room.roomId);
    if (served === undefined) return;
    this.#census.watch("server's Room", served);
    for (const peer of served.peers.values()) this.#census.watch("server's Peer", peer);
  }

  async #next<K extends keyof RoomEvents>(room: Room, event: K): Promise<void> {
    await this.#count(room, event, 1);
  }

  async #count<K extends keyof RoomEvents>(room: Room, event: K, wanted: number): Promise<void> {
    let seen = 0;
    await room.waitFor(event, { where: () => ++seen === wanted, timeoutMs: patienceMs });
  }
}
