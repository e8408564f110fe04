import { describe, expect, it } from 'vitest';

import * as s from './schema/index.ts';
import { formatIssue, parse } from './parse.ts';
import { rtpParameters } from './rtp.ts';

const video = { mimeType: 'video/VP8', payloadType: 96, clockRate: 90000 };

function faultOf(schema: s.AnySchema, data: unknown): string {
  const result = parse(schema, data);
  return result.ok ? 'no fault' : formatIssue(result.issue);
}

describe('parse', () => {
  it('gives the value', () => {
    expect(parse(rtpParameters, { codecs: [video] })).toEqual({ ok: true, value: { codecs: [video] } });
  });

  it('names the field that is wrong, however deep', () => {
    const schema = s.object({ rtpParameters });
    expect(faultOf(schema, { rtpParameters: { codecs: [{ ...video, mimeType: 5 }] } })).toBe(
      'rtpParameters.codecs.0.mimeType: Expected string',
    );
    expect(faultOf(schema, { rtpParameters: { codecs: [video], encodings: [{}, { rtx: { ssrc: -1 } }] } })).toBe(
      'rtpParameters.encodings.1.rtx.ssrc: Expected >=0',
    );
  });

  it('names the field that is missing', () => {
    expect(faultOf(rtpParameters, {})).toBe('codecs: Required');
    expect(faultOf(s.object({ rtpParameters }), { rtpParameters: { codecs: [{}] } })).toBe(
      'rtpParameters.codecs.0.mimeType: Required',
    );
  });

  it('names the values there are to choose from', () => {
    expect(faultOf(s.object({ kind: s.picklist(['audio', 'video']) }), { kind: 'smell' })).toBe(
      'kind: Expected ("audio" | "video")',
    );
  });

  it.each([null, undefined, 'text', 5])('says so where the whole is wrong: %s', (data) => {
    expect(parse(rtpParameters, data)).toMatchObject({ ok: false, issue: { path: '' } });
  });

  it('never repeats what was sent', () => {
    expect(faultOf(rtpParameters, { codecs: [{ ...video, clockRate: 'a secret' }] })).not.toContain('secret');
  });
});
