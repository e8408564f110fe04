import { describe, expect, it, vi } from 'vitest';
import type { MediaProducer } from '../../media/MediaEngine.ts';
import { TureenError } from '../../shared/errors.ts';
import { entityContext, sessionWith } from '../../test-support/entityContext.ts';
import { ProducerLifecycle } from './ProducerLifecycle.ts';
import { ProducerPause } from './ProducerPause.ts';

async function published() {
  const { context } = entityContext();
  const media = { id: 'p1', closed: false, pause: vi.fn(), resume: vi.fn(), close: vi.fn() };
  const setProducerPaused = vi.fn(() => Promise.resolve());
  const session = sessionWith({ setProducerPaused });
  context.session = session;
  const lifecycle = new ProducerLifecycle<MediaProducer>({
    context,
    method: 'produce',
    restart: () => {},
    closeAtServer: () => Promise.resolve(),
    onRefused: () => {},
  });
  const changes: string[] = [];
  const pause = new ProducerPause({
    initial: false,
    lifecycle,
    onChanged: (isPaused, by, reason) => changes.push([isPaused ? 'paused' : 'resumed', by, reason].join(' ').trim()),
  });
  lifecycle.run(session, () => ({
    media: Promise.resolve(media as unknown as MediaProducer),
    onPublished: () => {
      pause.handlePublished();
      pause.restart(false);
      lifecycle.markReady();
    },
  }));
  await lifecycle.ready;
  return { media, setProducerPaused, lifecycle, pause, changes };
}

describe('ProducerPause', () => {
  it('pauses the media at once, and resolves when the server has confirmed', async () => {
    const { pause, media, setProducerPaused, changes } = await published();
    const confirmed = pause.set(true, 'deviceLost');
    expect([pause.isPaused, media.pause.mock.calls.length, changes]).toEqual([true, 1, ['paused local deviceLost']]);
    await confirmed;
    expect(setProducerPaused).toHaveBeenCalledWith('p1', true);
  });

  it('ends a pause of the server with set(false), although this end had not paused', async () => {
    const { pause, setProducerPaused, changes } = await published();
    pause.handleServerPaused(true, 'server');
    await pause.set(false);
    expect(setProducerPaused.mock.calls).toEqual([['p1', false]]);
    expect([pause.isPaused, changes]).toEqual([false, ['paused server', 'resumed local']]);
  });

  it('keeps a pause of the server that arrives after the publication, and forgets one from before', async () => {
    const { pause, media, changes } = await published();
    pause.handleServerPaused(true, 'server');
    pause.handlePublished();
    expect(pause.isPaused).toBe(false);
    pause.handleServerPaused(true, 'server');
    pause.restart(false);
    expect([pause.isPaused, media.resume.mock.calls.length]).toEqual([true, 0]);
    expect(changes).toEqual(['paused server', 'paused server']);
  });

  it('applies the state of a server that refuses', async () => {
    const { pause, media, setProducerPaused, changes } = await published();
    setProducerPaused.mockRejectedValueOnce(new TureenError('requestRefused', 'no'));
    await expect(pause.set(true)).rejects.toMatchObject({ code: 'requestRefused' });
    expect([pause.isPaused, media.resume.mock.calls.length]).toEqual([false, 1]);
    expect(changes).toEqual(['paused local', 'resumed server']);
  });

  it('reports no change when the server refuses while its own pause applies', async () => {
    const { pause, media, setProducerPaused, changes } = await published();
    pause.handleServerPaused(true, 'server');
    setProducerPaused.mockRejectedValueOnce(new TureenError('requestRefused', 'no'));
    await expect(pause.set(true)).rejects.toMatchObject({ code: 'requestRefused' });
    expect([pause.isPaused, media.resume.mock.calls, changes]).toEqual([true, [], ['paused server']]);
  });

  it('stays paused when the server refuses to end its own pause, until the server ends it', async () => {
    const { pause, media, setProducerPaused, changes } = await published();
    pause.handleServerPaused(true, 'server');
    setProducerPaused.mockRejectedValueOnce(new TureenError('requestRefused', 'no'));
    await expect(pause.set(false)).rejects.toMatchObject({ code: 'requestRefused' });
    expect([pause.isPaused, media.resume.mock.calls, changes]).toEqual([true, [], ['paused server']]);
    pause.handleServerPaused(false, 'server');
    expect([pause.isPaused, media.resume.mock.calls.length]).toEqual([false, 1]);
    expect(changes).toEqual(['paused server', 'resumed server']);
  });

  it("resumes the media when the connection drops during the request to end the server's pause", async () => {
    const { pause, media, setProducerPaused, changes } = await published();
    pause.handleServerPaused(true, 'server');
    setProducerPaused.mockRejectedValueOnce(new TureenError('connectionLost', 'dropped'));
    await pause.set(false);
    expect([pause.isPaused, media.resume.mock.calls.length]).toEqual([false, 1]);
    expect(changes).toEqual(['paused server', 'resumed local']);
    pause.handleResumed(true);
    expect(setProducerPaused.mock.calls.slice(1)).toEqual([['p1', false]]);
  });

  it('leaves a pause of the server alone when the session is resumed', async () => {
    const { pause, setProducerPaused, changes } = await published();
    pause.handleServerPaused(true, 'server');
    pause.handleResumed(true);
    expect([pause.isPaused, setProducerPaused.mock.calls, changes]).toEqual([true, [], ['paused server']]);
    pause.handleServerPaused(false, 'server');
    expect(pause.isPaused).toBe(false);
  });

  it('resumes when the server ended its pause before the session was resumed', async () => {
    const { pause, media, setProducerPaused, changes } = await published();
    pause.handleServerPaused(true, 'server');
    pause.handleResumed(false);
    expect([pause.isPaused, media.resume.mock.calls.length]).toEqual([false, 1]);
    expect([setProducerPaused.mock.calls, changes]).toEqual([[], ['paused server', 'resumed server']]);
  });

  it('cannot send without a session', async () => {
    const { pause, lifecycle, setProducerPaused } = await published();
    lifecycle.handleSessionLost();
    void pause.set(true);
    expect([pause.isPaused, setProducerPaused.mock.calls]).toEqual([true, []]);
    expect(() => lifecycle.requireCurrent()).toThrow(expect.objectContaining({ code: 'connectionLost' }));
  });
});
