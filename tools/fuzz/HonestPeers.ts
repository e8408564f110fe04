import { readEnvelope } from '@tureen/protocol/mediasoup-v2-shared';
import * as alpha from '@tureen/protocol/mediasoup-v2-alpha';
import * as beta from '@tureen/protocol/mediasoup-v2-beta';
import * as v2 from '@tureen/protocol/mediasoup-v2';
import * as v3 from '@tureen/protocol/mediasoup-v3';
import * as pushPull from '@tureen/protocol/push-pull';
import type { RoomRegistry } from '../../packages/server/src/rooms/RoomRegistry.ts';
import { snapshotOfPeer } from '../../packages/server/src/rooms/snapshot.ts';
import type { MemoryConnection } from '../../packages/server/src/testing/MemoryConnection.ts';
import type { DialectName } from './dialects.ts';

/** Schemas of the server's messages, by dialect. */
interface Reader {
  canonicalMethod(name: string): string;
  isServerMethod(name: string): boolean;
  readServerMessage(method: never, data: unknown): { readonly ok: boolean; readonly issue?: { readonly path: string } };
}

const same = (name: string) => name;
const readers: Readonly<Record<DialectName, Reader>> = {
  'mediasoup-v3': v3,
  'mediasoup-v2': { ...v2, canonicalMethod: same },
  'mediasoup-v2-beta': { ...beta, canonicalMethod: same },
  'mediasoup-v2-alpha': { ...alpha, canonicalMethod: same },
  'push-pull': pushPull,
};

/** A well-behaved peer, and a request to which the server must respond. */
export interface HonestPeer {
  readonly id: string;
  readonly dialect: DialectName;
  readonly connection: MemoryConnection;
  readonly ask: () => Promise<unknown>;
}

/** Well-behaved peers of a room, which the attacker must not disturb. */
export class HonestPeers {
  readonly #peers: readonly HonestPeer[];
  readonly #registry: RoomRegistry;
  readonly #before: readonly string[];
  readonly #addFault: (fault: string) => void;

  constructor(peers: readonly HonestPeer[], registry: RoomRegistry, addFault: (fault: string) => void) {
    this.#peers = peers;
    this.#registry = registry;
    this.#addFault = addFault;
    this.#before = peers.map(({ id }) => this.#stateOf(id));
  }

  /** Reads each peer's messages since the last check, sends a request, and compares the peer's state with its state before. */
  async check(): Promise<void> {
    for (const [index, peer] of this.#peers.entries()) {
      for (const fault of faultsIn(peer)) this.#addFault(`${peer.id} ${fault}`);
      peer.connection.arrivals.length = 0;
      await peer.ask().catch((error: unknown) => {
        this.#addFault(`the server refused a valid request of ${peer.id}: ${String(error)}`);
      });
      const now = this.#stateOf(peer.id);
      if (now !== this.#before[index])
        this.#addFault(`the state of ${peer.id} changed from ${String(this.#before[index])} to ${now}`);
    }
  }

  #stateOf(id: string): string {
    const peer = this.#registry.get('room')?.peers.get(id);
    if (peer === undefined) return 'gone';
    const { displayName, transports, producers, dataProducers } = snapshotOfPeer(peer);
    const consumed = [...peer.receiving.consumers.values()]
      .filter(({ producer }) => this.#peers.some((other) => hasProducer(this.#registry, other.id, producer.id)))
      .map(({ id: consumerId, paused }) => ({ consumerId, paused }));
    return JSON.stringify({ displayName, transports, producers, dataProducers, consumed });
  }
}

function hasProducer(registry: RoomRegistry, peerId: string, producerId: string): boolean {
  return registry.get('room')?.peers.get(peerId)?.sending.producers.has(producerId) === true;
}

/** Faults in the messages that a peer received. */
function faultsIn({ connection, dialect }: HonestPeer): string[] {
  const reader = readers[dialect];
  return connection.arrivals.flatMap((arrival) => {
    if (arrival.kind === 'closed') return [`was disconnected: ${String(arrival.code)} ${arrival.reason}`];
    if (arrival.kind === 'refusal' && arrival.code === 500) return [`got an error: ${arrival.reason}`];
    if (arrival.kind !== 'request' && arrival.kind !== 'notification') return [];
    const opened = readEnvelope(arrival.method, arrival.data);
    const method = reader.canonicalMethod(opened.ok ? opened.value.method : arrival.method);
    if (!reader.isServerMethod(method)) return isCarrier(method) ? [] : [`received '${method}', which does not exist`];
    const read = reader.readServerMessage(method as never, arrival.data);
    return read.ok ? [] : [`received an invalid ${method}, at ${String(read.issue?.path)}`];
  });
}

/** Out-of-band messages of the three dialects of mediasoup 2. */
function isCarrier(method: string): boolean {
  return method === 'active-speaker' || method === 'display-name-changed';
}
