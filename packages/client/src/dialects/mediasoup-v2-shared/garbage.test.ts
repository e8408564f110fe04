import { serverToClient as alpha } from '@tureen/protocol/mediasoup-v2-alpha';
import { serverToClient as beta } from '@tureen/protocol/mediasoup-v2-beta';
import { serverToClient as v2 } from '@tureen/protocol/mediasoup-v2';
import { describe, expect, it } from 'vitest';
import { consumingWorld, v2Dialects } from '@tureen/testkit/scripted/v2World';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { whenRead } from '@tureen/testkit/scripted/waits';
import { fakeTrack } from '@tureen/testkit/scripted/roomWorld';
import { v2Consumer, v2ParametersOf } from '@tureen/testkit/scripted/ScriptedV2Server';

const tables = { 'mediasoup-v2': v2, 'mediasoup-v2-beta': beta, 'mediasoup-v2-alpha': alpha };
const rounds = 5000;

/** Returns numbers from 0 to 1, the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const oddities: unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 33,
  '',
  'bob',
  'x'.repeat(300),
  '3333',
  [],
  [null],
  {},
  { id: {} },
  JSON.parse('{"__proto__":{"polluted":true}}'),
];

describe.each(v2Dialects)('malformed messages in %s', (name) => {
  it(`leave the room usable after ${rounds} of them`, async () => {
    const { room, server, engine, notify, consumer } = await consumingWorld(name, { requestTimeoutMs: 1000 });
    await room.produce(fakeTrack('video'));
    const random = seeded(name.length);
    const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
    // Excludes messages that end the session, after which nothing more would be read.
    const endings = /^(closed|roomClosed|transportClosed)$/;
    const methods = [...Object.keys(tables[name]).filter((one) => !endings.test(one)), 'active-speaker', 'noSuch', ''];
    const fields = ['id', 'name', 'peerName', 'kind', 'rtpParameters', 'paused', 'profile', 'stats', 'text', 'appData'];
    for (let round = 0; round < rounds; round += 1) {
      const payload: Record<string, unknown> = {
        method: pick(methods),
        notification: true,
        ...pick([{}, v2Consumer(round)]),
      };
      for (let times = Math.floor(random() * 5); times > 0; times -= 1) payload[pick(fields)] = pick(oddities);
      if (random() < 0.2)
        payload.rtpParameters = { ...v2ParametersOf('video'), [pick(['codecs', 'encodings', 'rtcp'])]: pick(oddities) };
      const method = pick([
        'mediasoup-notification',
        'mediasoup-notification',
        'mediasoup-request',
        String(payload.method),
      ]);
      const data = random() < 0.1 ? pick(oddities) : payload;
      if (random() < 0.5) server.send(method, data);
      else void server.ask(method, data);
      // Lets the room read the messages received so far.
      if (round % 500 === 0)
        await whenRead(room, () => {
          server.notify('none');
        });
    }
    await expectUnchanged(() => room.state, 'joined');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    await whenRead(room, () => {
      notify('newPeer', { name: 'after' });
      notify('newConsumer', v2Consumer(99_999_999, { peerName: 'after' }));
    });
    expect(room.consumers.get('99999999')?.track).not.toBeNull();
    expect(consumer.closed).toBe(!room.consumers.has('3333'));
    await room.leave();
    expect(engine.counts).toMatchObject({ sessions: 0, waiting: 0 });
  });
});
