import type { Page } from '@playwright/test';
import { type CodecName, type ModeName, type Row, browserNames, pushPullModes, pushPullTable } from './codecTable.ts';
import { refusal, sending, useBothBrowsers } from './fixtures/codecTests.ts';
import { expect, test } from './fixtures/test.ts';

const open = useBothBrowsers();
for (const from of browserNames)
  test(`push-pull from ${from} is decoded as in the table`, async ({ world }) => {
    test.setTimeout(600_000);
    const walk = await open(from, world);
    for (const [codec, rows] of Object.entries(pushPullTable[from]) as [CodecName, Record<ModeName, Row>][])
      for (const mode of pushPullModes) {
        const judge = async (receiver: Page) => ((await walk.decodes(receiver)) === null ? 'nothing' : 'decoded');
        const outcome = await walk.walk(sending(codec, mode), judge, { dialect: 'push-pull' });
        const seen = typeof outcome === 'string' ? refusal(outcome, rows[mode]) : outcome;
        expect.soft(seen, `${codec} ${mode}`).toEqual(rows[mode]);
      }
  });
