import { describe, expect, it } from 'vitest';
import { openFamilyRooms } from '../../testing/openFamilyRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { consumersOf, familyNames } from '../../testing/V2Client.ts';

const backend = useBackend();

describe.each(familyNames)('joining by %s', (dialect) => {
  it('brings who is there and what they send, and nothing of that again', async () => {
    using rooms = openFamilyRooms(backend());
    const alice = await rooms.join(dialect, 'alice', { appData: { displayName: 'Alice' } });
    await alice.produce('audio');
    await alice.produce('video');
    const bob = rooms.connect(dialect, 'bob');
    const answer = await bob.join();
    expect(answer.peers).toMatchObject([{ name: 'alice', appData: { displayName: 'Alice' }, dialect }]);
    expect(consumersOf(answer, 'alice').map(({ kind }) => kind)).toEqual(['audio', 'video']);
    expect(bob.payloads).toEqual([]);
    expect(alice.all('newPeer')).toHaveLength(1);
    for (const entry of consumersOf(answer, 'alice')) await bob.enable(entry);
    expect(rooms.logs.lines.filter(({ level }) => level >= 40)).toEqual([]);
  });
});
