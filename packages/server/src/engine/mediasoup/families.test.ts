import { afterEach, describe, expect, it } from 'vitest';
import { capturedLogs } from '../../testing/capturedLogs.ts';
import { isBindingAnswered } from '../../testing/isBindingAnswered.ts';
import type { MediaBackend } from '../MediaBackend.ts';
import { createMediasoupBackend } from './index.ts';
import type { MediaAddress } from './options.ts';

const opened: MediaBackend[] = [];
afterEach(() => Promise.all(opened.splice(0).map((backend) => backend.close())));

/** Creates a transport of a real worker that listens on these addresses. */
async function transportOn(addresses: readonly MediaAddress[]) {
  const backend = await createMediasoupBackend({ logger: capturedLogs().logger, workers: 1, tcp: false, addresses });
  opened.push(backend);
  const router = await backend.createRouter();
  return router.createWebRtcTransport({ forceTcp: false, enableSctp: false, reportBwe: false });
}

describe('A worker that listens on addresses of IPv6', () => {
  it.each<[what: string, addresses: MediaAddress[], offered: string[]]>([
    ['::1 alone', [{ ip: '::1' }], ['::1']],
    ['both loopback addresses', [{ ip: '127.0.0.1' }, { ip: '::1' }], ['127.0.0.1', '::1']],
    [':: for both families', [{ ip: '::', announcedAddresses: ['::1', '127.0.0.1'] }], ['::1', '127.0.0.1']],
    [
      'a wildcard for each family',
      [
        { ip: '0.0.0.0', announcedAddresses: ['127.0.0.1'] },
        { ip: '::', announcedAddresses: ['::1'] },
      ],
      ['127.0.0.1', '::1'],
    ],
  ])('is reached at every candidate: %s', async (_what, addresses, offered) => {
    const { iceCandidates, iceParameters } = await transportOn(addresses);
    expect(iceCandidates.map(({ address }) => address)).toEqual(offered);
    const answers = iceCandidates.map(({ address, port }) => isBindingAnswered({ address, port, ...iceParameters }));
    expect(await Promise.all(answers)).toEqual(offered.map(() => true));
  });
});
