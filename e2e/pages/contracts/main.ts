import {
  type ContractResult,
  captureContract,
  mediaEngineContract,
  noDevicesContract,
  peerConnectionMediaContract,
  refusedCaptureContract,
  rtcPeerConnectionContract,
  runContract,
} from '@tureen/client/contracts';
import { deviceEngine, peerConnectionEngine } from '@tureen/client/ports';

import { movingPicture, tone } from '../room/sources.ts';
import { ServerPeers } from './ServerPeers.ts';

/** Runs the contracts in this browser, and writes the result of each case. */
interface Place {
  readonly url: string;
  readonly roomId: string;
}

let tracks: MediaStreamTrack[] = [];
async function track(kind: 'audio' | 'video'): Promise<MediaStreamTrack> {
  const made = kind === 'audio' ? await tone() : movingPicture();
  tracks.push(made);
  return made;
}
function close(): void {
  for (const one of tracks) one.stop();
  tracks = [];
}

const openCapture = async () => ({ mediaDevices: navigator.mediaDevices, close });

let rooms = 0;
const contracts = {
  mediaEngine: ({ url, roomId }: Place) =>
    runContract(mediaEngineContract, async () => {
      const peers = new ServerPeers(url, `${roomId}-${rooms++}`);
      const closePeers = peers.close.bind(peers);
      return Object.assign(peers, {
        engine: deviceEngine(),
        track,
        close: async () => {
          close();
          await closePeers();
        },
      });
    }),
  peerConnectionMedia: () =>
    runContract(peerConnectionMediaContract, async () => ({ media: peerConnectionEngine(), track, close })),
  rtcPeerConnection: () =>
    runContract(rtcPeerConnectionContract, async () => ({ create: () => new RTCPeerConnection(), track, close })),
  capture: () => runContract(captureContract, openCapture),
  noDevices: () => runContract(noDevicesContract, openCapture),
  refusedCapture: () => runContract(refusedCaptureContract, openCapture),
} satisfies Record<string, (place: Place) => Promise<ContractResult[]>>;

export type ContractName = keyof typeof contracts;

async function run(name: ContractName, place: Place): Promise<ContractResult[]> {
  const results = await contracts[name](place);
  document.querySelector('[data-testid="results"]')!.textContent += results
    .map(({ title, failure }) => `${failure === null ? 'ok' : 'FAILED'} ${name}: ${title} ${failure ?? ''}\n`)
    .join('');
  return results;
}

declare global {
  interface Window {
    runContract: typeof run;
  }
}
window.runContract = run;
