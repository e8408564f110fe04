import { type Socket, createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import type { ServerSettings } from '@tureen/server';
import { NarrowLine } from './NarrowLine.ts';
import { seededRandom } from './seededRandom.ts';
import type { Direction } from './TcpRelay.ts';

/** Ports in a range: enough for all transports of the test servers, including those that are being replaced. */
const rangeSize = 32;

/** A packet that passed. */
export interface SeenPacket {
  readonly direction: Direction;
  /** ufrag of the server's transport. Undefined before ICE. */
  readonly ufrag: string | undefined;
  readonly packet: Buffer;
  /** Time at which the client sent or received the packet, in ms (`performance.now()`). */
  readonly at: number;
}

export interface UdpRelayOptions {
  /** Delay of every packet in each direction, in ms. Default 0. */
  readonly delayMs?: number;
  /** Part of the packets in each direction that is lost, 0 to 1. The same packets are lost in each run. Default 0. */
  readonly lossPart?: number;
  /** Called for each packet that arrives. */
  readonly onPacket?: (packet: SeenPacket) => void;
  /** One port for all transports, the default of servers, or one port per transport. Default `one`. */
  readonly ports?: 'one' | 'range';
}

/**
 * Network between clients and the media ports of a server. Can fail. The server's workers listen on loopback ports. Clients receive the
 * network address of this machine, where the relay listens on the same ports. Firefox sends nothing to loopback. No candidate is
 * rewritten: the settings are those of a server behind a NAT.
 */
export class UdpRelay {
  readonly settings: Pick<ServerSettings, 'listenIp' | 'announcedAddress' | 'tcp'> &
    Partial<Pick<ServerSettings, 'rtcPort' | 'rtcMinPort' | 'rtcMaxPort' | 'workers'>>;
  readonly #fronts: readonly Socket[];
  readonly #clients = new Map<string, RelayedClient>();
  readonly #delayMs: number;
  readonly #isLost: () => boolean;
  readonly #onPacket: (packet: SeenPacket) => void;
  /** Packets to drop: all, or those of transports with these ufrags at the server. */
  #cut: 'all' | ReadonlySet<string> | null = null;
  #narrow: { readonly line: NarrowLine; readonly ufrags: ReadonlySet<string> } | null = null;
  #isClosed = false;
  #lost = 0;
  #passedInCuts = 0;

  private constructor(address: string, firstPort: number, fronts: readonly Socket[], options: UdpRelayOptions) {
    const { delayMs = 0, lossPart = 0, onPacket = () => {}, ports = 'one' } = options;
    this.#fronts = fronts;
    this.#delayMs = delayMs;
    this.#isLost = losing(lossPart);
    this.#onPacket = onPacket;
    this.settings = {
      listenIp: '127.0.0.1',
      announcedAddress: address,
      tcp: false,
      ...(ports === 'one'
        ? { workers: 1, rtcPort: firstPort }
        : { rtcMinPort: firstPort, rtcMaxPort: firstPort + fronts.length - 1 }),
    };
    fronts.forEach((front, index) => {
      this.#carry(front, firstPort + index);
    });
  }

  static async open(options: UdpRelayOptions = {}): Promise<UdpRelay> {
    const portCount = options.ports === 'range' ? rangeSize : 1;
    const address = ownAddress();
    // Below the ports that systems assign automatically.
    for (let firstPort = 12_000 + (process.pid % 300) * rangeSize; ; firstPort += portCount) {
      const fronts = Array.from({ length: portCount }, () => createSocket('udp4'));
      const bound = await Promise.allSettled(
        fronts.map(async (front, index) => {
          front.bind(firstPort + index, address);
          await once(front, 'listening');
        }),
      );
      if (bound.every(({ status }) => status === 'fulfilled')) return new UdpRelay(address, firstPort, fronts, options);
      for (const front of fronts) front.close();
      if (firstPort > 30_000) throw new Error(`no ${portCount} free ports in a row`);
    }
  }

  /** Number of packets dropped in cuts. */
  get lost(): number {
    return this.#lost;
  }

  /** Number of packets that passed while others were cut. */
  get passedInCuts(): number {
    return this.#passedInCuts;
  }

  /**
   * Drops all packets in both directions for `ms`. Resolves at the end.
   *
   * @param ufrags - ICE user name fragments of the server's transports to cut. Default: all.
   */
  async cutFor(ms: number, ufrags: 'all' | ReadonlySet<string> = 'all'): Promise<void> {
    const restore = this.cut(ufrags);
    await once(AbortSignal.timeout(ms), 'abort');
    restore();
  }

  /** Drops packets as in {@link cutFor}, until the returned function is called. */
  cut(ufrags: 'all' | ReadonlySet<string> = 'all'): () => void {
    this.#cut = ufrags;
    return () => {
      this.#cut = null;
    };
  }

  /** Limits the rate at which clients receive packets in total, for transports with these ufrags at the server. */
  narrow(bytesPerSec: number, ufrags: ReadonlySet<string>): void {
    this.#narrow = { line: new NarrowLine(bytesPerSec), ufrags };
  }

  close(): void {
    this.#isClosed = true;
    this.#narrow?.line.close();
    for (const socket of this.#fronts) socket.close();
    for (const { back } of this.#clients.values()) back.close();
    this.#clients.clear();
  }

  #carry(front: Socket, port: number): void {
    front.on('message', (packet, from) => {
      const client = this.#clientOf(front, port, from);
      client.ufrag ??= serverUfragIn(packet);
      const at = performance.now();
      this.#carryOne(client, () => {
        this.#onPacket({ direction: 'toServer', ufrag: client.ufrag, packet, at });
        client.back.send(packet, port, '127.0.0.1');
      });
    });
  }

  /** Client at an address, with its socket for one port of the server. */
  #clientOf(front: Socket, port: number, { address, port: clientPort }: { address: string; port: number }) {
    const key = `${port} ${address}:${clientPort}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const back = createSocket('udp4');
    const client: RelayedClient = { back, ufrag: undefined };
    this.#clients.set(key, client);
    back.on('message', (packet) => {
      const send = () => {
        if (this.#isClosed) return;
        this.#onPacket({ direction: 'toClient', ufrag: client.ufrag, packet, at: performance.now() });
        front.send(packet, clientPort, address);
      };
      this.#carryOne(client, () => {
        if (this.#narrow?.ufrags.has(client.ufrag ?? '') === true) this.#narrow.line.carry(packet.length, send);
        else send();
      });
    });
    // The server has closed the port. On a real network, the packet would be lost too.
    back.on('error', () => {});
    back.bind(0, '127.0.0.1');
    return client;
  }

  /** Forwards a packet unless it is dropped. Keeps the order: timers of equal length fire in the order in which they were set. */
  #carryOne({ ufrag = '' }: RelayedClient, send: () => void): void {
    if (this.#cut === 'all' || this.#cut?.has(ufrag) === true) {
      this.#lost += 1;
      return;
    }
    if (this.#cut !== null) this.#passedInCuts += 1;
    if (this.#isLost()) return;
    if (this.#delayMs === 0) send();
    else
      setTimeout(() => {
        if (!this.#isClosed) send();
      }, this.#delayMs);
  }
}

/** Returns a function that says of each packet whether it is lost. */
function losing(part: number): () => boolean {
  const random = seededRandom(1);
  return () => part > 0 && random() < part;
}

/** One socket of a client. If the server has one port for all, only ICE reveals the transport. */
interface RelayedClient {
  readonly back: Socket;
  /** ufrag of the server's transport. Undefined before ICE. */
  ufrag: string | undefined;
}

const bindingRequest = 0x0001;
const magicCookie = 0x2112_a442;
const userName = 0x0006;

/** The server's part of the user name in a STUN binding request (RFC 8445, 7.2.2). Undefined for other packets. */
function serverUfragIn(packet: Buffer): string | undefined {
  if (packet.length < 20 || packet.readUInt16BE(0) !== bindingRequest) return undefined;
  if (packet.readUInt32BE(4) !== magicCookie) return undefined;
  for (let at = 20; at + 4 <= packet.length;) {
    const [type, size] = [packet.readUInt16BE(at), packet.readUInt16BE(at + 2)];
    if (type === userName) return packet.toString('utf8', at + 4, at + 4 + size).split(':')[0];
    // Attributes are padded to 4 bytes.
    at += 4 + Math.ceil(size / 4) * 4;
  }
  return undefined;
}

/** Network address of this machine, or another loopback address if it has none. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((infos) => infos ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.2';
}
