import { FakeHandler, testFakeParameters } from 'mediasoup-client';
import { describe, expect, it } from 'vitest';
import { roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { FakeEngine } from '../media/fake/FakeEngine.ts';
import { FakePeerConnectionMedia } from '../media/fake/FakePeerConnectionMedia.ts';
import { fakeBrowser, handlers, trackOf, willingPush } from '../media/peerConnection/peerConnectionFixture.ts';
import type { MediaEngine } from '../media/MediaEngine.ts';
import type { PeerConnectionMedia } from '../media/PeerConnectionMedia.ts';
import { deviceEngine, peerConnectionEngine } from '../ports.ts';
import type { Dialect } from '../room/DialectPort.ts';
import type { Logger } from '../shared/logger.ts';
import { mediasoupV2 } from './mediasoupV2.ts';
import { mediasoupV2Alpha } from './mediasoupV2Alpha.ts';
import { mediasoupV2Beta } from './mediasoupV2Beta.ts';
import { mediasoupV3 } from './mediasoupV3.ts';
import { pushPull } from './pushPull.ts';

/** Wraps an engine, and records the options of each `open`. */
function wrapped<Engine extends MediaEngine | PeerConnectionMedia>(inner: Engine) {
  const opened: unknown[] = [];
  const open = (options: object = {}) => {
    opened.push(options);
    return inner.open(options) as ReturnType<Engine['open']>;
  };
  return { opened, open };
}

const silent = () => {};
const logger: Logger = { debug: silent, info: silent, warn: silent, error: silent };

/** Opens a dialect, which reads the logger of its context. */
const contextOf = (dialect: Dialect) => {
  const identity = { roomId: 'r1', peerId: 'alice' };
  const memory = { resumeToken: undefined, recall: <T>(create: () => T) => create() };
  const channel = { request: () => Promise.reject(new Error('offline')), notify: () => Promise.resolve() };
  const clock = { now: () => 0, after: () => silent };
  return dialect.open({ identity, memory, channel, clock, logger, emit: () => true });
};

describe('the option engine', () => {
  it.each([
    ['mediasoup-v3', mediasoupV3],
    ['mediasoup-v2', mediasoupV2],
    ['mediasoup-v2-beta', mediasoupV2Beta],
    ['mediasoup-v2-alpha', mediasoupV2Alpha],
  ] as const)(
    'accepts an engine for %s that wraps another, and passes the logger of the room to it',
    (_name, dialect) => {
      const engine = wrapped(new FakeEngine());

      contextOf(dialect({ engine })).close();

      expect(engine.opened).toEqual([{ logger }]);
    },
  );

  it('passes the profile and the ICE servers of push-pull to the engine', () => {
    const engine = wrapped(new FakePeerConnectionMedia());
    const iceServers = [{ urls: 'turn:turn.example' }];

    contextOf(pushPull({ engine, profile: 'rtcpilot', iceServers })).close();

    expect(engine.opened).toEqual([{ logger, profile: 'rtcpilot', iceServers }]);
  });
});

describe('deviceEngine', () => {
  it('sends and receives in a room, with the handler of the app', async () => {
    const engine = wrapped(deviceEngine({ handlerFactory: FakeHandler.createFactory(testFakeParameters) }));
    const { room } = roomWorld({ dialect: mediasoupV3({ engine }) });

    await room.join();

    expect(engine.opened).toHaveLength(1);
    expect(room.state).toBe('joined');
  });
});

describe('peerConnectionEngine', () => {
  it('merges its configuration with the ICE servers of the dialect, which take precedence', async () => {
    const { connections } = fakeBrowser();
    const engine = peerConnectionEngine({
      configuration: { iceTransportPolicy: 'relay', iceServers: [{ urls: 'stun:old.example' }] },
    });
    const session = engine.open({ iceServers: [{ urls: 'stun:new.example' }] });

    await session.push({ id: 'p', track: trackOf('video') }, willingPush(), handlers());

    expect(connections[0]?.configuration).toEqual({
      bundlePolicy: 'max-bundle',
      iceTransportPolicy: 'relay',
      iceServers: [{ urls: 'stun:new.example' }],
    });
  });
});
