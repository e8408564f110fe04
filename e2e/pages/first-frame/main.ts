import { Timeline } from './Timeline.ts';
import type { ReceiveRequest, Receiver, ReceiverName } from './receivers.ts';

/** Page of a late joiner. Measures the time until the first frame. */
const timeline = new Timeline();
timeline.watchBrowser();
// A dynamic import, because protoo-client reads the browser's WebSocket when it loads.
const { receivers } = await import('./receivers.ts');

class LatePage {
  #receiver: Receiver | null = null;

  /** ms from connecting to each event, up to `first frame`. */
  async receive(name: ReceiverName, request: ReceiveRequest): Promise<Readonly<Record<string, number>>> {
    this.#receiver = receivers[name]();
    timeline.start();
    const element = await this.#receiver.receive(request);
    timeline.mark('track shown');
    await firstFrame(element);
    timeline.mark('first frame');
    document.querySelector('h1')!.textContent = 'seen';
    return timeline.marks;
  }

  async leave(): Promise<void> {
    await this.#receiver?.leave();
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
    late: LatePage;
  }
}

window.late = new LatePage();
