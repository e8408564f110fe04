import { type Dialect, mediasoupV2, mediasoupV2Alpha, mediasoupV2Beta, mediasoupV3, pushPull } from '@tureen/client';
import { FakeEngine, FakePeerConnectionMedia } from '@tureen/client/testing';

/** A dialect as the matrix plays it: what its clients are made of, and where the server listens for it. */
export interface DialectCase {
  readonly path: string;
  /** It has words for a peer whose connection dropped and is back. */
  readonly tellsOfReconnects: boolean;
  /** What connects a transport: whether it is connected nobody knows where the answer was lost, and then nothing is resumed. */
  readonly connects: RegExp;
  readonly make: () => { dialect: Dialect; media: FakeEngine | FakePeerConnectionMedia };
}

const family = {
  'mediasoup-v2': mediasoupV2,
  'mediasoup-v2-beta': mediasoupV2Beta,
  'mediasoup-v2-alpha': mediasoupV2Alpha,
};

/** By what it is called: the dialect, and in which of its envelopes where that is not the usual one. */
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
    tellsOfReconnects: !path.startsWith('mediasoup-v2'),
    connects: /^(connectWebRtcTransport|createTransport|updateTransport)$/,
    make: () => {
      const media = engine();
      return { dialect: make(media), media };
    },
  };
}
