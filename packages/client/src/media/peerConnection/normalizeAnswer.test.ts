import { describe, expect, test } from 'vitest';

import { normalizeAnswer } from './normalizeAnswer.ts';
import { prepareOffer } from './prepareOffer.ts';
import { parseSdp, writeSdp } from './sdp.ts';
import { answerTo, recordedOffer } from './sdpFixture.ts';

const pushAudio = prepareOffer(recordedOffer('chromium-push-audio'));
const pushVideo = prepareOffer(recordedOffer('chromium-push-video'));
const pull = prepareOffer(recordedOffer('chromium-pull-audio-video'));
const pullVideo = prepareOffer(recordedOffer('chromium-pull-video'));

/** Replaces the first line with that start by `lines`. */
const replace =
  (start: string, ...lines: string[]) =>
  (all: string[]) => {
    const index = all.findIndex((line) => line.startsWith(start));
    return all.toSpliced(index, 1, ...lines);
  };
const add =
  (...lines: string[]) =>
  (all: string[]) => [...all, ...lines];

const failureOf = (answer: string, offer: string): { code: string; message: string } => {
  try {
    normalizeAnswer(answer, offer);
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('it was taken');
};

describe('normalizeAnswer()', () => {
  test('keeps a valid answer unchanged', () => {
    const answer = writeSdp(parseSdp(answerTo(pull)));
    expect(normalizeAnswer(answer, pull)).toBe(answer);
  });

  test('lists the MIDs of the answer in BUNDLE, and no others', () => {
    for (const line of ['a=group:BUNDLE 0 1', 'a=group:BUNDLE', 'a=group:LS 0', 'a=x'])
      expect(normalizeAnswer(answerTo(pushAudio, replace('a=group', line)), pushAudio).match(/a=group.*/g)).toEqual([
        'a=group:BUNDLE 0',
      ]);
  });

  test('moves ice-lite within a section to the session level', () => {
    const answer = answerTo(pull, (lines) =>
      lines.flatMap((line) => (line === 'a=ice-lite' ? [] : line.startsWith('a=mid') ? [line, 'a=ice-lite'] : [line])),
    );
    const [session, ...sections] = normalizeAnswer(answer, pull).split(/(?=^m=)/m);
    expect(session).toContain('a=ice-lite');
    expect(sections.join('')).not.toContain('a=ice-lite');
  });

  test('drops SSRCs of the offer and an SSRC of 0 from the answer to a push', () => {
    const answer = answerTo(pushVideo, add('a=ssrc-group:FID 5 0', 'a=ssrc:5 cname:x', 'a=ssrc:0 cname:x'));
    expect(normalizeAnswer(answer, pushVideo)).not.toContain('a=ssrc');
    const pulled = answerTo(pullVideo, add('a=ssrc-group:FID 1000 0', 'a=ssrc:0 cname:x'));
    expect(normalizeAnswer(pulled, pullVideo).match(/a=ssrc.*/g)).toEqual(['a=ssrc:1000 cname:server']);
  });

  test('throws badResponse for a section that sends nothing', () => {
    const dead = answerTo(pullVideo, replace('a=ssrc:', 'a=ssrc-group:FID 0 0'));
    expect(failureOf(dead, pullVideo)).toMatchObject({
      code: 'badResponse',
      message: expect.stringContaining('video'),
    });
  });

  test('drops parameters of unlisted payload types', () => {
    const answer = answerTo(pullVideo, add('a=fmtp:0 apt=96', 'a=rtpmap:0 rtx/90000', 'a=rtcp-fb:77 nack'));
    expect(normalizeAnswer(answer, pullVideo)).not.toMatch(/fmtp:0|rtpmap:0|rtcp-fb:77/);
  });

  test('drops payload types that were not offered, and a section without others', () => {
    const more = answerTo(pullVideo, replace('m=video', 'm=video 7 UDP/TLS/RTP/SAVPF 77 96 78'));
    expect(normalizeAnswer(more, pullVideo)).toMatch(/^m=video 7 UDP\/TLS\/RTP\/SAVPF 96\r$/m);
    const none = answerTo(pullVideo, replace('m=video', 'm=video 7 UDP/TLS/RTP/SAVPF 77'));
    expect(failureOf(none, pullVideo).code).toBe('unsupportedCodec');
  });

  test.each([
    ['no payload type', replace('m=audio', 'm=audio 9 UDP/TLS/RTP/SAVPF')],
    ['port 0', replace('m=audio', 'm=audio 0 UDP/TLS/RTP/SAVPF 111')],
    [
      'no section',
      (lines: string[]) => [...lines.slice(0, 6), ...lines.slice(lines.findLastIndex((l) => l.startsWith('m=')))],
    ],
    ['another kind', replace('m=audio', 'm=video 7 UDP/TLS/RTP/SAVPF 111')],
  ])('throws unsupportedCodec with the offered codecs for a section with %s', (_, change) => {
    expect(failureOf(answerTo(pull, change), pull)).toMatchObject({
      code: 'unsupportedCodec',
      message: expect.stringContaining('opus') as unknown,
    });
  });

  test('throws badResponse for one SSRC in two sections', () => {
    const answer = answerTo(pull, (lines) => lines.map((line) => line.replace('a=ssrc:1001', 'a=ssrc:1000')));
    expect(failureOf(answer, pull)).toMatchObject({ code: 'badResponse', message: expect.stringContaining('1000') });
  });

  test('orders sections as in the offer, by position where they have no MID', () => {
    const [session = '', audio = '', video = ''] = answerTo(pull).split(/(?=^m=)/m);
    expect(normalizeAnswer(`${session}${video}${audio}`, pull)).toBe(normalizeAnswer(answerTo(pull), pull));
    const unnamed = answerTo(pull, (lines) => lines.filter((line) => !line.startsWith('a=mid')));
    expect(parseSdp(normalizeAnswer(unnamed, pull)).media.map(({ mid }) => String(mid))).toEqual(['0', '1']);
  });

  test('corrects a direction that contradicts the offer, and keeps a disabled one', () => {
    for (const line of ['a=sendrecv', 'a=sendonly', 'a=x'])
      expect(normalizeAnswer(answerTo(pushAudio, replace('a=recvonly', line)), pushAudio)).toContain('a=recvonly');
    expect(normalizeAnswer(answerTo(pull, replace('a=sendonly', 'a=inactive')), pull)).toContain('a=inactive');
  });

  test.each(['', 'hello', 'v=0', '{}', 'm=', '\0', 'm=video'])(
    'throws badResponse or unsupportedCodec for %j',
    (answer) => {
      expect(failureOf(answer, pull).code).toMatch(/^(badResponse|unsupportedCodec)$/);
    },
  );

  test('accepts any line endings', () => {
    expect(normalizeAnswer(answerTo(pull).replaceAll('\r\n', '\n'), pull)).toBe(normalizeAnswer(answerTo(pull), pull));
  });

  test('throws only TureenErrors for truncated or duplicated lines', () => {
    const lines = answerTo(pull).split('\r\n');
    for (const [index] of lines.entries()) {
      for (const changed of [
        lines.slice(0, index),
        lines.toSpliced(index, 1),
        lines.toSpliced(index, 0, lines[index] ?? ''),
      ]) {
        try {
          normalizeAnswer(changed.join('\r\n'), pull);
        } catch (error) {
          expect((error as Error).name).toBe('TureenError');
        }
      }
    }
  });
});
