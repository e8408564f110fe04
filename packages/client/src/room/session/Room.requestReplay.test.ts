import { describe, expect, it } from 'vitest';
import { fakeTrack, pass, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected } from '@tureen/testkit/scripted/waits';

const never = () => new Promise(() => {});

async function joined() {
  const world = roomWorld({ reconnectPolicy: () => 100 });
  const { server, room, clock } = world;
  server.extensions = ['textMessage'];
  await room.join({ displayName: 'Alice' });
  const microphone = await room.produce(fakeTrack('audio'), { source: 'microphone' });
  world.said.length = 0;
  server.received.length = 0;
  /** Makes the server close the connection, with that code, on each such message. */
  const closeOn = (method: string, code: number, isPoison: (data: Record<string, unknown>) => boolean = () => true) =>
    server.on(method, (data) => {
      if (!isPoison(data)) return server.answerOf(method, data);
      server.drop({ by: 'network', code, reason: 'messageTooLarge' });
      return never();
    });
  const reconnects = () => world.said.filter((line) => line.startsWith('stateChanged reconnecting')).length;
  /** Runs all pending retries. */
  const run = async () => {
    for (let times = 0; times < 30; times += 1) await pass(clock, 100);
  };
  return { ...world, microphone, closeOn, reconnects, run };
}

describe.each([1002, 1003, 1006, 1007, 1008, 1009, 1011])('a message on which the server closes with %i', (code) => {
  it('is withdrawn after two drops, with the close code, and the other tracks stay', async () => {
    const { room, closeOn, microphone, reconnects, run, said } = await joined();
    closeOn('produce', code, ({ appData }) => JSON.stringify(appData).includes('POISON'));
    const poison = expect(room.produce(fakeTrack('video'), { appData: { note: 'POISON' } })).rejects.toMatchObject({
      code: 'connectionLost',
      retryable: false,
      method: 'produce',
      closeCode: code,
      reason: 'messageTooLarge',
      message: `the connection closed while 'produce' waited: messageTooLarge (close code ${code})`,
    });
    const camera = room.produce(fakeTrack('video'), { source: 'camera' });
    await run();
    await poison;
    await expect(camera).resolves.toMatchObject({ closed: false });
    expect(reconnects()).toBe(2);
    expect(room.state).toBe('joined');
    expect(microphone.closed).toBe(false);
    expect(said.filter((line) => line.startsWith('producerClosed'))).toEqual([]);
  });
});

describe('a request that was pending at two drops', () => {
  it('is withdrawn with an event when its producer was published before', async () => {
    const { room, server, closeOn, microphone, run, said } = await joined();
    closeOn('produce', 1006);
    server.drop();
    await run();
    expect(said).toContain('requestFailed produce error=connectionLost');
    expect(said.filter((line) => line.startsWith('producerClosed'))).toHaveLength(1);
    expect([microphone.closed, room.state]).toEqual([true, 'joined']);
  });

  it('is withdrawn independently of another one, each at its own second drop', async () => {
    const { room, server, closeOn, reconnects, run } = await joined();
    await room.produceData();
    const channel = expect(room.produceData({ label: 'POISON' })).rejects.toMatchObject({ retryable: false });
    server.on('changeDisplayName', never);
    const name = expect(room.setDisplayName('POISON')).rejects.toMatchObject({ retryable: false });
    closeOn('produceData', 1006, ({ label }) => label === 'POISON');
    await server.sent('produceData', 2);
    closeOn('changeDisplayName', 1006, ({ displayName }) => displayName === 'POISON');
    await run();
    await Promise.all([channel, name]);
    // One loss makes both suspects, and each is then sent alone.
    expect(reconnects()).toBe(3);
  });

  it('is kept when the server closes because it restarts', async () => {
    const { room, closeOn, run } = await joined();
    let asked = 0;
    closeOn('produceData', 1012, () => ++asked < 8);
    const channel = room.produceData({ label: 'chat' });
    await run();
    expect(asked).toBe(8);
    await expect(channel).resolves.toMatchObject({ closed: false });
  });

  it('is withdrawn for a data channel, found by its label', async () => {
    const { room, closeOn, run } = await joined();
    closeOn('produceData', 1006, ({ label }) => label === 'POISON');
    const poison = expect(room.produceData({ label: 'POISON' })).rejects.toMatchObject({ retryable: false });
    await run();
    await poison;
    await room.produceData({ label: 'chat' });
    expect(room.dataProducers.size).toBe(1);
  });

  it('is withdrawn for a text that the app sends again', async () => {
    const { room, closeOn, run } = await joined();
    closeOn('textMessage', 1009, ({ text }) => text === 'POISON');
    const send = () => expect(room.sendText('POISON'));
    const first = send().rejects.toMatchObject({ retryable: true });
    await run();
    await first;
    const second = send().rejects.toMatchObject({ retryable: false });
    await run();
    await second;
    await room.sendText('hello');
  });
});

describe('a display name on which the server closes the connection', () => {
  it('is withdrawn, and not sent with the next join', async () => {
    const { room, server, closeOn, reconnects, run } = await joined();
    const isPoison = ({ displayName }: Record<string, unknown>) => displayName === 'POISON';
    closeOn('changeDisplayName', 1006, isPoison);
    closeOn('join', 1006, isPoison);
    const poison = expect(room.setDisplayName('POISON')).rejects.toMatchObject({ retryable: false });
    await run();
    await poison;
    expect([room.state, room.displayName, reconnects()]).toEqual(['joined', 'Alice', 2]);
    const names = server.received.filter(({ method }) => method === 'join').map(({ data }) => data.displayName);
    expect(names).toEqual(['Alice', 'Alice']);
  });

  it('does not withdraw the next name, which survives a later drop', async () => {
    const { room, server, run } = await joined();
    let isLost = false;
    server.on('changeDisplayName', ({ displayName }) => {
      if (displayName === 'Bob' && isLost) return {};
      isLost = displayName === 'Bob';
      server.drop({ by: 'network', code: 1006 });
      return never();
    });
    const poison = room.setDisplayName('POISON');
    await server.sent('changeDisplayName');
    await Promise.all([poison, room.setDisplayName('Bob'), run()]);
    expect([room.state, room.displayName]).toEqual(['joined', 'Bob']);
  });

  it('is withdrawn too when it was set while the room reconnected', async () => {
    const { room, server, closeOn, run } = await joined();
    const isPoison = ({ displayName }: Record<string, unknown>) => displayName === 'POISON';
    closeOn('changeDisplayName', 1006, isPoison);
    closeOn('join', 1006, isPoison);
    await whenDisconnected(room, () => {
      server.drop();
    });
    const poison = expect(room.setDisplayName('POISON')).rejects.toMatchObject({ retryable: false });
    await run();
    await poison;
    expect([room.state, room.displayName]).toEqual(['joined', 'Alice']);
  });
});

describe('a join on which the server closes the connection', () => {
  it('ends the session after two equal attempts when the close code blames the message', async () => {
    const { room, server, closeOn, run, said } = await joined();
    closeOn('join', 1009);
    server.drop();
    await run();
    expect(room.state).toBe('failed');
    expect(server.methods().filter((method) => method === 'join')).toHaveLength(2);
    expect(said).toContain('left refused');
    expect(said.find((line) => line.startsWith('stateChanged failed'))).toContain('close code 1009');
  });

  it('is repeated without limit after 1006, as a proxy closes while its server is down', async () => {
    const { room, server, run } = await joined();
    let joins = 0;
    server.on('join', (data) => {
      joins += 1;
      if (joins > 20) return server.answerOf('join', data);
      server.drop({ by: 'network', code: 1006 });
      return never();
    });
    server.drop();
    await run();
    expect([room.state, joins]).toEqual(['joined', 21]);
  });

  it('does not end the session when attempts fail in other ways in between', async () => {
    const { room, server, run } = await joined();
    let joins = 0;
    server.on('join', (data) => {
      joins += 1;
      if (joins > 8) return server.answerOf('join', data);
      server.drop({ by: 'network', code: joins % 4 === 0 ? 1012 : 1006 });
      return never();
    });
    server.drop();
    await run();
    expect([room.state, joins]).toEqual(['joined', 9]);
  });

  it('is repeated without its token when the token is the cause', async () => {
    const { room, server, run, said } = await joined();
    server.on('join', ({ resumeToken, ...data }) => {
      if (resumeToken === undefined)
        return { ...(server.answerOf('join', data) as object), extensions: ['resumeToken'], resumeToken: 't' };
      server.drop({ by: 'network', code: 1006 });
      return never();
    });
    server.drop();
    await run();
    expect(room.state).toBe('joined');
    said.length = 0;
    server.received.length = 0;
    server.drop();
    await run();
    const tokens = server.received.filter(({ method }) => method === 'join').map(({ data }) => data.resumeToken);
    expect(tokens).toEqual(['t', 't', undefined]);
    expect([room.state, said.at(-1)]).toEqual(['joined', 'reconnected false']);
  });
});
