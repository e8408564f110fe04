import { type Browser, type Page, firefox } from '@playwright/test';
import {
  type BrowserName,
  type CodecName,
  type ModeName,
  type Row,
  browserNames,
  codecTable,
  isSent,
  modeNames,
  modes,
  pushPullModes,
  pushPullTable,
} from './codecTable.ts';
import { CodecWalk } from './fixtures/codecWalk.ts';
import { expect, test } from './fixtures/test.ts';
import { firefoxLaunch } from './launch.ts';

/*
 * Walks the codec table: each browser sends each codec in each way, both browsers receive it, and decoded frames are counted. What
 * is seen has to be what the table says, so a change of a browser or of the worker shows, for the better too.
 */
const opus = { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 } as const;
const video = (mimeType: string, parameters: Record<string, unknown>) => ({
  mediaCodecs: [opus, { kind: 'video', mimeType, clockRate: 90_000, parameters }] as const,
});

const h264 = { 'packetization-mode': 1, 'level-asymmetry-allowed': 1, 'profile-level-id': '4d0032' };
const routers = [
  { codecs: ['VP8', 'VP9', 'H264', 'AV1'], parts: {} },
  { codecs: ['VP9 profile 2'], parts: video('video/VP9', { 'profile-id': 2 }) },
  { codecs: ['H264 main'], parts: video('video/H264', h264) },
] as const;

let browsers: Record<BrowserName, Browser>;
test.beforeAll(async ({ browser }) => {
  browsers = { chromium: browser, firefox: await firefox.launch(firefoxLaunch) };
});
test.afterAll(() => browsers.firefox.close());

const mimeTypeOf = (codec: CodecName) => `video/${codec.split(' ')[0]!}`;
const sending = (codec: CodecName, mode: ModeName) => (sender: Page) =>
  sender.evaluate((what) => window.codecs.send(what), { codec: mimeTypeOf(codec), encodings: modes[mode] });

/** The error of a sender, in the words of the table. */
function refusal(code: string, row: Row): string {
  if (code === 'unsupported') return 'refused';
  // A browser with the codec would have sent it.
  if (code === 'unsupportedCodec') return row === 'not verified' ? 'not verified' : 'no codec';
  return code;
}

for (const { codecs, parts } of routers)
  test.describe(codecs.join(', '), () => {
    test.use({ parts });
    for (const from of browserNames)
      for (const codec of codecs)
        test(`${codec} of ${from} is decoded as the table says`, async ({ world }) => {
          test.setTimeout(600_000);
          const walk = await CodecWalk.open(world, browsers, from);
          const seen: Partial<Record<ModeName, unknown>> = {};
          for (const mode of modeNames) {
            const row = codecTable[from][codec][mode];
            const judge = (receiver: Page) => walk.judge(receiver, mode);
            const outcome = await walk.walk(sending(codec, mode), judge);
            seen[mode] = typeof outcome === 'string' ? refusal(outcome, row) : outcome;
            // The client does not send what no receiver decodes, unless it believes otherwise.
            if (seen[mode] === 'refused' && row !== 'refused' && !isSent(row))
              seen[mode] = await walk.walk(sending(codec, mode), judge, { believes: true });
          }
          expect(seen).toEqual(codecTable[from][codec]);
        });
  });

for (const from of browserNames)
  test(`push-pull of ${from} is decoded as the table says`, async ({ world }) => {
    test.setTimeout(600_000);
    const walk = await CodecWalk.open(world, browsers, from);
    for (const [codec, rows] of Object.entries(pushPullTable[from]) as [CodecName, Record<ModeName, Row>][])
      for (const mode of pushPullModes) {
        const judge = async (receiver: Page) => ((await walk.decodes(receiver)) === null ? 'nothing' : 'decoded');
        const outcome = await walk.walk(sending(codec, mode), judge, { dialect: 'push-pull' });
        const seen = typeof outcome === 'string' ? refusal(outcome, rows[mode]) : outcome;
        expect.soft(seen, `${codec} ${mode}`).toEqual(rows[mode]);
      }
  });
