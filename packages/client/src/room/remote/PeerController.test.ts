import { describe, expect, it } from 'vitest';
import { entityContext } from '../../test-support/entityContext.ts';
import { Peer } from './Peer.ts';
import { PeerController } from './PeerController.ts';

function setup() {
  const { context, announced } = entityContext();
  const controller = new PeerController(context, { id: 'bob', displayName: 'Bob', appData: { seat: 1 } });
  const events: unknown[] = [];
  controller.peer.on('displayNameChanged', (payload) => events.push(payload));
  controller.peer.on('reconnecting', () => events.push('reconnecting'));
  controller.peer.on('reconnected', () => events.push('reconnected'));
  controller.peer.on('closed', (payload) => events.push(payload));
  return { controller, announced, events };
}

describe('PeerController', () => {
  it('creates the peer of the app with what the server sent', () => {
    const { controller } = setup();
    expect(controller.peer).toBeInstanceOf(Peer);
    expect(controller.peer).toMatchObject({
      id: 'bob',
      displayName: 'Bob',
      appData: { seat: 1 },
      device: { flag: 'unknown' },
      dialect: undefined,
      closed: false,
    });
  });

  it('emits a display name only when it changes', () => {
    const { controller, announced, events } = setup();
    controller.handleDisplayName('Bob');
    controller.handleDisplayName('Robert');
    expect(events).toEqual([{ displayName: 'Robert', oldDisplayName: 'Bob' }]);
    expect(announced).toEqual(['peerDisplayNameChanged']);
    expect(controller.peer).toMatchObject({ displayName: 'Robert', appData: { seat: 1 } });
  });

  it('emits reconnecting and reconnected only when they change', () => {
    const { controller, announced, events } = setup();
    for (const isReconnecting of [true, true, false, false]) controller.handleReconnecting(isReconnecting);
    expect(events).toEqual(['reconnecting', 'reconnected']);
    expect(announced).toEqual(['peerReconnecting', 'peerReconnected']);
  });

  it('emits closed once and removes the listeners of the app', () => {
    const { controller, announced, events } = setup();
    controller.handleClosed({ reason: 'remote' }, { bye: true });
    controller.handleClosed({ reason: 'left' });
    expect(events).toEqual([{ reason: 'remote', appData: { bye: true } }]);
    expect(announced).toEqual(['peerClosed']);
    expect(controller.peer.closed).toBe(true);
    expect(controller.peer.listenerCount()).toBe(0);
  });
});
