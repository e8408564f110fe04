import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { describe, expect, it, vi } from 'vitest';
import { deferred } from '@tureen/kernel';
import { borrowTrack, ownTrack } from '../../devices/LocalTrack.ts';
import type { MediaProducer } from '../../media/MediaEngine.ts';
import { TureenError } from '../../shared/errors.ts';
import { entityContext, sessionWith } from '../../test-support/entityContext.ts';
import type { ProduceOptions } from '../options.ts';
import { Producer } from './Producer.ts';
import { ProducerController } from './ProducerController.ts';

async function published({ source = 'camera', isOwned = false } = {}) {
  const { context, announced } = entityContext();
  const media = { id: 'p1', closed: false, pause: vi.fn(), resume: vi.fn(), close: vi.fn() };
  const setProducerPaused = vi.fn(() => Promise.resolve());
  const closeProducer = vi.fn(() => Promise.resolve());
  const session = sessionWith({
    produce: () => Promise.resolve(media as unknown as MediaProducer),
    setProducerPaused,
    closeProducer,
  });
  context.session = session;
  const onClosed = vi.fn();
  const track = new FakeMediaStreamTrack({ kind: 'video' });
  const options: ProduceOptions = { source };
  const controller = new ProducerController({
    context,
    localId: 'producer-1',
    local: isOwned ? ownTrack(track, null) : borrowTrack(track),
    options,
    onClosed,
  });
  const events: string[] = [];
  for (const event of ['paused', 'resumed', 'trackEnded', 'closed'] as const)
    controller.producer.on(event, () => events.push(event));
  controller.start(session);
  await controller.lifecycle.ready;
  return { context, announced, media, setProducerPaused, closeProducer, onClosed, track, controller, events, session };
}

describe('ProducerController', () => {
  it('creates the producer of the app and publishes it', async () => {
    const { controller } = await published();
    expect(controller.producer).toBeInstanceOf(Producer);
    expect(controller.producer).toMatchObject({
      id: 'p1',
      kind: 'video',
      source: 'camera',
      appData: { source: 'camera' },
    });
  });

  it('stays paused until neither the app nor the server pauses', async () => {
    const { controller, events, announced, media } = await published();
    controller.handleServerPaused(true, 'server');
    controller.handleServerPaused(true, 'server');
    await controller.pause();
    controller.handleServerPaused(false, 'server');
    expect([controller.isPaused, media.resume.mock.calls.length]).toEqual([true, 0]);
    await controller.resume();
    expect(controller.isPaused).toBe(false);
    expect([events, announced]).toEqual([
      ['paused', 'resumed'],
      ['producerPaused', 'producerResumed'],
    ]);
  });

  it('requests resume at the server for a pause of the server', async () => {
    const { controller, setProducerPaused } = await published();
    controller.handleServerPaused(true, 'server');
    await controller.resume();
    expect(setProducerPaused.mock.calls).toEqual([['p1', false]]);
  });

  it('reports no change after it has closed', async () => {
    const { controller, setProducerPaused, announced } = await published();
    controller.handleServerPaused(true, 'server');
    const request = deferred<void>();
    setProducerPaused.mockReturnValueOnce(request.promise);
    const resuming = controller.resume();
    controller.handleClosed('server', 'server');
    request.resolve();
    await resuming;
    expect(announced).toEqual(['producerPaused', 'producerClosed']);
  });

  it('rolls back a pause that the server refuses', async () => {
    const { controller, setProducerPaused, events } = await published();
    setProducerPaused.mockRejectedValueOnce(new TureenError('requestRefused', 'not now'));
    await expect(controller.pause()).rejects.toMatchObject({ message: 'not now' });
    expect([controller.isPaused, events]).toEqual([false, ['paused', 'resumed']]);
  });

  it('applies the settings that the server lacks after a resume of the session', async () => {
    const { controller, session, setProducerPaused } = await published();
    controller.lifecycle.handleSessionLost();
    const pausing = controller.pause();
    expect(setProducerPaused).not.toHaveBeenCalled();
    controller.handleResumed(session, { paused: false });
    await pausing;
    expect(setProducerPaused.mock.calls).toEqual([['p1', true]]);
  });

  it('closes a screen share whose track ends, at the server too', async () => {
    const { controller, track, closeProducer, announced, events } = await published({ source: 'screen' });
    track.remoteStop();
    expect([controller.isClosed, announced, events]).toEqual([true, ['producerClosed'], ['trackEnded', 'closed']]);
    expect(closeProducer).toHaveBeenCalledExactlyOnceWith('p1');
  });

  it('closes once, stops an owned track and removes the listeners of the app', async () => {
    const { controller, track, closeProducer, onClosed, media, announced } = await published({ isOwned: true });
    await Promise.all([controller.close('local'), controller.close('local')]);
    await controller.handleClosed('server', 'left')();
    expect([track.readyState, announced]).toEqual(['ended', ['producerClosed']]);
    for (const once of [closeProducer, onClosed, media.close]) expect(once).toHaveBeenCalledOnce();
    expect(controller.producer.listenerCount()).toBe(0);
  });

  it('sends no request when the server has closed the producer', async () => {
    const { controller, closeProducer } = await published();
    controller.handleClosed('server', 'server');
    expect(closeProducer).not.toHaveBeenCalled();
    expect(() => {
      controller.producer.enableStats();
    }).toThrow(expect.objectContaining({ code: 'invalidState' }) as Error);
  });
});
