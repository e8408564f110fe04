import { describe, expect, test, vi } from 'vitest';

import { describeTransport, openSession, trackOf } from './deviceFixture.ts';

const chromiums = 'r67P1V5B65/se1Z+';

/** Opens a session whose browser names these CNAMEs in its offers, in order. Returns the CNAME in each request to produce. */
async function announced(offered: readonly (string | undefined)[], { transports = 1 } = {}) {
  const world = await openSession();
  const cnames: unknown[] = [];
  const onProduce: typeof world.send.onProduce = vi.fn(async ({ rtpParameters }) => {
    cnames.push(rtpParameters.rtcp?.cname);
    return `producer-${cnames.length}`;
  });
  for (let number = 0; number < transports; number++) {
    const transport = world.session.createSendTransport(describeTransport(`send-${number}`), {
      ...world.send,
      onProduce,
    });
    const vendor = world.vendors.at(-1)!;
    const send = vendor.send.bind(vendor);
    for (const cname of offered) {
      vi.spyOn(vendor, 'send').mockImplementationOnce(async (options) => {
        const sent = await send(options);
        const rtcp = cname === undefined ? undefined : { ...sent.rtpParameters.rtcp, cname };
        return { ...sent, rtpParameters: { ...sent.rtpParameters, rtcp } as never };
      });
      await transport.produce({ track: trackOf('video') });
    }
  }
  return cnames;
}

describe('the CNAME of the producers of a session', () => {
  test('is the browser’s own, where its first offer has one', async () => {
    expect(await announced([chromiums, '', chromiums])).toEqual([chromiums, chromiums, chromiums]);
  });

  test.each([
    ['names none, as Chromium does for simulcast', ''],
    ['has no RTCP', undefined],
    ['names a CNAME that SDP cannot carry', 'a b'],
  ])('is generated where the first offer %s, and stays', async (_, first) => {
    const cnames = await announced([first, chromiums, first]);
    expect(new Set(cnames)).toEqual(new Set([expect.stringMatching(/^[A-Za-z0-9+]{16}$/)]));
    expect(await announced([first])).not.toEqual([cnames[0]]);
  });

  test('is the same on a replacement transport', async () => {
    const cnames = await announced(['', chromiums], { transports: 2 });
    expect(cnames).toHaveLength(4);
    expect(new Set(cnames).size).toBe(1);
  });
});
