import { type Dialect, mediasoupV2, mediasoupV2Alpha, mediasoupV2Beta, mediasoupV3, pushPull } from '@tureen/client';
import { FakeEngine, FakePeerConnectionMedia } from '@tureen/client/testing';

/** A dialect for the matrix: its maker, and its path on the server. */
export interface DialectCase {
  readonly path: string;
  /** Whether the dialect has notifications about a disconnected and a reconnected peer. */
  readonly notifiesOfReconnects: boolean;
  /** Requests that connect a transport. If such a response is lost, the state of the transport is unknown, and the session is not resumed. */
  readonly connects: RegExp;
  readonly make: () => { dialect: Dialect; media: FakeEngine | FakePeerConnectionMedia };
}

const family = {
  'mediasoup-v2': mediasoupV2,
  'mediasoup-v2-beta': mediasoupV2Beta,
  'mediasoup-v2-alpha': mediasoupV2Alpha,
};

/** By name: the dialect and, if unusual, its envelope. */
export const dialectCases: Readonly<Record<string, DialectCase>> = {
  'mediasoup-v3': over(
    () => new FakeEngine(),
    'mediasoup-v3',
    (engine) => mediasoupV3({ engine }),
  ),
  ...Object.fromEntries(
    (['notification', 'request', 'bare'] as const).flatMap((envelope) =>
      Object.entries(family).map(([path, make]) => [
        envelope === 'notification' ? path : `${path} ${envelope}`,
        over(
          () => new FakeEngine(),
          path,
          (engine) => make({ engine, envelope }),
        ),
      ]),
    ),
  ),
  'push-pull': over(
    () => new FakePeerConnectionMedia(),
    'push-pull',
    (engine) => pushPull({ engine }),
  ),
};

function over<Engine extends FakeEngine | FakePeerConnectionMedia>(
  engine: () => Engine,
  path: string,
  make: (media: Engine) => Dialect,
): DialectCase {
  return {
    path,
    notifiesOfReconnects: !path.startsWith('mediasoup-v2'),
    connects: /^(connectWebRtcTransport|createTransport|updateTransport)$/,
    make: () => {
      const media = engine();
      return { dialect: make(media), media };
    },
  };
}
