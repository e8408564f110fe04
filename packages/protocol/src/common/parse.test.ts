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
  it('returns the value', () => {
    expect(parse(rtpParameters, { codecs: [video] })).toEqual({ ok: true, value: { codecs: [video] } });
  });

  it('names the invalid field at any depth', () => {
    const schema = s.object({ rtpParameters });
    expect(faultOf(schema, { rtpParameters: { codecs: [{ ...video, mimeType: 5 }] } })).toBe(
      'rtpParameters.codecs.0.mimeType: Expected string',
    );
    expect(faultOf(schema, { rtpParameters: { codecs: [video], encodings: [{}, { rtx: { ssrc: -1 } }] } })).toBe(
      'rtpParameters.encodings.1.rtx.ssrc: Expected >=0',
    );
  });

  it('names the missing field', () => {
    expect(faultOf(rtpParameters, {})).toBe('codecs: Required');
    expect(faultOf(s.object({ rtpParameters }), { rtpParameters: { codecs: [{}] } })).toBe(
      'rtpParameters.codecs.0.mimeType: Required',
    );
  });

  it('lists the allowed values', () => {
    expect(faultOf(s.object({ kind: s.picklist(['audio', 'video']) }), { kind: 'smell' })).toBe(
      'kind: Expected ("audio" | "video")',
    );
  });

  it.each([null, undefined, 'text', 5])(
    'returns an empty path where the message itself has the wrong type: %s',
    (data) => {
      expect(parse(rtpParameters, data)).toMatchObject({ ok: false, issue: { path: '' } });
    },
  );

  it('never quotes the value', () => {
    expect(faultOf(rtpParameters, { codecs: [{ ...video, clockRate: 'a secret' }] })).not.toContain('secret');
  });
});
