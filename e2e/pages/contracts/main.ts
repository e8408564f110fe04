import { type ContractResult, DeviceEngine, mediaEngineContract, runContract } from '@tureen/client/contracts';

import { movingPicture, tone } from '../room/sources.ts';
import { ServerPeers } from './ServerPeers.ts';

/** Runs the contracts on the real ones of this browser, and writes what became of each case. */
const contracts = {
  mediaEngine: (url: string, roomId: string) => {
    let rooms = 0;
    return runContract(mediaEngineContract, async () => {
      const tracks: MediaStreamTrack[] = [];
      const peers = new ServerPeers(url, `${roomId}-${rooms++}`);
      return Object.assign(peers, {
        engine: new DeviceEngine(),
        track: async (kind: 'audio' | 'video') => {
          const track = kind === 'audio' ? await tone() : movingPicture();
          tracks.push(track);
          return track;
        },
      });
    });
  },
} satisfies Record<string, (url: string, roomId: string) => Promise<ContractResult[]>>;

export type ContractName = keyof typeof contracts;

async function run(name: ContractName, url: string, roomId: string): Promise<ContractResult[]> {
  const results = await contracts[name](url, roomId);
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
