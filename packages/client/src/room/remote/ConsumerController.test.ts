import { describe, expect, it, vi } from 'vitest';
import { consumerMedia, consumerOffer, entityContext, sessionWith } from '../../test-support/entityContext.ts';
import { Consumer } from './Consumer.ts';
import { ConsumerController } from './ConsumerController.ts';
import { PeerController } from './PeerController.ts';

function setup({ isSubscribed = true } = {}) {
  const { context, announced } = entityContext();
  const setConsumerPaused = vi.fn(() => Promise.resolve());
  const closeConsumer = vi.fn(() => Promise.resolve());
  const session = sessionWith({
    consume: (offer) => Promise.resolve(consumerMedia(offer.id)),
    setConsumerPaused,
    closeConsumer,
  });
  context.session = session;
  const onClose = vi.fn((closed: ConsumerController) => {
    closed.handleClosed({ reason: 'local' });
  });
  const controller = new ConsumerController({
    context,
    peer: new PeerController(context, { id: 'bob', displayName: 'Bob' }),
    offer: consumerOffer(),
    isSubscribed,
    onClose,
  });
  const events: string[] = [];
  for (const event of ['paused', 'resumed', 'closed', 'trackChanged'] as const)
    controller.consumer.on(event, () => events.push(event));
  return { context, announced, controller, session, setConsumerPaused, closeConsumer, onClose, events };
}

async function accepted(options = {}) {
  const world = setup(options);
  await world.controller.handleOffered(world.session, consumerOffer());
  world.controller.handleAccepted(world.session);
  world.controller.handleAnnounced();
  world.events.length = 0;
  return world;
}

describe('ConsumerController', () => {
  it('creates the consumer of the app, which emits before the room does', async () => {
    const { controller, announced, events, session } = setup();
    expect(controller.consumer).toBeInstanceOf(Consumer);
    await controller.handleOffered(session, consumerOffer());
    controller.handleRemotePaused(true, 'remote');
    expect(events).toEqual(['trackChanged', 'paused']);
    expect(announced).toEqual([]);
    controller.handleAnnounced();
    controller.handleRemotePaused(false, 'remote');
    expect(announced).toEqual(['consumerResumed']);
  });

  it('emits remote pauses only when they change', async () => {
    const { controller, events } = await accepted();
    for (const isPaused of [true, true, false, false]) controller.handleRemotePaused(isPaused, 'remote');
    expect(events).toEqual(['paused', 'resumed']);
  });

  it('stays paused until neither the app nor the remote peer pauses', async () => {
    const { controller } = await accepted();
    await controller.setLocalPaused(true);
    controller.handleRemotePaused(true, 'remote');
    await controller.setLocalPaused(false);
    expect(controller.isPaused).toBe(true);
    controller.handleRemotePaused(false, 'remote');
    expect(controller.isPaused).toBe(false);
  });

  it('stops at the server while paused or not subscribed', async () => {
    const { controller, setConsumerPaused } = await accepted();
    await controller.setSubscribed(false);
    await controller.setLocalPaused(true);
    await controller.setSubscribed(true);
    await controller.setLocalPaused(false);
    expect(setConsumerPaused.mock.calls).toEqual([
      ['c1', true],
      ['c1', false],
    ]);
  });

  it('requests a pause once the server has accepted a consumer without a subscription', async () => {
    const { controller, setConsumerPaused } = await accepted({ isSubscribed: false });
    expect(controller.consumer).toMatchObject({ subscribed: false, track: null });
    expect(setConsumerPaused.mock.calls).toEqual([['c1', true]]);
  });

  it('applies the state of the server after a resume, and subscribes again where the track is lost', async () => {
    const { controller, session, events } = await accepted();
    controller.handleSessionLost();
    expect(controller.hasSession).toBe(false);
    controller.media.offer = consumerOffer({ id: 'c2' });
    const restored = new Promise((resolve) => controller.consumer.once('trackChanged', resolve));
    controller.handleResumed(session, { paused: false, remotePaused: true });
    await restored;
    expect(controller).toMatchObject({ hasSession: true, isRemotePaused: true });
    expect(events).toEqual(['paused', 'trackChanged']);
  });

  it('returns its offer again for a rebuilt transport only when its track is lost', async () => {
    const { controller } = await accepted();
    expect(controller.handleRebuilt()).toBeNull();
    controller.handleRemotePaused(true, 'remote');
    vi.spyOn(controller.media, 'isLost', 'get').mockReturnValue(true);
    expect(controller.handleRebuilt()).toMatchObject({ id: 'c1', remotePaused: true });
    expect(controller.hasSession).toBe(false);
  });

  it('closes once, here and at the server, and removes the listeners of the app', async () => {
    const { controller, closeConsumer, onClose, events, announced } = await accepted();
    await controller.close();
    await controller.close();
    controller.handleClosed({ reason: 'remote' });
    expect([events, announced]).toEqual([['closed'], ['consumerClosed']]);
    expect(onClose).toHaveBeenCalledOnce();
    expect(closeConsumer).toHaveBeenCalledExactlyOnceWith('c1');
    expect(controller.consumer.listenerCount()).toBe(0);
  });

  it('pauses at the server on close() where the dialect cannot close a consumer', async () => {
    const { controller, context, setConsumerPaused } = await accepted();
    context.capabilities = { ...context.capabilities, closeConsumer: false };
    await controller.close();
    expect(setConsumerPaused.mock.calls).toEqual([['c1', true]]);
  });
});
