import { type Socket, createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import type { ServerSettings } from '@tureen/server';
import { NarrowLine } from './NarrowLine.ts';

/** With a range: transports that servers of the tests have at a time, with room for those that are being replaced. */
const rangeSize = 32;

export interface UdpRelayOptions {
  /** How long every packet takes in each direction, in ms. Default 0. */
  readonly delayMs?: number;
  /** One port for all transports, as servers have by default, or one for each. Default `one`. */
  readonly ports?: 'one' | 'range';
}

/**
 * The network between clients and the media ports of a server, which can fail. The server's workers are on ports of loopback;
 * what clients are told is the address of this machine on the network, where the relay is on the same ports. (Firefox sends
 * nothing to loopback.) So no candidate needs to be rewritten, and the settings are those of a server behind a NAT.
 */
export class UdpRelay {
  readonly settings: Pick<ServerSettings, 'listenIp' | 'announcedAddress' | 'tcp'> &
    Partial<Pick<ServerSettings, 'rtcPort' | 'rtcMinPort' | 'rtcMaxPort' | 'workers'>>;
  readonly #fronts: readonly Socket[];
  readonly #clients = new Map<string, RelayedClient>();
  readonly #delayMs: number;
  /** Whose packets are lost: everyone's, or those of transports with these ufrags at the server. */
  #cut: 'all' | ReadonlySet<string> | null = null;
  #narrow: { readonly line: NarrowLine; readonly ufrags: ReadonlySet<string> } | null = null;
  #isClosed = false;
  #lost = 0;
  #passedInCuts = 0;

  private constructor(address: string, firstPort: number, fronts: readonly Socket[], options: UdpRelayOptions) {
    const { delayMs = 0, ports = 'one' } = options;
    this.#fronts = fronts;
    this.#delayMs = delayMs;
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
    // Below the ports that systems give to whoever asks for any.
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

  /** Packets that were lost in cuts. */
  get lost(): number {
    return this.#lost;
  }

  /** Packets that passed while others were cut. */
  get passedInCuts(): number {
    return this.#passedInCuts;
  }

  /**
   * Nothing passes for so long, either way. Resolves at the end of that.
   *
   * @param ufrags - ICE user name fragments of the server's transports: what else there is passes. Default: nothing passes.
   */
  async cutFor(ms: number, ufrags: 'all' | ReadonlySet<string> = 'all'): Promise<void> {
    const restore = this.cut(ufrags);
    await once(AbortSignal.timeout(ms), 'abort');
    restore();
  }

  /** Nothing passes, as in {@link cutFor}, until the answer is called. */
  cut(ufrags: 'all' | ReadonlySet<string> = 'all'): () => void {
    this.#cut = ufrags;
    return () => {
      this.#cut = null;
    };
  }

  /** Clients receive at most so many bytes a second together: those of transports with these ufrags at the server. */
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
      this.#carryOne(client, () => {
        client.back.send(packet, port, '127.0.0.1');
      });
    });
  }

  /** The client at that address, with the socket that stands for it before one port of the server. */
  #clientOf(front: Socket, port: number, { address, port: clientPort }: { address: string; port: number }) {
    const key = `${port} ${address}:${clientPort}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const back = createSocket('udp4');
    const client: RelayedClient = { back, ufrag: undefined };
    this.#clients.set(key, client);
    back.on('message', (packet) => {
      const send = () => {
        if (!this.#isClosed) front.send(packet, clientPort, address);
      };
      this.#carryOne(client, () => {
        if (this.#narrow?.ufrags.has(client.ufrag ?? '') === true) this.#narrow.line.carry(packet.length, send);
        else send();
      });
    });
    // Of a port that nobody listens on any more: on a real network, too, it is merely lost.
    back.on('error', () => {});
    back.bind(0, '127.0.0.1');
    return client;
  }

  /** Unless it is lost; in the order in which they came, as timers of one length end in the order they were set. */
  #carryOne({ ufrag = '' }: RelayedClient, send: () => void): void {
    if (this.#cut === 'all' || this.#cut?.has(ufrag) === true) {
      this.#lost += 1;
      return;
    }
    if (this.#cut !== null) this.#passedInCuts += 1;
    if (this.#delayMs === 0) send();
    else
      setTimeout(() => {
        if (!this.#isClosed) send();
      }, this.#delayMs);
  }
}

/** One socket of a client. Where the server has one port for all, only ICE tells which transport it belongs to. */
interface RelayedClient {
  readonly back: Socket;
  /** Of the server's transport; undefined until ICE has begun. */
  ufrag: string | undefined;
}

const bindingRequest = 0x0001;
const magicCookie = 0x2112_a442;
const userName = 0x0006;

/** The server's part of the user name in a STUN binding request (RFC 8445, 7.2.2); undefined in any other packet. */
function serverUfragIn(packet: Buffer): string | undefined {
  if (packet.length < 20 || packet.readUInt16BE(0) !== bindingRequest) return undefined;
  if (packet.readUInt32BE(4) !== magicCookie) return undefined;
  for (let at = 20; at + 4 <= packet.length;) {
    const [type, size] = [packet.readUInt16BE(at), packet.readUInt16BE(at + 2)];
    if (type === userName) return packet.toString('utf8', at + 4, at + 4 + size).split(':')[0];
    // Padded to whole words.
    at += 4 + Math.ceil(size / 4) * 4;
  }
  return undefined;
}

/** Of this machine on the network; another one of loopback where it is on none. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((infos) => infos ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.2';
}
