import { describe, expect, it, vi } from 'vitest';
import { deferred } from '@tureen/kernel';
import { TureenError } from '../../shared/errors.ts';
import { connectionDropped } from '../../shared/commonErrors.ts';
import { entityContext, sessionWith } from '../../test-support/entityContext.ts';
import type { DialectSession } from '../DialectPort.ts';
import { ProducerLifecycle } from './ProducerLifecycle.ts';

interface Media {
  id: string;
  closed: boolean;
  close(): void;
}

function mediaOf(id: string): Media {
  return {
    id,
    closed: false,
    close() {
      this.closed = true;
    },
  };
}

function setup() {
  const { context, announced } = entityContext();
  const next: Promise<Media>[] = [];
  const closed: string[] = [];
  const onRefused = vi.fn();
  const publish = vi.fn(() => {
    const media = next.shift() ?? Promise.resolve(mediaOf('p1'));
    return {
      media,
      onPublished: () => {
        lifecycle.markReady();
      },
    };
  });
  const lifecycle: ProducerLifecycle<Media> = new ProducerLifecycle<Media>({
    context,
    method: 'produce',
    restart: (session) => {
      start(session);
    },
    closeAtServer: async (_, id) => {
      closed.push(id);
    },
    onRefused,
  });
  const start = (session: DialectSession) => {
    lifecycle.run(session, publish);
  };
  const session = sessionWith({});
  context.session = session;
  return { context, announced, next, closed, onRefused, publish, lifecycle, start, session };
}

async function published() {
  const world = setup();
  world.start(world.session);
  await world.lifecycle.ready;
  return world;
}

const collateral = new TureenError('mediaFailed', 'another offer broke the transport', { retryable: true });
const serverFault = new TureenError('requestRefused', 'oops', { retryable: true, method: 'produce' });

describe('ProducerLifecycle', () => {
  it('publishes on the session, and closes at the server with the ID of the publication', async () => {
    const { lifecycle, session, closed } = await published();
    expect(lifecycle).toMatchObject({ id: 'p1', isReady: true, current: { session, media: { id: 'p1' } } });
    await lifecycle.close(new TureenError('closed', 'closed'))();
    expect(closed).toEqual(['p1']);
    expect(lifecycle).toMatchObject({ media: null, current: null });
  });

  it('reports a refusal and rejects ready with it', async () => {
    const { lifecycle, start, session, next, onRefused } = setup();
    const refusal = new TureenError('unsupportedCodec', 'no such codec');
    next.push(Promise.reject(refusal));
    onRefused.mockImplementation((error: TureenError) => {
      lifecycle.fail(error);
    });
    start(session);
    await expect(lifecycle.ready).rejects.toBe(refusal);
    expect(lifecycle.isReady).toBe(false);
  });

  it('keeps its ID as resumable when the connection drops, and waits for the next session', async () => {
    const { lifecycle, start, session, publish, onRefused, next, context } = await published();
    lifecycle.handleSessionLost();
    expect(lifecycle).toMatchObject({ resumableId: 'p1', current: null });
    next.push(Promise.reject(connectionDropped()));
    start(session);
    await lifecycle.settled;
    expect(onRefused).not.toHaveBeenCalled();
    context.epoch.next();
    next.push(Promise.resolve(mediaOf('p2')));
    start(session);
    await lifecycle.settled;
    expect(publish).toHaveBeenCalledTimes(3);
    expect(lifecycle.id).toBe('p2');
  });

  it('keeps its publication when the session is resumed', async () => {
    const { lifecycle, session, publish } = await published();
    lifecycle.handleSessionLost();
    lifecycle.resume(session);
    expect(lifecycle.current?.media.id).toBe('p1');
    expect(publish).toHaveBeenCalledOnce();
  });

  it('publishes again on a rebuilt transport after another publication broke the old one', async () => {
    const { lifecycle, start, session, next, onRefused } = setup();
    next.push(Promise.reject(collateral));
    start(session);
    await lifecycle.settled;
    expect(onRefused).not.toHaveBeenCalled();
    lifecycle.handleRebuilt(session);
    await lifecycle.ready;
    expect(lifecycle.id).toBe('p1');
  });

  it('publishes again only media that a rebuilt transport had carried', async () => {
    const { lifecycle, session, publish } = await published();
    lifecycle.handleRebuilt(session);
    expect(publish).toHaveBeenCalledTimes(1);
    lifecycle.media?.close();
    lifecycle.handleRebuilt(session);
    await lifecycle.settled;
    expect(publish).toHaveBeenCalledTimes(2);
  });

  it('closes the producer at the server that the server created after close()', async () => {
    const { lifecycle, start, session, next, closed } = setup();
    const creating = deferred<Media>();
    next.push(creating.promise);
    start(session);
    const { settled } = lifecycle;
    await lifecycle.close(new TureenError('closed', 'closed'))();
    const media = mediaOf('late');
    creating.resolve(media);
    await settled;
    expect([closed, media.closed, lifecycle.id]).toEqual([['late'], true, null]);
  });

  it('drops the connection once when the server fails to publish what it had accepted, then refuses', async () => {
    const { lifecycle, start, session, next, context, onRefused } = await published();
    next.push(Promise.reject(serverFault), Promise.reject(serverFault));
    start(session);
    await lifecycle.settled;
    expect(context.drop).toHaveBeenCalledOnce();
    expect(onRefused).not.toHaveBeenCalled();
    start(session);
    await lifecycle.settled;
    expect(onRefused).toHaveBeenCalledWith(serverFault);
  });

  it('drops the connection after a publication that the server never answered', async () => {
    const { lifecycle, start, session, next, context, onRefused } = setup();
    const timeout = new TureenError('requestTimeout', "'produce' got no response");
    next.push(Promise.reject(timeout));
    start(session);
    await lifecycle.settled;
    expect(onRefused).toHaveBeenCalledWith(timeout);
    expect(context.drop).toHaveBeenCalledOnce();
  });
});
