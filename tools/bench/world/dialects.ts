import { type Dialect, mediasoupV2, mediasoupV2Alpha, mediasoupV2Beta, mediasoupV3, pushPull } from '@tureen/client';
import { FakeEngine, FakePeerConnectionMedia } from '@tureen/client/testing';

/** Dialect with fake media: the messages are real. */
export interface FakedDialect {
  readonly dialect: Dialect;
  /** Number of open media sessions. 0 after every room was left. */
  openSessions(): number;
}

const overDevice = (make: (options: { engine: FakeEngine }) => Dialect) => (): FakedDialect => {
  const engine = new FakeEngine();
  return { dialect: make({ engine }), openSessions: () => engine.sessions.size };
};

/** Dialects by name, which is also their path on the server. */
export const dialects = {
  'mediasoup-v3': overDevice(mediasoupV3),
  'mediasoup-v2': overDevice(mediasoupV2),
  'mediasoup-v2-beta': overDevice(mediasoupV2Beta),
  'mediasoup-v2-alpha': overDevice(mediasoupV2Alpha),
  'push-pull': (): FakedDialect => {
    const engine = new FakePeerConnectionMedia();
    return { dialect: pushPull({ engine }), openSessions: () => engine.sessions.size };
  },
};

export type DialectName = keyof typeof dialects;
export const dialectNames = Object.keys(dialects) as DialectName[];
