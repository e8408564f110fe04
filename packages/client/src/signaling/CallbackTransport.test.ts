import { describe, expect, it, vi } from 'vitest';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { deferred } from '@tureen/kernel';
import { mediasoupV3 } from '../entries/mediasoupV3.ts';
import { FakeEngine } from '../media/fake/FakeEngine.ts';
import { Room } from '../room/Room.ts';
import { TureenError } from '../shared/errors.ts';
import { ScriptedServer } from '@tureen/testkit/scripted/ScriptedServer';
import { wireTo } from '@tureen/testkit/scripted/scriptedWire';
import { CallbackTransport, type CallbackTransportOptions } from './CallbackTransport.ts';
import type { ProtooFrame } from '@tureen/protocol/common';
import type { TransportClosed, TransportConnection } from './SignalingTransport.ts';

function world(options: Partial<CallbackTransportOptions> = {}) {
  const transport = new CallbackTransport({ request: () => ({}), notify: () => {}, ...options });
  const attempt = () => {
    const frames: ProtooFrame[] = [];
    const malformed: string[] = [];
    const closings: TransportClosed[] = [];
    const closed = deferred<TransportClosed>();
    const waiters: ((frame: ProtooFrame) => void)[] = [];
    const abort = new AbortController();
    const connected = transport.connect({
      params: { roomId: 'r1', peerId: 'alice' },
      signal: abort.signal,
      onFrame: (frame) => {
        frames.push(frame);
        waiters.shift()?.(frame);
      },
      onMalformed: (description) => malformed.push(description),
      onClosed: (reason) => {
        closings.push(reason);
        closed.resolve(reason);
      },
    });
    const next = () => new Promise<ProtooFrame>((resolve) => waiters.push(resolve));
    return { connected, frames, next, malformed, closings, closed: closed.promise, abort };
  };
  return { transport, attempt };
}

const request = { kind: 'request', id: 7, method: 'join', data: { displayName: 'Alice' } } as const;

describe('CallbackTransport, sending', () => {
  it('calls `request` at once, and delivers its value as the response', async () => {
    const asked = vi.fn((_method: string, _data: unknown) => Promise.resolve({ peers: [] }));
    const { connected, next } = world({ request: asked }).attempt();
    const response = next();
    (await connected).send(request);
    expect(asked.mock.calls).toEqual([['join', { displayName: 'Alice' }]]);
    expect(await response).toEqual({ kind: 'response', id: 7, ok: true, data: { peers: [] } });
  });

  it('delivers an empty object if `request` returns undefined, and needs no promise', async () => {
    const { connected, next } = world({ request: () => undefined }).attempt();
    const response = next();
    (await connected).send(request);
    expect(await response).toMatchObject({ ok: true, data: {} });
  });

  it.each([
    [Object.assign(new Error('no'), { errorCode: 403 }), 403, 'no'],
    [Object.assign(new Error('no'), { code: 404 }), 404, 'no'],
    [Object.assign(new Error('no'), { code: 'ENOENT' }), 500, 'no'],
    ['a text', 500, 'a text'],
    [undefined, 500, 'undefined'],
    [null, 500, 'null'],
  ])('delivers an error response if `request` rejects with or throws %o', async (reason, errorCode, errorReason) => {
    const errorResponse = { kind: 'response', id: 7, ok: false, errorCode, errorReason };
    const throwing = () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- an app may throw any value
      throw reason;
    };
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- and reject with any value
    for (const failing of [() => Promise.reject(reason), throwing]) {
      const { connected, next, closings } = world({ request: failing }).attempt();
      const response = next();
      (await connected).send(request);
      expect(await response).toEqual(errorResponse);
      expect(closings).toEqual([]);
    }
  });

  it('closes the connection if `request` rejects with connectionLost', async () => {
    const failing = () => Promise.reject(new TureenError('connectionLost', 'the line is dead'));
    const { connected, closed, frames } = world({ request: failing }).attempt();
    (await connected).send(request);
    expect(await closed).toEqual({ by: 'network', reason: 'the line is dead' });
    expect(frames).toEqual([]);
  });

  it('calls `notify` for a notification', async () => {
    const notify = vi.fn();
    const { connected } = world({ notify }).attempt();
    (await connected).send({ kind: 'notification', method: 'leave', data: undefined });
    expect(notify.mock.calls).toEqual([['leave', {}]]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('dead');
      },
    ],
    ['rejects', () => Promise.reject(new Error('dead'))],
  ])('closes the connection once if `notify` %s', async (_, notify) => {
    const { connected, closed, closings } = world({ notify }).attempt();
    const connection = await connected;
    const notification = { kind: 'notification', method: 'leave', data: {} } as const;
    connection.send(notification);
    connection.send(notification);
    expect(await closed).toEqual({ by: 'network', reason: 'dead' });
    await expectUnchanged(() => closings.length, 1);
  });

  it('drops a response after close, and a response for the former connection', async () => {
    const late = deferred<unknown>();
    const { attempt } = world({ request: () => late.promise });
    const first = attempt();
    (await first.connected).send(request);
    (await first.connected).close();
    const second = attempt();
    await second.connected;
    late.resolve({});
    await late.promise;
    await expectUnchanged(() => [first.frames, second.frames], [[], []]);
  });

  it('throws connectionLost after close, and calls neither function', async () => {
    const asked = vi.fn();
    const { connected } = world({ request: asked, notify: asked }).attempt();
    const connection = await connected;
    connection.close();
    expect(() => {
      connection.send(request);
    }).toThrow(expect.objectContaining({ code: 'connectionLost' }));
    expect(asked).not.toHaveBeenCalled();
  });
});

describe('CallbackTransport, receiving', () => {
  it('delivers notifications', async () => {
    const { transport, attempt } = world();
    const { connected, frames } = attempt();
    await connected;
    transport.receiveNotification('newPeer', { id: 'bob' });
    transport.receiveNotification('closed');
    expect(frames).toEqual([
      { kind: 'notification', method: 'newPeer', data: { id: 'bob' } },
      { kind: 'notification', method: 'closed', data: {} },
    ]);
  });

  it('resolves or rejects receiveRequest with the response of the room', async () => {
    const { transport, attempt } = world();
    const { connected, frames } = attempt();
    const connection = await connected;
    const responses = [transport.receiveRequest('newConsumer', { id: 'c1' }), transport.receiveRequest('nonsense')];
    const [first, second] = frames as (ProtooFrame & { kind: 'request' })[];
    expect([first, second]).toMatchObject([
      { kind: 'request', method: 'newConsumer', data: { id: 'c1' } },
      { kind: 'request', method: 'nonsense', data: {} },
    ]);
    connection.send({ kind: 'response', id: second!.id, ok: false, errorCode: 400, errorReason: 'no' });
    connection.send({ kind: 'response', id: first!.id, ok: true, data: { done: true } });
    connection.send({ kind: 'response', id: first!.id, ok: true, data: { done: 'twice' } });
    connection.send({ kind: 'response', id: 99, ok: true, data: {} });
    expect(await responses[0]).toEqual({ done: true });
    await expect(responses[1]).rejects.toMatchObject({ code: 'requestRefused', serverCode: 400, message: 'no' });
  });

  it('drops notifications and rejects requests while it is not connected', async () => {
    const { transport, attempt } = world();
    transport.receiveNotification('newPeer', {});
    await expect(transport.receiveRequest('newConsumer')).rejects.toMatchObject({ code: 'connectionLost' });
    transport.receiveClosed();
    const { connected, frames, closings } = attempt();
    const connection = await connected;
    const waiting = transport.receiveRequest('newConsumer');
    connection.close();
    await expect(waiting).rejects.toMatchObject({ code: 'connectionLost' });
    transport.receiveNotification('newPeer', {});
    transport.receiveClosed();
    expect(frames).toHaveLength(1);
    expect(closings).toEqual([]);
  });

  it.each([undefined, null, 5, {}])('reports %o as a malformed method', async (method) => {
    const { transport, attempt } = world();
    const { connected, frames, malformed } = attempt();
    await connected;
    transport.receiveNotification(method as never, {});
    await expect(transport.receiveRequest(method as never)).rejects.toMatchObject({ code: 'invalidArgument' });
    expect([frames, malformed.length]).toEqual([[], 1]);
  });

  it('reports the end once, with code and reason', async () => {
    const { transport, attempt } = world();
    const first = attempt();
    await first.connected;
    transport.receiveClosed();
    transport.receiveClosed();
    expect(first.closings).toEqual([{ by: 'network' }]);
    const second = attempt();
    await second.connected;
    transport.receiveClosed({ by: 'server', code: 4000, reason: 'kicked' });
    expect(second.closings).toEqual([{ by: 'server', code: 4000, reason: 'kicked' }]);
  });

  it('causes no unhandled rejection if the app ignores the response to a request', async () => {
    const { transport, attempt } = world();
    const { connected } = attempt();
    await connected;
    const unhandled: unknown[] = [];
    const handleRejection = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', handleRejection);
    const ignored = transport.receiveRequest('newConsumer');
    transport.receiveClosed();
    // Node reports unhandled rejections before the next macrotask.
    await expectUnchanged(() => unhandled, []);
    process.off('unhandledRejection', handleRejection);
    await expect(ignored).rejects.toMatchObject({ code: 'connectionLost' });
  });
});

describe('CallbackTransport, opening and closing', () => {
  it('calls `connect` with the parameters, and `close` once', async () => {
    const connect = vi.fn((_params: object, _signal: AbortSignal) => Promise.resolve());
    const close = vi.fn();
    const { attempt } = world({ connect, close });
    const { connected } = attempt();
    const connection = await connected;
    expect(connect.mock.calls[0]?.[0]).toEqual({ roomId: 'r1', peerId: 'alice' });
    connection.close();
    connection.close();
    expect(close).toHaveBeenCalledTimes(1);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('rejects if `connect` %s, and the next attempt succeeds', async (_, failing) => {
    let times = 0;
    const { attempt } = world({ connect: () => (++times === 1 ? failing() : undefined) });
    await expect(attempt().connected).rejects.toMatchObject({ code: 'connectionFailed' });
    (await attempt().connected).close();
  });

  it.each([
    [{}, 'connectionFailed'],
    [{ by: 'server', code: 4000, reason: 'roomFull: no place' }, 'closedByServer', 'roomFull'],
  ] as const)(
    'rejects an attempt that is opening on receiveClosed(%j) with %s',
    async (closed, code, reason?: string) => {
      const { transport, attempt } = world({ connect: () => new Promise(() => {}) });
      const { connected, closings } = attempt();
      transport.receiveClosed(closed);
      await expect(connected).rejects.toMatchObject({
        code,
        reason,
        closeCode: 'code' in closed ? closed.code : undefined,
      });
      expect(closings).toEqual([]);
    },
  );

  it('rejects or reports the end if the connection closes as it opens', async () => {
    const opening = deferred<void>();
    const { transport, attempt } = world({ connect: () => opening.promise });
    const { connected, closings } = attempt();
    opening.resolve();
    void opening.promise
      .then(() => Promise.resolve())
      .then(() => {
        transport.receiveClosed();
      });
    await connected.then(
      () => {
        expect(closings).toHaveLength(1);
      },
      (error: unknown) => {
        expect(error).toMatchObject({ code: 'connectionFailed' });
      },
    );
  });

  it('delivers notifications that arrive while it opens', async () => {
    const opening = deferred<void>();
    const { transport, attempt } = world({ connect: () => opening.promise });
    const { connected, frames } = attempt();
    transport.receiveNotification('mediasoup-version', { version: '3' });
    opening.resolve();
    await connected;
    expect(frames).toHaveLength(1);
  });

  it('rejects with aborted when the signal aborts, and calls `close` if it was opening', async () => {
    const close = vi.fn(() => Promise.reject(new Error('whatever')));
    let signal: AbortSignal | undefined;
    const { transport, attempt } = world({
      connect: (_params, given) => {
        signal = given;
        return new Promise(() => {});
      },
      close,
    });
    const opening = attempt();
    opening.abort.abort();
    await expect(opening.connected).rejects.toMatchObject({ code: 'aborted' });
    expect(signal?.aborted).toBe(true);
    expect(close).toHaveBeenCalledTimes(1);
    const aborted = new AbortController();
    aborted.abort();
    const never = { params: {}, onFrame: () => {}, onMalformed: () => {}, onClosed: () => {} };
    await expect(transport.connect({ ...never, signal: aborted.signal })).rejects.toMatchObject({ code: 'aborted' });
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('rejects a second connection with invalidState', async () => {
    const { attempt } = world();
    await attempt().connected;
    await expect(attempt().connected).rejects.toMatchObject({ code: 'invalidState' });
  });
});

describe('a room over CallbackTransport', () => {
  it('joins, consumes, reconnects after a drop, and leaves', async () => {
    const scripted = new ScriptedServer();
    scripted.peers = [{ id: 'bob' }];
    const responses = new Map<number, (frame: ProtooFrame & { kind: 'response' }) => void>();
    let line: TransportConnection;
    let lastId = 0;
    const transport: CallbackTransport = new CallbackTransport({
      connect: async (params) => {
        line = await wireTo(scripted, {
          params: { ...params },
          onFrame: (frame) => {
            if (frame.kind === 'notification') transport.receiveNotification(frame.method, frame.data);
            else if (frame.kind === 'response') responses.get(frame.id)?.(frame);
            else {
              void transport.receiveRequest(frame.method, frame.data).then((data) => {
                line.send({ kind: 'response', id: frame.id, ok: true, data });
              });
            }
          },
          onClosed: () => {
            transport.receiveClosed();
          },
        });
      },
      request: (method, data) =>
        new Promise((resolve, reject) => {
          const id = ++lastId;
          responses.set(id, (frame) => {
            if (frame.ok) resolve(frame.data);
            else reject(Object.assign(new Error(frame.errorReason), { errorCode: frame.errorCode }));
          });
          line.send({ kind: 'request', id, method, data });
        }),
      notify: (method, data) => {
        line.send({ kind: 'notification', method, data });
      },
      close: () => {
        line.close();
      },
    });
    const room = new Room({
      roomId: 'r1',
      peerId: 'alice',
      dialect: mediasoupV3({ engine: new FakeEngine() }),
      transport,
      reconnectPolicy: () => 0,
    });
    const arrived = room.waitFor('newConsumer');
    await room.join();
    expect(scripted.connection.params).toEqual({ roomId: 'r1', peerId: 'alice', welcome: '1' });
    expect((await scripted.offer('c1', { peerId: 'bob' })).ok).toBe(true);
    expect((await arrived).consumer.peer.id).toBe('bob');
    const back = room.waitFor('reconnected');
    scripted.drop();
    await back;
    expect(scripted.connections).toHaveLength(2);
    await room.leave();
    expect(scripted.methods().at(-1)).toBe('leaveRoom');
    expect(scripted.connection.closed).toBe(true);
  });
});
