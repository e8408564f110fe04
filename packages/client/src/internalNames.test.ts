import { build, type Rolldown } from 'vite';
import { expect, test } from 'vitest';

import { internalNames } from '../internalNames.config.ts';
import * as source from './test-support/roomWorld.ts';

/** The room and what its tests need, built as the published package is. */
async function publish(): Promise<{ code: string; built: typeof source }> {
  const [output] = (await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [internalNames],
    resolve: { conditions: ['tureen-source', 'module', 'import', 'default'] },
    build: {
      write: false,
      minify: false,
      lib: {
        entry: new URL('test-support/roomWorld.ts', import.meta.url).pathname,
        formats: ['es'],
        fileName: 'built',
      },
    },
  })) as Rolldown.RolldownOutput[];
  const { code } = output!.output[0];
  return { code, built: (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as typeof source };
}

/** What a room says of a call with a consumer, a producer and a lost connection. */
async function callOn({ roomWorld, fakeTrack, settle, pass }: typeof source): Promise<string[]> {
  const { room, server, clock, said } = roomWorld();
  server.peers = [{ id: 'bob', displayName: 'Bob' }];
  await room.join({ displayName: 'Alice' });
  const arrived = room.waitFor('newConsumer');
  void server.offer('c1', { peerId: 'bob', producerId: 'bobs-camera' });
  const { consumer } = await arrived;
  const producer = await room.produce(fakeTrack('video'), { source: 'camera' });
  await producer.pause();
  await consumer.pause();
  server.drop();
  await settle();
  const back = room.waitFor('reconnected');
  await pass(clock, 1000);
  await back;
  await settle();
  await room.leave();
  return said;
}

test('a room with short internal names behaves like the source', async () => {
  const { code, built } = await publish();

  expect(code).not.toMatch(/\bhandleSessionLost\b/);
  const said = await callOn(built);
  expect(said).toEqual(await callOn(source));
  expect(said.join('\n')).toMatch(/newConsumer[^]*reconnected[^]*left/);
});
