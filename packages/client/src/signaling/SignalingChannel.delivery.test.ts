import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import type { Logger } from '../shared/logger.ts';
import { CallbackTransport } from './CallbackTransport.ts';
import { SignalingChannel } from './SignalingChannel.ts';
import type { InboundReceiver, SignalingChannelHandlers } from './SignalingChannelTypes.ts';
import { Trace } from './Trace.ts';

/** Opens a channel over a custom transport, whose messages arrive synchronously. */
async function openChannel(handlers: Partial<SignalingChannelHandlers> = {}) {
  const errors: unknown[] = [];
  const ignore = () => {};
  const logger: Logger = { debug: ignore, info: ignore, warn: ignore, error: (_text, error) => errors.push(error) };
  const transport = new CallbackTransport({ request: () => ({}), notify: ignore });
  const channel = new SignalingChannel({
    transport,
    clock: new ManualClock(),
    logger,
    trace: new Trace(),
    requestTimeoutMs: 1000,
    handlers: { onClosed: ignore, ...handlers },
  });
  await channel.connect({});
  return { channel, transport, errors };
}

/** Records the messages that arrive. */
function recorder(received: string[], onMessage: (method: string) => void = () => {}): InboundReceiver {
  const record = (method: string) => {
    received.push(method);
    onMessage(method);
  };
  return {
    handleRequest: (method, _data, answer) => {
      record(method);
      answer.accept({ method });
    },
    handleNotification: record,
  };
}

describe('SignalingChannel.deliverTo()', () => {
  it('holds requests and notifications until there is a receiver, then delivers them in order', async () => {
    const { channel, transport } = await openChannel();
    const received: string[] = [];
    transport.receiveNotification('first', {});
    const response = transport.receiveRequest('second', {});
    transport.receiveNotification('third', {});
    expect(received).toEqual([]);

    channel.deliverTo(recorder(received));
    expect(received).toEqual(['first', 'second', 'third']);
    await expect(response).resolves.toEqual({ method: 'second' });
    transport.receiveNotification('fourth', {});
    expect(received).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('handles a message that arrives during another message afterwards', async () => {
    const { channel, transport } = await openChannel();
    const received: string[] = [];
    channel.deliverTo(
      recorder(received, (method) => {
        if (method !== 'first') return;
        transport.receiveNotification('second', {});
        received.push('end of first');
      }),
    );
    transport.receiveNotification('first', {});
    expect(received).toEqual(['first', 'end of first', 'second']);
  });

  it('delivers the rest to the current receiver, and drops held messages once closed', async () => {
    const { channel, transport } = await openChannel();
    const [former, current]: [string[], string[]] = [[], []];
    channel.deliverTo(recorder(former));
    transport.receiveNotification('first', {});
    channel.deliverTo(
      recorder(current, (method) => {
        if (method === 'second') channel.close();
      }),
    );
    transport.receiveNotification('second', {});
    transport.receiveNotification('third', {});
    expect([former, current]).toEqual([['first'], ['second']]);
  });

  it('drops held messages once a handler closed the channel', async () => {
    const { channel, transport } = await openChannel();
    const received: string[] = [];
    for (const method of ['first', 'second', 'third']) transport.receiveNotification(method, {});
    channel.deliverTo(
      recorder(received, (method) => {
        if (method === 'second') channel.close();
      }),
    );
    expect(received).toEqual(['first', 'second']);
  });

  it('logs the error that a receiver throws, and delivers the next message', async () => {
    const { channel, transport, errors } = await openChannel();
    const received: string[] = [];
    const failure = new Error('broken handler');
    channel.deliverTo(
      recorder(received, (method) => {
        if (method === 'first') throw failure;
      }),
    );
    transport.receiveNotification('first', {});
    transport.receiveNotification('second', {});
    expect([received, errors]).toEqual([['first', 'second'], [failure]]);
  });
});

describe('SignalingChannelHandlers.respondAtOnce()', () => {
  it('responds to a request while others are held, and keeps it from the receiver', async () => {
    const received: string[] = [];
    const { channel, transport } = await openChannel({
      respondAtOnce: (method, answer) => {
        if (method === 'ping') answer.accept({ pong: true });
        return method === 'ping';
      },
    });
    void transport.receiveRequest('held', {});
    await expect(transport.receiveRequest('ping', {})).resolves.toEqual({ pong: true });
    channel.deliverTo(recorder(received));
    expect(received).toEqual(['held']);
  });
});
