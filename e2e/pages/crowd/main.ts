import { DemoApp } from '../first-frame/DemoApp.ts';

export interface CrowdRequest {
  readonly serverUrl: string;
  readonly roomId: string;
  readonly count: number;
}

/** Page of many peers. Each sends the same small picture of the fake camera, encoded on its own, and receives nothing. */
class CrowdPage {
  async join({ serverUrl, roomId, count }: CrowdRequest): Promise<void> {
    const video = { width: { exact: 160 }, height: { exact: 120 }, frameRate: { ideal: 20 } };
    const [track] = (await navigator.mediaDevices.getUserMedia({ video })).getVideoTracks();
    for (let number = 1; number <= count; number += 1) {
      const peer = new DemoApp({ isReceiving: false });
      await peer.join({ serverUrl, roomId, peerId: `publisher-${number}` }, () => {});
      // Without layers: the server would hold layered pictures back until it knows the bandwidth.
      await peer.publish(track!.clone(), [{ maxBitrate: 60_000 }]);
    }
    document.querySelector('h1')!.textContent = `${count} publish`;
  }
}

declare global {
  interface Window {
    crowd: CrowdPage;
  }
}

window.crowd = new CrowdPage();
