import { type RunningServer, type ServerSettings, startServer } from '@tureen/server';
import { TcpRelay } from '../relays/TcpRelay.ts';
import { UdpRelay } from '../relays/UdpRelay.ts';
import type { EarlyKeyFrames } from './earlyKeyFrames.ts';
import { type ClientTraffic, Wire } from './Wire.ts';

/** Delay in each direction in ms. */
export const delayMs = 50;

export interface NetworkOptions {
  /** Part of the media packets in each direction that is lost. Default 0. */
  readonly lossPart?: number;
  readonly settings?: Partial<ServerSettings>;
}

/** A server behind a network with a delay, and the record of its traffic. */
export class Network {
  readonly serverUrl: string;
  readonly #tcp: TcpRelay;
  readonly #udp: UdpRelay;
  readonly #server: RunningServer;
  readonly #wire: Wire;

  private constructor(tcp: TcpRelay, udp: UdpRelay, server: RunningServer, wire: Wire) {
    this.#tcp = tcp;
    this.#udp = udp;
    this.#server = server;
    this.#wire = wire;
    this.serverUrl = `ws://127.0.0.1:${tcp.port}/mediasoup-v3`;
  }

  static async open({ lossPart = 0, settings = {} }: NetworkOptions = {}): Promise<Network> {
    const wire = new Wire();
    const { onFrame, onPacket } = wire;
    const udp = await UdpRelay.open({ delayMs, lossPart, onPacket });
    const defaults = { port: 0, workers: 1, logLevel: 'silent', pingIntervalMs: 0 } as const;
    const server = await startServer({ ...defaults, ...udp.settings, ...settings });
    const tcp = await TcpRelay.open({ port: server.port, delayMs, onFrame });
    return new Network(tcp, udp, server, wire);
  }

  /** Number of connections so far: the number of the last one. */
  get connections(): number {
    return this.#tcp.connections;
  }

  /** Early key frames since the start of the server. */
  get earlyKeyFrames(): EarlyKeyFrames {
    return { ...this.#server.registry.earlyKeyFrames };
  }

  /** Traffic of a connection, by its number. */
  trafficOf(connection: number): ClientTraffic {
    return this.#wire.of(connection);
  }

  async close(): Promise<void> {
    await this.#tcp.close();
    await this.#server.close();
    this.#udp.close();
  }
}
