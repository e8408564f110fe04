import { Timeline } from './Timeline.ts';
import type { ReceiveRequest, Receiver, ReceiverName } from './receivers.ts';

/** The page of somebody who comes when the other sends already, and how long it takes until the other is seen. */
const timeline = new Timeline();
timeline.watchBrowser();
// Not before, as protoo-client takes the browser's WebSocket when it is loaded.
const { receivers } = await import('./receivers.ts');

class LatePage {
  #receiver: Receiver | null = null;

  /** Ms from connecting to each thing that happened, up to `first frame`. */
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

/** For a track on which nothing has come yet Chromium shows black, which was never received. */
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
