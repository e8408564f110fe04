import { describe, expect, it } from 'vitest';
import { consumingWorld, v2Dialects, v2World } from '@tureen/testkit/scripted/v2World';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { fakeTrack } from '@tureen/testkit/scripted/roomWorld';

describe.each(v2Dialects)('messages of the client in %s', (name) => {
  const isAlpha = name === 'mediasoup-v2-alpha';

  /** Runs a whole call, and returns its protoo messages. */
  async function carried(envelope: 'notification' | 'request' | 'bare' | undefined) {
    const { room, server, consumer, notify } = await consumingWorld(name, { dialectOptions: { envelope } });
    const producer = await room.produce(fakeTrack('audio'));
    await producer.close();
    await consumer.pause();
    await room.setDisplayName('A');
    notify('consumerPaused', { id: 3333 });
    await room.leave();
    expect(room.state).toBe('left');
    return server.received.map(({ kind, carried: by, method }) => `${kind} ${by}: ${method}`);
  }

  const create = isAlpha ? 'createReceiver' : 'createProducer';
  const close = isAlpha ? 'closeReceiver' : 'closeProducer';
  const leave = name === 'mediasoup-v2-beta' ? 'leaveRoom' : 'leave';

  it.each([[undefined], ['notification' as const]])(
    'travel as protoo requests and notifications: %s',
    async (envelope) => {
      expect(await carried(envelope)).toEqual([
        'notification mediasoup-notification: updateTransport',
        `request mediasoup-request: ${create}`,
        `notification mediasoup-notification: ${close}`,
        isAlpha ? 'request mediasoup-request: stopSender' : 'notification mediasoup-notification: pauseConsumer',
        'request change-display-name: change-display-name',
        `notification mediasoup-notification: ${leave}`,
      ]);
    },
  );

  it('travel as requests only in the envelope request', async () => {
    expect(await carried('request')).toEqual([
      'request mediasoup-notification: updateTransport',
      `request mediasoup-request: ${create}`,
      `request mediasoup-notification: ${close}`,
      isAlpha ? 'request mediasoup-request: stopSender' : 'request mediasoup-notification: pauseConsumer',
      'request change-display-name: change-display-name',
      `request mediasoup-notification: ${leave}`,
    ]);
  });

  it('travel under their own names, with the whole payload, in the envelope bare', async () => {
    expect(await carried('bare')).toEqual([
      'notification updateTransport: updateTransport',
      `request ${create}: ${create}`,
      `notification ${close}: ${close}`,
      isAlpha ? 'request stopSender: stopSender' : 'notification pauseConsumer: pauseConsumer',
      'request change-display-name: change-display-name',
      `notification ${leave}: ${leave}`,
    ]);
  });

  it('need no acknowledgment in the envelope request', async () => {
    const { room, server, consumer, said, clock } = await consumingWorld(name, {
      dialectOptions: { envelope: 'request' },
      requestTimeoutMs: 1000,
    });
    const silent = isAlpha ? 'closeReceiver' : 'pauseConsumer';
    server.on(silent, () => new Promise(() => {}));
    const producer = await room.produce(fakeTrack('audio'));
    await producer.close();
    await consumer.pause();
    clock.advance(1000);
    await expectUnchanged(() => said.filter((line) => line.startsWith('requestFailed')), []);
    server.on(silent, () => {
      throw new Error('unknown method');
    });
    await consumer.resume();
    await consumer.pause();
    await expectUnchanged(() => said.filter((line) => line.startsWith('requestFailed')), []);
    expect(room.state).toBe('joined');
  });

  it.each(['notification', 'request', 'bare'] as const)('are named in errors, in the envelope %s', async (envelope) => {
    const { room, server, clock } = v2World(name, { dialectOptions: { envelope }, requestTimeoutMs: 1000 });
    await room.join();
    server.on(create, () => {
      throw new Error('');
    });
    await expect(room.produce(fakeTrack('audio'))).rejects.toMatchObject({
      code: 'requestRefused',
      method: create,
      message: `the server refused '${create}'`,
    });
    server.on(create, () => new Promise(() => {}));
    const asked = server.got(create);
    const late = expect(room.produce(fakeTrack('audio'))).rejects.toMatchObject({
      code: 'requestTimeout',
      method: create,
      message: expect.stringContaining(`'${create}'`) as string,
    });
    await asked;
    clock.advance(1000);
    await late;
  });
});
