import { describe, expect, test } from 'vitest';

import { prepareOffer } from './prepareOffer.ts';
import { parseSdp, payloadTypesOf } from './sdp.ts';
import { recordedOffer, recordedOffers } from './sdpFixture.ts';

describe('prepareOffer()', () => {
  test.each(recordedOffers)(
    'puts each rtpmap before its references, and lists all references in the offer of %s',
    (name) => {
      const prepared = prepareOffer(recordedOffer(name));
      for (const section of prepared.split(/(?=^m=)/m).slice(1)) {
        const mapped = new Set<string>();
        let last = 0;
        for (const line of section.split('\r\n')) {
          const [, attribute = '', payloadType = ''] = /^a=(rtpmap|fmtp|rtcp-fb):(\d+) /.exec(line) ?? [];
          if (attribute === '') continue;
          if (attribute === 'rtpmap') mapped.add(payloadType);
          const rank = ['rtpmap', 'fmtp', 'rtcp-fb'].indexOf(attribute);
          expect(rank, line).toBeGreaterThanOrEqual(last);
          last = rank;
          expect(mapped, line).toContain(payloadType);
        }
      }
    },
  );

  test.each(recordedOffers)(
    'leaves no candidate, and a port, a fingerprint and an integer MID in each section of %s',
    (name) => {
      const prepared = prepareOffer(recordedOffer(name));
      expect(prepared).not.toMatch(/a=candidate|end-of-candidates|bundle-only/);
      expect(prepared).toMatch(/\r\n$/);
      for (const section of parseSdp(prepared).media) {
        expect(section.port).toBeGreaterThan(0);
        expect(section.fingerprint).toMatchObject({ type: 'sha-256' });
        expect(String(section.mid)).toMatch(/^\d+$/);
        expect(section.setup).toBe('actpass');
      }
    },
  );

  test.each(recordedOffers)(
    'gives opus both parameters in the spelling of RTCPilot, and keeps the others of %s',
    (name) => {
      for (const section of parseSdp(prepareOffer(recordedOffer(name))).media) {
        for (const { codec, payload } of section.rtp) {
          if (codec !== 'opus') continue;
          const config = section.fmtp.find((one) => one.payload === payload)?.config.split(';');
          expect(config).toEqual(expect.arrayContaining(['minptime=10', 'useinbandfec=1']));
          if (name.startsWith('firefox')) expect(config).toContain('stereo=1');
        }
      }
    },
  );

  test.each(recordedOffers)('removes nothing else from the offer of %s, and changes nothing when repeated', (name) => {
    const offer = recordedOffer(name);
    const prepared = prepareOffer(offer);
    expect(prepareOffer(prepared)).toBe(prepared);
    const [before, after] = [parseSdp(offer), parseSdp(prepared)];
    for (const [index, section] of before.media.entries()) {
      const same = after.media[index];
      expect(same).toMatchObject({
        mid: section.mid,
        direction: section.direction,
        ext: section.ext,
        rtp: section.rtp,
      });
      expect(same && payloadTypesOf(same)).toEqual(payloadTypesOf(section));
      expect([same?.msid, same?.rids, same?.simulcast]).toEqual([section.msid, section.rids, section.simulcast]);
      expect([same?.iceUfrag, same?.icePwd]).toEqual([section.iceUfrag, section.icePwd]);
      if (section.direction === 'sendonly')
        expect([same?.ssrcs, same?.ssrcGroups]).toEqual([section.ssrcs, section.ssrcGroups]);
      else expect(same?.ssrcs).toBeUndefined();
    }
  });

  test('removes rtcp-fb of excluded codecs, which Firefox keeps', () => {
    const offer = recordedOffer('firefox-push-vp8');
    expect(offer).toContain('a=rtcp-fb:121 nack');
    expect(prepareOffer(offer)).not.toContain('a=rtcp-fb:121');
  });
});
