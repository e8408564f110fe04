import { describe, expect, it, vi } from 'vitest';
import type { DataChannelHandlers, MediaDataConsumer } from '../../media/MediaEngine.ts';
import { TureenError } from '../../shared/errors.ts';
import { entityContext, sessionWith } from '../../test-support/entityContext.ts';
import type { DataConsumerOffer } from '../entityInfo.ts';
import { DataConsumerController } from './DataConsumerController.ts';

const offerOf = (id = 'd1'): DataConsumerOffer => ({
  kind: 'data',
  id,
  dataProducerId: 'dp',
  peerId: null,
  sctpStreamParameters: { streamId: 0, ordered: true },
  label: 'chat',
  protocol: '',
  appData: {},
});

function channel() {
  let handlers: (DataChannelHandlers & { onMessage(data: string): void }) | undefined;
  return {
    readyState: 'open' as const,
    closed: false,
    listen(given: DataChannelHandlers & { onMessage(data: string): void }) {
      handlers = given;
    },
    receive(data: string) {
      handlers?.onMessage(data);
    },
    close() {
      this.closed = true;
    },
  };
}

function setup({ isSubscribed = true } = {}) {
  const { context } = entityContext();
  const channels: ReturnType<typeof channel>[] = [];
  const consumeData = vi.fn(async () => {
    const opened = channel();
    channels.push(opened);
    return opened as unknown as MediaDataConsumer;
  });
  const setDataConsumerPaused = vi.fn(() => Promise.resolve());
  const closeDataConsumer = vi.fn(() => Promise.resolve());
  context.session = sessionWith({ consumeData, setDataConsumerPaused, closeDataConsumer });
  const controller = new DataConsumerController({
    context,
    peer: null,
    offer: offerOf(),
    isSubscribed,
    onClose: (closed) => {
      closed.handleClosed({ reason: 'local' });
    },
  });
  const messages: unknown[] = [];
  controller.dataConsumer.on('message', ({ data }) => messages.push(data));
  return { context, controller, channels, consumeData, setDataConsumerPaused, closeDataConsumer, messages };
}

describe('DataConsumerController', () => {
  it('emits the messages of a subscribed channel', async () => {
    const { controller, channels, messages } = setup();
    await controller.handleOffered(offerOf());
    controller.handleAnnounced();
    channels[0]?.receive('hello');
    await controller.setSubscribed(false);
    channels[0]?.receive('unheard');
    expect(messages).toEqual(['hello']);
    expect(controller.readyState).toBe('open');
  });

  it('opens no channel before the app subscribes, and pauses at the server', async () => {
    const { controller, consumeData, setDataConsumerPaused } = setup({ isSubscribed: false });
    await controller.handleOffered(offerOf());
    controller.handleAnnounced();
    expect(consumeData).not.toHaveBeenCalled();
    await controller.setSubscribed(true);
    expect(consumeData).toHaveBeenCalledOnce();
    expect(setDataConsumerPaused.mock.calls).toEqual([
      ['d1', true],
      ['d1', false],
    ]);
  });

  it('undoes a subscription that fails', async () => {
    const { controller, consumeData } = setup({ isSubscribed: false });
    await controller.handleOffered(offerOf());
    consumeData.mockRejectedValueOnce(new TureenError('mediaFailed', 'no channel'));
    await expect(controller.setSubscribed(true)).rejects.toMatchObject({ code: 'mediaFailed' });
    expect(controller.isSubscribed).toBe(false);
  });

  it('opens another channel for another offer, and listens on it', async () => {
    const { controller, channels, messages } = setup();
    await controller.handleOffered(offerOf());
    controller.handleAnnounced();
    await controller.handleOffered(offerOf('d2'));
    expect(channels[0]?.closed).toBe(true);
    channels[1]?.receive('again');
    expect([controller.id, messages]).toEqual(['d2', ['again']]);
  });

  it('stays closed when a listener of newDataConsumer closes it', async () => {
    const { controller, closeDataConsumer } = setup();
    await controller.handleOffered(offerOf());
    await controller.close();
    controller.handleAnnounced();
    expect([controller.isClosed, controller.readyState]).toEqual([true, 'closed']);
    await expect(controller.setSubscribed(true)).rejects.toMatchObject({ code: 'invalidState' });
    expect(closeDataConsumer).toHaveBeenCalledExactlyOnceWith('d1');
  });
});
