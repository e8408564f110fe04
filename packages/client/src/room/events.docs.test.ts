import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { membersOf } from '@tureen/testkit/markdown/declarations';
import { codeIn, fileOf, pageOf, rowsOf, sectionOf } from '@tureen/testkit/markdown/markdown';

const page = pageOf('docs/events.md');

test.each([
  ['Events of the room', 'events.ts', 'RoomEvents'],
  ['Peer', 'remote/Peer.ts', 'PeerEvents'],
  ['Producer', 'local/Producer.ts', 'ProducerEvents'],
  ['Consumer', 'remote/Consumer.ts', 'ConsumerEvents'],
  ['DataProducer', 'local/DataProducer.ts', 'DataProducerEvents'],
  ['DataConsumer', 'remote/DataConsumer.ts', 'DataConsumerEvents'],
])(
  'docs/events.md has in "%s" a row for each event of %s, %s, with the fields of its payload',
  (heading, file, name) => {
    const declared = membersOf(fileOf(`packages/client/src/room/${file}`), name);
    const documented = rowsOf(sectionOf(page, heading)).flatMap(([events = '', payload = '']) =>
      codeIn(events).map((event) => ({ name: event, fields: codeIn(payload) })),
    );

    const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
    expect(declared.length).toBeGreaterThan(3);
    expect(documented.toSorted(byName)).toEqual(declared.toSorted(byName));
  },
);

test('docs/events.md has a row for each close reason that the types add to those of the server, and no other', () => {
  const [types = ''] = readFileSync(fileOf('packages/client/src/room/closeReasons.ts'), 'utf8').split(
    'interface Closing',
  );
  const declared = [...types.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, reason]) => reason);
  const documented = rowsOf(sectionOf(page, 'Close reasons of the SDK')).flatMap(([reason = '']) => codeIn(reason));
  // `left` and `replaced` are reasons of the server too.
  const added = [...new Set(documented)].filter((reason) => reason !== 'left' && reason !== 'replaced');

  expect(declared.length).toBeGreaterThan(10);
  expect(added.toSorted()).toEqual([...new Set(declared)].toSorted());
});
