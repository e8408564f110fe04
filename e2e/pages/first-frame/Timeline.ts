import { FrameNames } from '../../relays/FrameNames.ts';

/**
 * First time of each event in ms from `start`: every message by name, and states of media connections. Reads the browser's own objects, so
 * that it works the same for every client.
 */
export class Timeline {
  readonly #marks = new Map<string, number>();
  #start = 0;

  /** Starts the clock. */
  start(): void {
    this.#marks.clear();
    this.#start = performance.now();
  }

  mark(name: string): void {
    if (!this.#marks.has(name)) this.#marks.set(name, performance.now() - this.#start);
  }

  /** Time of the start in ms since 1970, by a clock that pages share. */
  get startedAt(): number {
    return performance.timeOrigin + this.#start;
  }

  get marks(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#marks);
  }

  /** Watches every WebSocket and media connection from now on. */
  watchBrowser(): void {
    const mark = (name: string) => {
      this.mark(name);
    };
    window.WebSocket = class extends WebSocket {
      readonly #names = new FrameNames();

      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        this.addEventListener('open', () => {
          mark('socket open');
        });
        this.addEventListener('message', ({ data }) => {
          mark(this.#names.nameOf({ direction: 'toClient', text: String(data), connection: 1 }));
        });
      }

      override send(data: string): void {
        mark(this.#names.nameOf({ direction: 'toServer', text: data, connection: 1 }));
        super.send(data);
      }
    };
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        this.addEventListener('iceconnectionstatechange', () => {
          mark(`ICE ${this.iceConnectionState}`);
        });
        this.addEventListener('connectionstatechange', () => {
          mark(`connection ${this.connectionState}`);
        });
      }
    };
  }
}
