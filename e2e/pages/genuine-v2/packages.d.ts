/** As much as is used of two packages that have no types. */
declare module 'mediasoup-client-v2' {
  interface Emitter {
    on(event: string, listener: (...args: never[]) => void): void;
  }
  interface Entity extends Emitter {
    readonly id: number;
    readonly kind: 'audio' | 'video';
    readonly appData: unknown;
    readonly paused: boolean;
    pause(appData?: unknown): void;
    resume(appData?: unknown): void;
  }
  export interface Transport extends Emitter {
    readonly connectionState: string;
    /** The part that knows the browser. */
    readonly handler: { readonly _pc: RTCPeerConnection };
  }
  export interface Producer extends Entity {
    readonly remotelyPaused: boolean;
    send(transport: Transport): Promise<void>;
    close(appData?: unknown): void;
  }
  export interface Consumer extends Entity {
    readonly peer: Peer;
    readonly supported: boolean;
    readonly track: MediaStreamTrack | null;
    readonly remotelyPaused: boolean;
    readonly preferredProfile: string;
    readonly effectiveProfile: string | null;
    receive(transport: Transport): Promise<MediaStreamTrack>;
    setPreferredProfile(profile: string): void;
    enableStats(interval?: number): void;
    disableStats(): void;
  }
  export interface Peer extends Emitter {
    readonly name: string;
    readonly appData: unknown;
    readonly consumers: Consumer[];
  }
  export class Room implements Emitter {
    constructor(options?: object);
    on(event: string, listener: (...args: never[]) => void): void;
    readonly joined: boolean;
    readonly closed: boolean;
    readonly peers: Peer[];
    readonly producers: Producer[];
    getPeerByName(name: string): Peer | undefined;
    join(peerName: string, appData?: unknown): Promise<Peer[]>;
    leave(appData?: unknown): void;
    restartIce(): void;
    createTransport(direction: 'send' | 'recv', appData?: unknown): Transport;
    createProducer(track: MediaStreamTrack, options: { simulcast?: boolean }, appData?: unknown): Producer;
    receiveNotification(notification: unknown): Promise<void>;
  }
  export function getDeviceInfo(): { readonly flag: string; readonly name: string; readonly version: string };
}

declare module 'protoo-client' {
  interface Incoming {
    readonly method: string;
    readonly data: unknown;
  }
  export class WebSocketTransport {
    constructor(url: string);
  }
  export class Peer {
    constructor(transport: WebSocketTransport);
    on(event: 'open' | 'disconnected' | 'close', listener: () => void): void;
    on(
      event: 'request',
      listener: (
        request: Incoming,
        accept: (data?: unknown) => void,
        reject: (code: number, reason: string) => void,
      ) => void,
    ): void;
    on(event: 'notification', listener: (notification: Incoming) => void): void;
    request(method: string, data: unknown): Promise<unknown>;
    notify(method: string, data: unknown): Promise<void>;
    close(): void;
  }
}
