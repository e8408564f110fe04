import { describe, expect, it, vi } from 'vitest';
import { deferred } from '@tureen/kernel';
import { TureenError } from '../../shared/errors.ts';
import { consumerMedia, consumerOffer, entityContext, sessionWith } from '../../test-support/entityContext.ts';
import type { ConsumerOffer } from '../entityInfo.ts';
import { PeerController } from './PeerController.ts';
import { RemoteConsumers } from './RemoteConsumers.ts';

function setup() {
  const { context, announced } = entityContext();
  const consume = vi.fn((offer: ConsumerOffer) => Promise.resolve(consumerMedia(offer.id)));
  const closeConsumer = vi.fn(() => Promise.resolve());
  context.session = sessionWith({ consume, closeConsumer });
  const consumers = new RemoteConsumers(context);
  const bob = new PeerController(context, { id: 'bob', displayName: 'Bob' });
  /** Offers a consumer. Resolves with the response to the offer. */
  const offer = (details: Partial<ConsumerOffer> = {}, peer = bob) => {
    const response = deferred<string>();
    const answer = {
      accept: () => {
        response.resolve('accepted');
      },
      reject: (_: number, reason: string) => {
        response.resolve(reason);
      },
    };
    consumers.handleOffer({ offer: consumerOffer(details), answer }, peer, () => true);
    return response.promise;
  };
  return { context, announced, consume, closeConsumer, consumers, bob, offer };
}

describe('RemoteConsumers', () => {
  it('announces a consumer once its track is there, and accepts the offer', async () => {
    const { consumers, bob, offer, announced } = setup();
    const response = offer();
    expect([consumers.announced.size, bob.consumers.size]).toEqual([0, 0]);
    expect(await response).toBe('accepted');
    expect(announced).toEqual(['newConsumer']);
    expect(consumers.announced.get('c1')).toBe(bob.consumers.get('c1'));
    expect(consumers.isOffered('c1')).toBe(true);
  });

  it('rejects the offer and reports a consumer that cannot be received', async () => {
    const { consumers, offer, consume, announced } = setup();
    consume.mockRejectedValueOnce(new TureenError('mediaFailed', 'bad SDP'));
    expect(await offer()).toBe('bad SDP');
    expect(announced).toEqual(['requestFailed']);
    expect(consumers.get('c1')).toBeUndefined();
  });

  it('rejoins without a response when another offer broke the transport', async () => {
    const { context, offer, consume, consumers, announced } = setup();
    const rejoined = deferred<string>();
    context.rejoin = rejoined.resolve;
    consume.mockRejectedValueOnce(new TureenError('mediaFailed', 'the transport is broken', { retryable: true }));
    void offer();
    expect(await rejoined.promise).toBe('the transport is broken');
    expect([announced, consumers.get('c1')?.isClosed]).toEqual([[], false]);
  });

  it('lists the consumers of the server as resumable, and closes those that the server closed meanwhile', async () => {
    const { consumers, offer, announced } = setup();
    await Promise.all([offer(), offer({ id: 'c2', producerId: 'p2', source: 'screen' })]);
    consumers.handleSessionLost();
    expect(consumers.resumableIds).toEqual(['c1', 'c2']);
    expect(consumers.unrestored).toHaveLength(2);
    consumers.resume(new Map([['c2', { paused: false, remotePaused: false }]]));
    consumers.clearResumable();
    expect([...consumers.announced.keys()]).toEqual(['c2']);
    expect(announced.slice(2)).toEqual(['consumerClosed']);
    expect([consumers.resumableIds, consumers.unrestored]).toEqual([[], []]);
  });

  it('closes consumers at the server that the app closed during the request to resume', async () => {
    const { consumers, offer, closeConsumer } = setup();
    await offer();
    const consumer = consumers.announced.get('c1');
    consumers.handleSessionLost();
    await consumer?.close();
    expect(closeConsumer).not.toHaveBeenCalled();
    consumers.resume(new Map([['c1', { paused: false, remotePaused: false }]]));
    expect(closeConsumer).toHaveBeenCalledExactlyOnceWith('c1');
  });

  it('restores a consumer under its new ID by producer, or as the only one of its kind and source', async () => {
    const { consumers, offer, announced, bob } = setup();
    await Promise.all([offer(), offer({ id: 'c2', producerId: 'p2', source: 'screen' })]);
    const [camera, screen] = [...consumers.announced.values()];
    consumers.handleSessionLost();
    await Promise.all([offer({ id: 'n1' }), offer({ id: 'n2', producerId: 'another', source: 'screen' })]);
    expect(consumers.announced.get('n1')).toBe(camera);
    expect(consumers.announced.get('n2')).toBe(screen);
    expect([...bob.consumers.keys()]).toEqual(['n1', 'n2']);
    expect(announced).toEqual(['newConsumer', 'newConsumer']);
  });

  it('restores no consumer of another peer', async () => {
    const { consumers, offer, context } = setup();
    await offer();
    const old = consumers.announced.get('c1');
    consumers.handleSessionLost();
    await offer({ id: 'n1' }, new PeerController(context, { id: 'zoe', displayName: 'Zoe' }));
    expect(consumers.announced.get('n1')).not.toBe(old);
    consumers.dropUnrestored(consumers.unrestored);
    expect([...consumers.announced.keys()]).toEqual(['n1']);
    expect(old?.closed).toBe(true);
  });

  it('closes an unannounced consumer when the connection drops', async () => {
    const { consumers, offer, consume, announced } = setup();
    consume.mockReturnValueOnce(new Promise(() => {}));
    void offer();
    const pending = consumers.get('c1');
    consumers.handleSessionLost();
    expect([pending?.isClosed, consumers.resumableIds, announced]).toEqual([true, [], []]);
  });

  it('closes the consumers of one peer', async () => {
    const { consumers, offer, context, bob } = setup();
    const zoe = new PeerController(context, { id: 'zoe', displayName: 'Zoe' });
    await Promise.all([offer(), offer({ id: 'c2', producerId: 'p2' }, zoe)]);
    consumers.closeOf(bob, 'remote');
    expect([...consumers.announced.keys()]).toEqual(['c2']);
  });
});
