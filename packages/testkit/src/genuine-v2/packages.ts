import { createRequire } from 'node:module';
import type { EventEmitter } from 'node:events';

/** Payload of the protocol. */
export type Payload = Readonly<Record<string, unknown>> & { readonly method: string };

/** The used part of mediasoup 2.6.19's server objects, which have no types. */
export interface ServerRoom {
  readonly peers: ServerPeer[];
  getPeerByName(name: string): ServerPeer | undefined;
  receiveRequest(request: Payload): Promise<unknown>;
  close(appData?: unknown): void;
}
export interface ServerPeer extends Pick<EventEmitter, 'on'> {
  readonly name: string;
  readonly producers: ServerProducer[];
  readonly consumers: ServerConsumer[];
  readonly transports: ServerTransport[];
  getConsumerById(id: unknown): ServerConsumer | undefined;
  receiveRequest(request: Payload): Promise<unknown>;
  receiveNotification(notification: Payload): Promise<void>;
  close(appData?: unknown): void;
}
export interface ServerProducer {
  readonly kind: 'audio' | 'video';
  readonly appData: unknown;
  pause(appData?: unknown): void;
  resume(appData?: unknown): void;
  close(appData?: unknown): void;
}
export interface ServerConsumer {
  readonly kind: 'audio' | 'video';
  pause(appData?: unknown): void;
  resume(appData?: unknown): void;
  setPreferredProfile(profile: string): void;
  requestKeyFrame(): void;
}
export interface ServerTransport {
  readonly direction: 'send' | 'recv';
  close(appData?: unknown): void;
}

/** The API of mediasoup 2.6.19 that starts worker processes. */
export interface GenuineMediaServer {
  Room(mediaCodecs: readonly object[]): ServerRoom;
  close(): void;
}

/** The used part of mediasoup-client 2.4.11. */
export interface ClientRoom extends Pick<EventEmitter, 'on'> {
  readonly peers: ClientPeer[];
  readonly producers: ClientProducer[];
  readonly transports: ClientTransport[];
  join(peerName: string, appData?: unknown): Promise<ClientPeer[]>;
  leave(appData?: unknown): void;
  restartIce(): void;
  createTransport(direction: 'send' | 'recv', appData?: unknown): ClientTransport;
  createProducer(track: MediaStreamTrack, options: object, appData?: unknown): ClientProducer;
  receiveNotification(notification: unknown): Promise<void>;
}
export interface ClientPeer extends Pick<EventEmitter, 'on'> {
  readonly name: string;
  readonly consumers: ClientConsumer[];
}
interface ClientEntity extends Pick<EventEmitter, 'on'> {
  readonly id: number;
  enableStats(interval?: number): void;
  disableStats(): void;
}
export interface ClientTransport extends ClientEntity {
  readonly direction: 'send' | 'recv';
  readonly closed: boolean;
}
export interface ClientProducer extends ClientEntity {
  readonly kind: 'audio' | 'video';
  readonly simulcast: false | Readonly<Record<string, number>>;
  readonly track: MediaStreamTrack;
  send(transport: ClientTransport): Promise<void>;
  pause(): void;
  resume(): void;
  close(): void;
}
export interface ClientConsumer extends ClientEntity {
  readonly kind: 'audio' | 'video';
  readonly appData: unknown;
  readonly supported: boolean;
  readonly rtpParameters: unknown;
  readonly paused: boolean;
  readonly preferredProfile: string;
  readonly effectiveProfile: string | null;
  receive(transport: ClientTransport): Promise<MediaStreamTrack>;
  pause(): void;
  resume(): void;
  setPreferredProfile(profile: string): void;
}

type Parameters = Readonly<Record<string, unknown>>;
interface Ortc {
  getSendingRtpParameters(
    kind: string,
    extended: unknown,
  ): Parameters & { readonly codecs: { readonly name: string }[] };
}
interface ClientEmitter extends EventEmitter {
  safeEmit(event: string, ...args: unknown[]): void;
  safeEmitAsPromise(event: string, ...args: unknown[]): Promise<unknown>;
}

interface Client {
  readonly Room: new (options?: object) => ClientRoom;
  readonly internals: { readonly ortc: Ortc; readonly EnhancedEventEmitter: new () => ClientEmitter };
  setDeviceHandler(handler: unknown, metadata?: object): void;
}

const require = createRequire(import.meta.url);

/** Published packages, unchanged. Both are CommonJS without types. */
export const genuineClient = require('mediasoup-client-v2') as Client;
/** Not the package's main file, which requires a built worker. */
export const GenuineServerRoom = require('mediasoup-v2/lib/Room.js') as new (
  internal: { readonly routerId: number },
  data: { readonly rtpCapabilities: unknown },
  channel: EventEmitter,
) => ServerRoom;
/** The main file. Its workers run the program in `MEDIASOUP_WORKER_PATH` at the time of the call. */
export const genuineServer = (options: object) =>
  (require('mediasoup-v2') as { readonly Server: (options: object) => GenuineMediaServer }).Server(options);
export const { generateRoomRtpCapabilities } = require('mediasoup-v2/lib/ortc.js') as {
  readonly generateRoomRtpCapabilities: (mediaCodecs: readonly object[]) => Parameters;
};
