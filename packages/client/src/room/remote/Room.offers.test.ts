import { describe, expect, it, vi } from 'vitest';

import { TureenError, notAgain } from '../../shared/errors.ts';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { roomWorld } from '@tureen/testkit/scripted/roomWorld';

/** Opens a room with Bob, in which offers of the producer `bad` fail as `fail` says. */
async function worldWithBad(fail: () => Error) {
  const world = roomWorld();
  const open = world.engine.open.bind(world.engine);
  const tried: string[] = [];
  vi.spyOn(world.engine, 'open').mockImplementation(() => {
    const session = open();
    const createRecv = session.createRecvTransport.bind(session);
    vi.spyOn(session, 'createRecvTransport').mockImplementation((...given) => {
      const transport = createRecv(...given);
      const consume = transport.consume.bind(transport);
      vi.spyOn(transport, 'consume').mockImplementation(async (options) => {
        tried.push(options.producerId);
        if (options.producerId === 'bad') throw fail();
        return consume(options);
      });
      return transport;
    });
    return session;
  });
  world.server.peers = [{ id: 'bob' }];
  await world.room.join();
  return { ...world, tried };
}

describe('an offer that broke a transport', () => {
  it('is not consumed again after a rejoin: requestFailed is emitted, and the other offers are consumed', async () => {
    const { server, room, clock, said, tried } = await worldWithBad(
      () => new TureenError('mediaFailed', 'the browser refused it', { hint: notAgain }),
    );
    const offerBoth = () => {
      void server.offer('c1', { peerId: 'bob', producerId: 'bad' }).catch(() => {});
      void server.offer('c2', { peerId: 'bob', kind: 'audio', producerId: 'good', source: 'microphone' });
    };
    const failed = room.waitFor('requestFailed');
    const received = room.waitFor('newConsumer');
    offerBoth();
    await Promise.all([failed, received]);
    expect(tried).toEqual(['bad', 'good']);
    expect(said.filter((line) => line.startsWith('requestFailed'))).toEqual([
      'requestFailed newConsumer error=mediaFailed',
    ]);

    const reconnecting = room.waitFor('reconnecting');
    const reconnected = room.waitFor('reconnected');
    server.drop();
    await reconnecting;
    clock.advance(10_000);
    await reconnected;
    const failedAgain = room.waitFor('requestFailed');
    offerBoth();
    await failedAgain;
    await expectUnchanged(() => room.state, 'joined');
    expect(tried.filter((producerId) => producerId === 'bad')).toHaveLength(1);
    expect(said.filter((line) => line.startsWith('newConsumer'))).toHaveLength(1);
  });
});

describe('an offer that fails because another offer broke the transport', () => {
  it('makes the room rejoin once', async () => {
    const { server, room, clock, said } = await worldWithBad(
      () => new TureenError('mediaFailed', 'the transport is broken', { retryable: true }),
    );
    const reconnecting = room.waitFor('reconnecting');
    const reconnected = room.waitFor('reconnected');
    void server.offer('c1', { peerId: 'bob', producerId: 'bad' }).catch(() => {});
    await reconnecting;
    expect(room.state).toBe('reconnecting');
    expect(said.filter((line) => line.startsWith('requestFailed'))).toEqual([]);
    clock.advance(10_000);
    await reconnected;
    expect(room.state).toBe('joined');
  });
});
