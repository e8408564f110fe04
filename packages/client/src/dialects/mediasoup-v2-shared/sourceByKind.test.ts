import { describe, expect, it } from 'vitest';
import { v2Dialects, v2World } from '@tureen/testkit/scripted/v2World';
import { v2Consumer } from '@tureen/testkit/scripted/ScriptedV2Server';

describe.each(v2Dialects)('the source of a track without one, %s', (name) => {
  const listOf = name === 'mediasoup-v2-alpha' ? 'senders' : 'consumers';

  /** Returns the sources that the room reads for Bob's tracks with these appData. */
  async function sources(sourceByKind: boolean | undefined, ...appData: unknown[]) {
    const { room, server, said } = v2World(name, { dialectOptions: { sourceByKind } });
    const listed = appData.flatMap((data, index) => [
      v2Consumer(1000 + index, { kind: 'audio', appData: data }),
      v2Consumer(2000 + index, { kind: 'video', appData: data }),
    ]);
    server.peers = [{ name: 'bob', [listOf]: listed }];
    await room.join();
    await said.until((lines) => lines.filter((line) => line.startsWith('newConsumer')).length === listed.length);
    return [...room.consumers.values()].map(({ source }) => source);
  }

  it('is microphone or camera with sourceByKind', async () => {
    expect(await sources(true, undefined, {}, null)).toEqual(
      Array.from({ length: 3 }, () => ['microphone', 'camera']).flat(),
    );
  });

  it('is unknown by default, or for an invalid source', async () => {
    expect(await sources(undefined, undefined)).toEqual(['unknown', 'unknown']);
    expect(await sources(false, undefined)).toEqual(['unknown', 'unknown']);
    expect(await sources(true, { source: 'unknown' })).toEqual(['unknown', 'unknown']);
    expect(await sources(true, { source: 7 })).toEqual(['unknown', 'unknown']);
  });
});
