import { TureenError } from '../shared/errors.ts';
import type { PeerConnectionMedia, PullRequest } from '../media/PeerConnectionMedia.ts';
import { answerTo } from '../media/peerConnection/answerFixture.ts';
import { type Contract, equal, isTrue, rejects } from './Contract.ts';

/** Engine of push and pull. The suite is the server: it accepts everything, and is not connected. */
export interface PeerConnectionMediaWorld {
  readonly media: PeerConnectionMedia;
  track(kind: 'audio' | 'video'): Promise<MediaStreamTrack>;
  close(): void;
}

const sound: PullRequest = {
  id: 'sound',
  kind: 'audio',
  rtpParam: { codec: 'opus', clock_rate: 48_000, channel: 2, fmtp_param: '', payload_type: 109, mid_ext_id: 3 },
};
const picture: PullRequest = {
  id: 'picture',
  kind: 'video',
  rtpParam: { codec: 'VP8', clock_rate: 90_000, fmtp_param: '', payload_type: 120, mid_ext_id: 3 },
};
const unknown: PullRequest = { ...picture, rtpParam: { ...picture.rtpParam, codec: 'NONE' } };

function watch() {
  const states: string[] = [];
  return { states, handlers: { onConnectionState: (state: string) => void states.push(state) } };
}

const accept = async (offer: string) => answerTo(offer);
const acceptPush = async (offer: string) => ({ sdp: answerTo(offer) });

/** Resolves when a request reaches the server, and lets the case respond. */
function asked<T>() {
  const arrival = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<T>();
  return {
    arrival: arrival.promise,
    answer,
    exchange: () => {
      arrival.resolve();
      return answer.promise;
    },
  };
}

export const peerConnectionMediaContract: Contract<PeerConnectionMediaWorld> = [
  {
    title: 'push offers one section that sends, and its producer has the track and the mid',
    run: async (world) => {
      const session = world.media.open();
      const track = await world.track('video');
      const { handlers } = watch();
      let offer = '';
      const exchange = async (sdp: string) => {
        offer = sdp;
        return { sdp: answerTo(sdp) };
      };
      const producer = await session.push({ id: 'own', track }, exchange, handlers);
      equal([producer.id, producer.kind, producer.closed], ['own', 'video', false], 'producer');
      isTrue(producer.track === track, 'the producer has the track');
      equal(/^a=mid:(.*)\r$/m.exec(offer)?.[1], producer.mid, 'mid');
      equal(
        [...offer.matchAll(/^m=(\w+)/gm)].map(([, kind]) => kind),
        ['video'],
        'sections',
      );
      isTrue(/^a=sendonly\r$/m.test(offer), 'the section sends only');
      session.close();
    },
  },
  {
    title: "push gives the producer the ID in the server's answer",
    run: async (world) => {
      const exchange = async (sdp: string) => ({ sdp: answerTo(sdp), id: 'theirs' });
      const session = world.media.open();
      const { handlers } = watch();
      const producer = await session.push({ id: 'own', track: await world.track('audio') }, exchange, handlers);
      equal(producer.id, 'theirs', 'id');
      session.close();
    },
  },
  {
    title: 'push refuses an ended track, a codec of the other kind, an unknown codec and simulcast of AV1',
    run: async (world) => {
      const session = world.media.open();
      const { handlers } = watch();
      let offers = 0;
      const exchange = async (sdp: string) => {
        offers += 1;
        return { sdp: answerTo(sdp) };
      };
      const ended = await world.track('video');
      ended.stop();
      await rejects(session.push({ id: 'p', track: ended }, exchange, handlers), 'invalidState', 'an ended track');
      const track = await world.track('video');
      const push = (codec: string, encodings = [{}]) =>
        session.push({ id: 'p', track, codec, encodings }, exchange, handlers);
      await rejects(push('audio/opus'), 'invalidArgument', 'opus');
      await rejects(push('video/NONE'), 'unsupportedCodec', 'an unknown codec');
      await rejects(push('video/AV1', [{}, {}]), 'unsupported', 'simulcast of AV1');
      equal(offers, 0, 'offers');
      session.close();
    },
  },
  {
    title: 'a refused push passes the error on, reports no state, and the next one succeeds',
    run: async (world) => {
      const session = world.media.open();
      const { states, handlers } = watch();
      const track = await world.track('audio');
      const refuse = () => Promise.reject(new TureenError('requestRefused', 'no'));
      await rejects(session.push({ id: 'p', track }, refuse, handlers), 'requestRefused');
      equal(track.readyState, 'live', 'track');
      equal(states, [], 'states');
      const next = await session.push({ id: 'q', track }, acceptPush, watch().handlers);
      equal(next.id, 'q', 'id');
      session.close();
    },
  },
  {
    title: "push rejects with a TureenError where the server's answer is not an SDP",
    run: async (world) => {
      const session = world.media.open();
      const track = await world.track('audio');
      const error = await session
        .push({ id: 'p', track }, async () => ({ sdp: 'nonsense' }), watch().handlers)
        .then(
          () => null,
          (reason: unknown) => reason,
        );
      isTrue(TureenError.is(error), 'a TureenError');
      session.close();
    },
  },
  {
    title: 'close of a producer reports closed once and last, and leaves the track live',
    run: async (world) => {
      const session = world.media.open();
      const { states, handlers } = watch();
      const track = await world.track('audio');
      const producer = await session.push({ id: 'p', track }, acceptPush, handlers);
      producer.close();
      producer.close();
      equal([producer.closed, track.readyState], [true, 'live'], 'producer');
      equal(states.filter((state) => state === 'closed').length, 1, 'closed is reported once');
      equal(states.at(-1), 'closed', 'last state');
      await rejects(producer.replaceTrack(track), 'closed', 'replaceTrack');
      await rejects(producer.getStats(), 'closed', 'getStats');
      session.close();
    },
  },
  {
    title: 'a pushed producer pauses without changing its track, and refuses a wrong track',
    run: async (world) => {
      const session = world.media.open();
      const track = await world.track('video');
      const producer = await session.push({ id: 'p', track, paused: true }, acceptPush, watch().handlers);
      producer.resume();
      producer.pause();
      equal([track.enabled, track.readyState], [true, 'live'], 'track');
      await rejects(producer.replaceTrack(await world.track('audio')), 'invalidArgument', 'another kind');
      await rejects(producer.setMaxSpatialLayer(-1), 'invalidArgument', 'layer -1');
      const ended = await world.track('video');
      ended.stop();
      await rejects(producer.replaceTrack(ended), 'invalidState', 'an ended track');
      session.close();
    },
  },
  {
    title: 'pull offers a section per request in its order, and gives a live track of each',
    run: async (world) => {
      const session = world.media.open();
      let offer = '';
      const exchange = async (sdp: string) => {
        offer = sdp;
        return answerTo(sdp);
      };
      const consumers = await session.pull([sound, picture], exchange, watch().handlers);
      equal(
        [...offer.matchAll(/^m=(\w+)/gm)].map(([, kind]) => kind),
        ['audio', 'video'],
        'sections',
      );
      equal(
        consumers.map(({ id, kind, track }) => [id, kind, track.kind, track.readyState]),
        [
          ['sound', 'audio', 'audio', 'live'],
          ['picture', 'video', 'video', 'live'],
        ],
        'consumers',
      );
      const [first] = consumers;
      first!.pause();
      equal(first!.track.enabled, false, 'enabled after pause');
      first!.resume();
      equal(first!.track.enabled, true, 'enabled after resume');
      session.close();
    },
  },
  {
    title: 'the connection of a pull closes with its last consumer',
    run: async (world) => {
      const session = world.media.open();
      const { states, handlers } = watch();
      const [first, second] = await session.pull([sound, picture], accept, handlers);
      first!.close();
      first!.close();
      equal([first!.closed, first!.track.readyState], [true, 'ended'], 'the first');
      isTrue(!states.includes('closed'), 'the connection is open');
      second!.close();
      equal(states.at(-1), 'closed', 'last state');
      await rejects(second!.getStats(), 'closed', 'getStats');
      session.close();
    },
  },
  {
    title: 'a refused pull passes the error on, and reports closed once',
    run: async (world) => {
      const session = world.media.open();
      const { states, handlers } = watch();
      const refuse = () => Promise.reject(new TureenError('requestRefused', 'no'));
      await rejects(session.pull([sound], refuse, handlers), 'requestRefused');
      equal(states, ['closed'], 'states');
      session.close();
    },
  },
  {
    title: 'pull refuses streams that do not fit into one connection with invalidArgument',
    run: async (world) => {
      const session = world.media.open();
      const { handlers } = watch();
      await rejects(session.pull([], accept, handlers), 'invalidArgument', 'nothing');
      await rejects(session.pull([picture, picture], accept, handlers), 'invalidArgument', 'two of a kind');
      session.close();
    },
  },
  {
    title: 'canReceive checks the codec, canPullTogether the numbers',
    run: ({ media }) => {
      const session = media.open();
      equal(
        [sound, picture, unknown].map((one) => session.canReceive(one)),
        [true, true, false],
        'canReceive',
      );
      const numbered = (numbers: object): PullRequest => ({ ...sound, rtpParam: { ...sound.rtpParam, ...numbers } });
      const cases: readonly (readonly PullRequest[])[] = [
        [],
        [sound],
        [sound, picture],
        [picture, picture],
        [numbered({ mid_ext_id: 4 }), picture],
        [numbered({ tcc_ext_id: 3 }), picture],
        [numbered({ payload_type: 120 }), picture],
        [numbered({ rtx_payload_type: 120 }), picture],
        [numbered({ mid_ext_id: 0 }), picture],
      ];
      equal(
        cases.map((one) => session.canPullTogether(one)),
        [false, true, true, false, false, false, false, false, true],
        'canPullTogether',
      );
      session.close();
    },
  },
  {
    title: 'close rejects pending calls with closed, refuses later ones, and reports closed once',
    run: async (world) => {
      const session = world.media.open();
      const { states, handlers } = watch();
      const { arrival, answer, exchange } = asked<string>();
      const pulling = session.pull([sound], exchange, handlers);
      await arrival;
      session.close();
      session.close();
      await rejects(pulling, 'closed', 'the pull');
      answer.resolve('late');
      equal([session.closed, states.filter((state) => state === 'closed').length], [true, 1], 'session');
      const track = await world.track('audio');
      await rejects(session.push({ id: 'p', track }, acceptPush, handlers), 'closed', 'push');
      await rejects(session.pull([sound], accept, handlers), 'closed', 'pull');
      await rejects(session.getTransportStats('send'), 'closed', 'getTransportStats');
    },
  },
  {
    title: 'statistics of a direction are null without a connection, and a report with one',
    run: async (world) => {
      const session = world.media.open();
      equal(await session.getTransportStats('send'), null, 'send');
      await session.push({ id: 'p', track: await world.track('audio') }, acceptPush, watch().handlers);
      const report = await session.getTransportStats('send');
      isTrue(typeof report?.forEach === 'function', 'a report');
      equal(await session.getTransportStats('recv'), null, 'recv');
      session.close();
    },
  },
];
