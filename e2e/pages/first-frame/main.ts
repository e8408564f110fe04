import type { App, JoinRequest } from './App.ts';
import type { AppName } from './apps.ts';
import { Timeline } from './Timeline.ts';

/** Page of one peer. Measures the time until the first frame of each picture. */
const timeline = new Timeline();
timeline.watchBrowser();
// A dynamic import, because protoo-client reads the browser's WebSocket when it loads.
const { apps } = await import('./apps.ts');

class FirstFramePage {
  #app: App | null = null;
  #seen = 0;
  #onSeen = () => {};

  async load(name: AppName): Promise<void> {
    this.#app = await apps[name]();
  }

  async prepare(request: JoinRequest): Promise<void> {
    await this.#app?.prepare?.(request);
  }

  /** Starts the clock and joins. */
  async join(request: JoinRequest): Promise<void> {
    timeline.start();
    await this.#app?.join(request, (element) => {
      timeline.mark('track shown');
      void this.#watch(element);
    });
  }

  /** Starts the clock and enables the camera. */
  async enableCamera(encodings?: RTCRtpEncodingParameters[]): Promise<void> {
    timeline.start();
    await this.#app?.enableCamera(encodings);
  }

  /** Resolves once `count` pictures have shown a frame. */
  async sees(count: number): Promise<void> {
    while (this.#seen < count)
      await new Promise<void>((resolve) => {
        this.#onSeen = resolve;
      });
  }

  /** Time of the start in ms since 1970, and the time of each event in ms since then, up to `frame of picture #n`. */
  get times() {
    return { startedAt: timeline.startedAt, marks: timeline.marks };
  }

  async leave(): Promise<void> {
    await this.#app?.leave();
  }

  async #watch(element: HTMLVideoElement): Promise<void> {
    await firstFrame(element);
    this.#seen += 1;
    timeline.mark(`frame of picture #${this.#seen}`);
    document.querySelector('h1')!.textContent = `${this.#seen} seen`;
    this.#onSeen();
  }
}

/** Resolves at the first received frame. For a track without media, Chromium shows a black frame, which has no receive time. */
function firstFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    const look = (_: number, { receiveTime }: VideoFrameCallbackMetadata) => {
      if (receiveTime === undefined) video.requestVideoFrameCallback(look);
      else resolve();
    };
    video.requestVideoFrameCallback(look);
  });
}

declare global {
  interface Window {
    firstFrame: FirstFramePage;
  }
}

window.firstFrame = new FirstFramePage();
