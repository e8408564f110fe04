import { describe, expect, it, vi } from 'vitest';
import type { MediaDataProducer } from '../../media/MediaEngine.ts';
import { entityContext, sessionWith } from '../../test-support/entityContext.ts';
import type { ProduceDataOptions } from '../options.ts';
import { DataProducer } from './DataProducer.ts';
import { DataProducerController } from './DataProducerController.ts';

function setup(options: ProduceDataOptions = {}) {
  const { context, announced } = entityContext();
  let readyState: RTCDataChannelState = 'connecting';
  const handlers: { onOpen?(): void; onClose?(): void } = {};
  const media = {
    id: 'd1',
    closed: false,
    bufferedAmount: 7,
    get readyState() {
      return readyState;
    },
    listen: (given: typeof handlers) => Object.assign(handlers, given),
    setBufferedAmountLowThreshold: vi.fn(),
    send: vi.fn(),
    close: vi.fn(),
  };
  const closeDataProducer = vi.fn(() => Promise.resolve());
  const produceData = vi.fn(() => Promise.resolve(media as unknown as MediaDataProducer));
  const session = sessionWith({ produceData, closeDataProducer });
  context.session = session;
  const onClosed = vi.fn();
  const controller = new DataProducerController({ context, localId: 'dataProducer-1', options, onClosed });
  const events: string[] = [];
  for (const event of ['open', 'interrupted', 'closed'] as const)
    controller.dataProducer.on(event, () => events.push(event));
  const open = async () => {
    controller.start(session);
    await controller.lifecycle.settled;
    readyState = 'open';
    handlers.onOpen?.();
  };
  return { controller, announced, media, handlers, closeDataProducer, produceData, onClosed, events, open };
}

describe('DataProducerController', () => {
  it('is ready once the channel is open, and sends', async () => {
    const { controller, open, media, events } = setup({ label: 'chat', bufferedAmountLowThreshold: 5 });
    const { dataProducer } = controller;
    expect(dataProducer).toBeInstanceOf(DataProducer);
    expect(() => {
      dataProducer.send('early');
    }).toThrow(expect.objectContaining({ code: 'invalidState' }) as Error);
    await open();
    await controller.lifecycle.ready;
    dataProducer.send('hello');
    expect(media.send).toHaveBeenCalledExactlyOnceWith('hello');
    expect(media.setBufferedAmountLowThreshold).toHaveBeenCalledExactlyOnceWith(5);
    expect(dataProducer).toMatchObject({ id: 'd1', label: 'chat', readyState: 'open', bufferedAmount: 7 });
    expect(events).toEqual(['open']);
  });

  it('emits interrupted when the channel is lost, but not after close()', async () => {
    const { controller, open, handlers, events } = setup();
    await open();
    handlers.onClose?.();
    await controller.close();
    handlers.onClose?.();
    expect(events).toEqual(['open', 'interrupted', 'closed']);
  });

  it('closes once, here and at the server', async () => {
    const { controller, open, announced, closeDataProducer, onClosed } = setup();
    await open();
    await controller.close();
    await controller.close();
    expect([announced, controller.readyState]).toEqual([['dataProducerClosed'], 'closed']);
    expect(closeDataProducer).toHaveBeenCalledExactlyOnceWith('d1');
    expect(onClosed).toHaveBeenCalledExactlyOnceWith(controller);
  });
});
