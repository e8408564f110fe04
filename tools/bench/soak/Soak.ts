import { ProtooTransport, Room, type RoomEvents, type SignalingTransport } from '@tureen/client';
import type { RunningServer } from '@tureen/server';

import type { Census } from '../world/Census.ts';
import type { CountingClock } from '../world/CountingClock.ts';
import { CuttableTransport } from '../world/CuttableTransport.ts';
import { type DialectName, type FakedDialect, dialects } from '../world/dialects.ts';
import { SilentTrack } from '../world/SilentTrack.ts';

/** Timeout of each step. Long enough for a busy machine, and a cycle that hangs then names the event that is missing. */
const patienceMs = 15_000;

/** Events that report a failure in the background. */
const unwanted = ['requestFailed', 'listenerError', 'consumerUnsupported'] as const;
/** One of this many guests loses its connection during the call. */
const cutOneIn = 3;

/**
 * A host that stays, and guests that join, call and leave in one dialect. The objects that an app keeps (the host's Room, the dialect,
 * the tracks) are created once, so that a leak of a guest's objects shows.
 */
export class Soak {
  /** Unexpected events: failed requests, lost connections, listeners that threw. */
  readonly complaints: string[] = [];
  /** Number of connections that were cut and resumed. */
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

  /** Number of open media sessions and of listeners on tracks. 0 after `end`. */
  get leftOpen(): number {
    const listeners = this.#tracks.reduce((sum, track) => sum + track.listenerCount, 0);
    return this.#faked.openSessions() + this.#guestsMedia.openSessions() + listeners;
  }

  /** A guest joins, sends and pauses tracks, may lose its connection and resume, sends text, and leaves. Every tenth time the host rejoins first. */
  async cycle(): Promise<void> {
    if (this.#guests % 10 === 0) await this.#rejoinHost();
    const host = this.#host;
    const transport = new CuttableTransport(this.#transport());
    const guest = this.#room(`guest-${String(++this.#guests)}`, this.#guestsMedia, transport);
    const [microphone, camera] = this.#tracks;

    const arrivals = [this.#next(host, 'newPeer'), this.#count(guest, 'newConsumer', 2)] as const;
    await guest.join({ displayName: 'Guest' });
    await Promise.all(arrivals);
    const received = this.#count(host, 'newConsumer', 2);
    await guest.produce(microphone.asTrack(), { source: 'microphone' });
    const video = await guest.produce(camera.asTrack(), { source: 'camera' });
    await received;

    await Promise.all([this.#next(host, 'consumerPaused'), video.pause()]);
    await Promise.all([this.#next(host, 'consumerResumed'), video.resume()]);
    if (this.#guests % cutOneIn === 0) await this.#cutAndResume(guest, transport);
    if (guest.capabilities.text) await Promise.all([this.#next(host, 'textMessage'), guest.sendText('hello')]);
    this.#watch(guest);
    this.#watch(host);

    await Promise.all([this.#next(host, 'peerClosed'), guest.leave()]);
  }

  /** The host leaves. */
  async end(): Promise<void> {
    await this.#host.leave();
  }

  async #rejoinHost(): Promise<void> {
    const host = this.#host;
    await host.leave();
    await host.join({ displayName: 'Host' });
    const [microphone, camera] = this.#tracks;
    await host.produce(microphone.asTrack(), { source: 'microphone' });
    await host.produce(camera.asTrack(), { source: 'camera' });
  }

  /** Cuts the guest's connection. The guest must resume, and its tracks must stay with the host. */
  async #cutAndResume(guest: Room, transport: CuttableTransport): Promise<void> {
    const back = guest.waitFor('reconnected', { timeoutMs: patienceMs });
    transport.cut();
    if ((await back).resumed) this.resumed += 1;
    else this.complaints.push(`${this.#name} ${guest.peerId}: reconnected without resuming`);
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

  /** Registers all objects of both ends that must be collected after guest and host have left. */
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
