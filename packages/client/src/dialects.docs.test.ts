import { expect, test } from 'vitest';
import {
  type RoomCapabilities,
  mediasoupV2,
  mediasoupV2Alpha,
  mediasoupV2Beta,
  mediasoupV3,
  pushPull,
} from './index.ts';
import { codeIn, pageOf, rowsOf, sectionOf } from '@tureen/testkit/markdown/markdown';

const page = pageOf('docs/dialects.md');
const dialects = [mediasoupV3(), mediasoupV2(), mediasoupV2Beta(), mediasoupV2Alpha(), pushPull()];

/** Expected cells of the table, from the code before a server has announced anything. */
const read: { [Key in keyof RoomCapabilities]?: (cell: string) => unknown } = {
  layers: (cell) => codeIn(cell)[0]?.replaceAll("'", ''),
  recovery: (cell) => ({
    iceRestart: cell.includes('ICE restart'),
    rebuildSend: /(send|both) rebuilt/.test(cell),
    rebuildRecv: cell.includes('both rebuilt'),
    ...(cell.includes('rejoin for receiving') ? { rejoinRecv: false } : {}),
  }),
};

const rows = rowsOf(sectionOf(page, 'What each can do'));

test.each(dialects.map((dialect, index) => [dialect.name, dialect.capabilities, index + 1] as const))(
  'docs/dialects.md states the capabilities of %s',
  (name, capabilities, column) => {
    const documented = Object.fromEntries(
      rows.map((cells) => {
        const key = codeIn(cells[0] ?? '')[0] as keyof RoomCapabilities;
        const cell = cells[column] ?? '';
        return [key, (read[key] ?? ((text) => text.startsWith('yes')))(cell)];
      }),
    );
    expect(documented, name).toEqual(capabilities);
  },
);

test('docs/dialects.md names each dialect and its function', () => {
  const documented = rowsOf(sectionOf(page, 'Which one')).map(([name = '', maker = '']) => [
    codeIn(name)[0],
    codeIn(maker)[0],
  ]);
  expect(documented).toEqual(
    ['mediasoupV3()', 'mediasoupV2()', 'mediasoupV2Beta()', 'mediasoupV2Alpha()', 'pushPull()'].map((maker, index) => [
      dialects[index]?.name,
      maker,
    ]),
  );
});
