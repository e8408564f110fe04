/** Types of the parts that are used of two packages without types. */
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
    readonly direction: 'send' | 'recv';
    readonly connectionState: string;
    /** Part that depends on the browser. */
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
    readonly rtpParameters: {
      readonly encodings: readonly { readonly ssrc: number; readonly rtx?: { readonly ssrc: number } }[];
      readonly rtcp: { readonly cname?: string };
    };
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
    readonly transports: Transport[];
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
