import { serverToClient as v2 } from '@tureen/protocol/mediasoup-v2';
import { serverToClient as v2Alpha } from '@tureen/protocol/mediasoup-v2-alpha';
import { serverToClient as v2Beta } from '@tureen/protocol/mediasoup-v2-beta';
import { canonicalMethod, serverToClient as v3 } from '@tureen/protocol/mediasoup-v3';
import { serverToClient as pushes } from '@tureen/protocol/push-pull';
import { expect, test } from 'vitest';
import {
  type RoomCapabilities,
  mediasoupV2,
  mediasoupV2Alpha,
  mediasoupV2Beta,
  mediasoupV3,
  pushPull,
} from './index.ts';
import { membersOf } from '@tureen/testkit/markdown/declarations';
import { codeIn, fileOf, pageOf, rowsOf, sectionOf } from '@tureen/testkit/markdown/markdown';

const page = pageOf('docs/dialects.md');
const dialects = [mediasoupV3(), mediasoupV2(), mediasoupV2Beta(), mediasoupV2Alpha(), pushPull()];

/** Reads a cell of the table as the value in the code. An extension of the server is absent before the join response. */
const read: { [Key in keyof RoomCapabilities]?: (cell: string) => unknown } = {
  layers: (cell) => codeIn(cell)[0]?.replaceAll("'", ''),
  recovery: (cell) => ({
    iceRestart: cell.includes('ICE restart'),
    rebuildSend: /(send|both) rebuilt/.test(cell),
    rebuildRecv: cell.includes('both rebuilt'),
    ...(cell.includes('rejoin for receiving') ? { rejoinRecv: false } : {}),
  }),
};

const rows = rowsOf(sectionOf(page, 'Capabilities'));

test.each(dialects.map((dialect, index) => [dialect.name, dialect.capabilities, index + 1] as const))(
  'docs/dialects.md has the capabilities of %s',
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
  const documented = rowsOf(sectionOf(page, 'Choose a dialect')).map(([name = '', maker = '']) => [
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

const eventRows = rowsOf(sectionOf(page, 'Events'));

/** The messages in a cell of the events: `same` repeats the cell before, `same names` the events of the row. */
function messagesIn(cells: readonly string[], column: number): string[] {
  const cell = cells[column] ?? '';
  if (cell.startsWith('same names')) return codeIn(cells[0] ?? '');
  if (cell.startsWith('same')) return messagesIn(cells, column - 1);
  // Responses are no messages of the server, and a variant is none either.
  return codeIn(cell.replaceAll(/`\w+` response|\(.*?\)/g, ''));
}

interface ServerMessage {
  readonly direction: 'serverToClient';
  /** An extension of Tureen. */
  readonly additive?: true;
  /** A message of a later version, which Tureen's server sends as an extension. */
  readonly later?: true;
}
type ServerTable = Readonly<Record<string, ServerMessage>>;
const tables: readonly ServerTable[] = [v3, v2, v2Beta, v2Alpha, pushes];

test.each(tables.map((table, index) => [dialects[index]?.name, table, index + 1] as const))(
  'docs/dialects.md has each message that servers of %s send, and marks the extensions',
  (_name, table, column) => {
    const documented = eventRows.flatMap((cells) => {
      // A cell that repeats another has its mark.
      const marked = cells.slice(1, column + 1).findLast((cell) => !/^same$/.test(cell)) ?? '';
      return messagesIn(cells, column).map((message) => {
        const method = Object.hasOwn(table, message) ? message : canonicalMethod(message);
        return [method, marked.includes('_ext_')] as const;
      });
    });
    const marks = new Map(documented.filter(([message]) => Object.hasOwn(table, message)));
    const expected = Object.entries(table).map(([method, { additive, later }]) => [
      method,
      (additive ?? later) === true,
    ]);

    expect([...marks].toSorted()).toEqual(expected.toSorted());
  },
);

test('docs/dialects.md has each event of the room that a dialect can cause', () => {
  const events = membersOf(fileOf('packages/client/src/room/events.ts'), 'RoomEvents').map(({ name }) => name);
  const isLocal =
    /^(stateChanged|networkChanged|reconnecting|reconnected|left|playback\w+|listenerError|requestFailed|dataProducerClosed|producer(Device|Mute)Changed|transport(StateChanged|Recover\w+))$/;
  const documented = eventRows.flatMap(([event = '']) => codeIn(event)).filter((event) => event !== 'messagesLost');

  expect(documented.toSorted()).toEqual(events.filter((event) => !isLocal.test(event)).toSorted());
});
