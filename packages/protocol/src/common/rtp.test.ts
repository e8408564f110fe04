import { describe, expect, it } from 'vitest';
import { parse } from './parse.ts';
import { rtpParameters } from './rtp.ts';

const streamsByRid = { codecs: [], headerExtensions: [], encodings: [{ rid: 'r0' }, { rid: 'r1' }] };

describe('rtpParameters', () => {
  it('accepts an empty cname, which mediasoup-client sends for streams with a rid', () => {
    expect(parse(rtpParameters, { ...streamsByRid, rtcp: { cname: '' } }).ok).toBe(true);
  });

  it('refuses a cname with a line break', () => {
    expect(parse(rtpParameters, { ...streamsByRid, rtcp: { cname: 'a\nb' } })).toMatchObject({
      issue: { path: 'rtcp.cname' },
    });
  });
});
