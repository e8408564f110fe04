import { expect, it } from 'vitest';
import { readFrame } from './readFrame.ts';

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

it('readFrame() refuses a request that is nested too deep with its field, and counts a notification', () => {
  const data = `{"text":"hi","appData":{"a":${nested(4000)}}}`;
  expect(readFrame(`{"request":true,"id":7,"method":"produce","data":${data}}`)).toEqual({
    kind: 'bad',
    id: 7,
    reason: 'appData: Expected at most 32 levels',
  });
  expect(readFrame(`{"notification":true,"method":"produce","data":${data}}`)).toEqual({
    kind: 'bad',
    reason: 'appData: Expected at most 32 levels',
  });
  expect(readFrame(`{"request":true,"id":7,"method":"m","data":{"a":${nested(400_000)}}}`)).toMatchObject({ id: 7 });
  expect(readFrame(`{"request":true,"id":7,"method":"m","data":{"a":${nested(30)}}}`)).toMatchObject({ kind: 'frame' });
});
