import { type Socket, createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import type { ServerSettings } from '@tureen/server';

/** Transports that servers of the tests have at a time, with room for those that are being replaced. */
const portCount = 32;

/**
 * The network between clients and the media ports of a server, which can fail. The server's workers are on ports of loopback;
 * what clients are told is the address of this machine on the network, where the relay is on the same ports. (Firefox sends
 * nothing to loopback.) So no candidate needs to be rewritten, and the settings are those of a server behind a NAT.
 */
export class UdpRelay {
  readonly settings: Pick<ServerSettings, 'listenIp' | 'announcedAddress' | 'rtcMinPort' | 'rtcMaxPort' | 'tcp'>;
  readonly #fronts: readonly Socket[];
  readonly #backs = new Map<string, Socket>();
  readonly #delayMs: number;
  #isCut = false;
  #isClosed = false;
  #lost = 0;

  private constructor(address: string, firstPort: number, fronts: readonly Socket[], delayMs: number) {
    this.#fronts = fronts;
    this.#delayMs = delayMs;
    this.settings = {
      listenIp: '127.0.0.1',
      announcedAddress: address,
      rtcMinPort: firstPort,
      rtcMaxPort: firstPort + portCount - 1,
      tcp: false,
    };
    fronts.forEach((front, index) => {
      this.#carry(front, firstPort + index);
    });
  }

  /** @param options.delayMs How long every packet takes in each direction, in ms. Default 0. */
  static async open({ delayMs = 0 }: { readonly delayMs?: number } = {}): Promise<UdpRelay> {
    const address = ownAddress();
    // Below the ports that systems give to whoever asks for any.
    for (let firstPort = 12_000 + (process.pid % 300) * portCount; ; firstPort += portCount) {
      const fronts = Array.from({ length: portCount }, () => createSocket('udp4'));
      const bound = await Promise.allSettled(
        fronts.map(async (front, index) => {
          front.bind(firstPort + index, address);
          await once(front, 'listening');
        }),
      );
      if (bound.every(({ status }) => status === 'fulfilled')) return new UdpRelay(address, firstPort, fronts, delayMs);
      for (const front of fronts) front.close();
      if (firstPort > 30_000) throw new Error(`no ${portCount} free ports in a row`);
    }
  }

  /** Packets that were lost in cuts. */
  get lost(): number {
    return this.#lost;
  }

  /** Nothing passes for so long, either way. Resolves at its end. */
  async cutFor(ms: number): Promise<void> {
    this.#isCut = true;
    await once(AbortSignal.timeout(ms), 'abort');
    this.#isCut = false;
  }

  close(): void {
    this.#isClosed = true;
    for (const socket of [...this.#fronts, ...this.#backs.values()]) socket.close();
    this.#backs.clear();
  }

  #carry(front: Socket, port: number): void {
    front.on('message', (packet, client) => {
      this.#carryOne(() => {
        this.#backOf(front, port, client).send(packet, port, '127.0.0.1');
      });
    });
  }

  /** The socket that stands for one client before one port of the server's. */
  #backOf(front: Socket, port: number, client: { address: string; port: number }): Socket {
    const key = `${port} ${client.address}:${client.port}`;
    const known = this.#backs.get(key);
    if (known !== undefined) return known;
    const back = createSocket('udp4');
    this.#backs.set(key, back);
    back.on('message', (packet) => {
      this.#carryOne(() => {
        front.send(packet, client.port, client.address);
      });
    });
    // Of a port that nobody listens on any more: on a real network, too, it is merely lost.
    back.on('error', () => {});
    back.bind(0, '127.0.0.1');
    return back;
  }

  /** Unless it is lost; in the order in which they came, as timers of one length end in the order they were set. */
  #carryOne(send: () => void): void {
    if (this.#isCut) this.#lost += 1;
    else if (this.#delayMs === 0) send();
    else
      setTimeout(() => {
        if (!this.#isClosed) send();
      }, this.#delayMs);
  }
}

/** Of this machine on the network; another one of loopback where it is on none. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((infos) => infos ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.2';
}
