import { describe, expect, it, vi } from 'vitest';
import { deferred } from '@tureen/kernel';
import { consumerMedia, consumerOffer, entityContext, sessionWith } from '../../test-support/entityContext.ts';
import { ConsumerMedia } from './ConsumerMedia.ts';

function setup() {
  const { context } = entityContext();
  const settings = { paused: false, preferredLayers: null };
  const onTrack = vi.fn();
  const consume = vi.fn((offer: { id: string }) => Promise.resolve(consumerMedia(offer.id)));
  const session = sessionWith({ consume });
  const media = new ConsumerMedia({
    context,
    offer: consumerOffer(),
    initialSettings: () => ({ ...settings }),
    onPlaying: vi.fn(),
    onBlocked: vi.fn(),
    onElementPaused: vi.fn(),
    onTrack,
  });
  return { media, session, consume, settings, onTrack };
}

describe('ConsumerMedia', () => {
  it('consumes with the current settings and reports the track', async () => {
    const { media, session, consume, settings, onTrack } = setup();
    settings.paused = true;
    await media.subscribe(session);
    expect(consume).toHaveBeenCalledExactlyOnceWith(media.offer, { paused: true, preferredLayers: null });
    expect(onTrack).toHaveBeenCalledExactlyOnceWith(media.track, session, { paused: true, preferredLayers: null });
  });

  it('shares one request between subscriptions to the same offer, and keeps a live track', async () => {
    const { media, session, consume } = setup();
    await Promise.all([media.subscribe(session), media.subscribe(session)]);
    await media.subscribe(session);
    expect(consume).toHaveBeenCalledOnce();
  });

  it('pauses a track whose consumer was paused during the request', async () => {
    const { media, session, consume, settings } = setup();
    const received = consumerMedia('c1');
    consume.mockResolvedValueOnce(received);
    const subscribing = media.subscribe(session);
    settings.paused = true;
    await subscribing;
    expect(received.isPaused).toBe(true);
  });

  it('discards the track of an earlier offer, and of a consumer that closed meanwhile', async () => {
    const { media, session, consume, onTrack } = setup();
    const [first, second] = [
      deferred<ReturnType<typeof consumerMedia>>(),
      deferred<ReturnType<typeof consumerMedia>>(),
    ];
    consume.mockReturnValueOnce(first.promise).mockReturnValueOnce(second.promise);
    const [early, late] = [consumerMedia('c1'), consumerMedia('c2')];
    const subscribing = media.subscribe(session);
    media.offer = consumerOffer({ id: 'c2' });
    const subscribingAgain = media.subscribe(session);
    first.resolve(early);
    await expect(subscribing).rejects.toMatchObject({ code: 'closed' });
    media.close();
    second.resolve(late);
    await expect(subscribingAgain).rejects.toMatchObject({ code: 'closed' });
    expect([early.closed, late.closed, media.track]).toEqual([true, true, null]);
    expect(onTrack).not.toHaveBeenCalled();
  });

  it('replaces a track that ended with its transport, and has no statistics in between', async () => {
    const { media, session, consume } = setup();
    const old = consumerMedia('c1');
    consume.mockResolvedValueOnce(old);
    await expect(media.getStats()).rejects.toMatchObject({ code: 'invalidState' });
    await media.subscribe(session);
    expect(await media.getStats()).toBeInstanceOf(Map);
    old.close();
    expect(media.isLost).toBe(true);
    await expect(media.getStats()).rejects.toMatchObject({ code: 'invalidState' });
    await media.subscribe(session);
    expect(media.track).not.toBe(old.track);
    expect(media.isLost).toBe(false);
  });
});
