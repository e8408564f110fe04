import {
  EXTENSIONS,
  type ClientData,
  type JoinResponse,
  type Pusher,
  type RtpParam,
  type User,
} from '@tureen/protocol/push-pull';
import type { RoomOptions } from '@tureen/client';
import { PushPullDialect, type PushPullOptions } from '@tureen/client/internals';
import { FakePeerConnectionMedia } from '@tureen/client/testing';
import { roomWorld } from './roomWorld.ts';

/** Audio as Chromium sends it to RTCPilot. */
const audioParam: RtpParam = {
  av_type: 'audio',
  channel: 2,
  clock_rate: 48000,
  codec: 'opus',
  fmtp_param: 'minptime=10;useinbandfec=1',
  mid_ext_id: 4,
  payload_type: 111,
  rtcp_features: ['transport-cc'],
  rtx_payload_type: 0,
  rtx_ssrc: 0,
  ssrc: 1111,
  tcc_ext_id: 3,
  use_nack: false,
};
/** Video as Chromium sends it to RTCPilot. */
export const videoParam: RtpParam = {
  av_type: 'video',
  clock_rate: 90000,
  codec: 'H264',
  fmtp_param: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  key_request: true,
  mid_ext_id: 4,
  payload_type: 109,
  rtcp_features: ['nack', 'nack pli'],
  rtx_payload_type: 114,
  rtx_ssrc: 2223,
  ssrc: 2222,
  tcc_ext_id: 3,
  use_nack: true,
};

export function pusher(pusherId: string, details: Partial<Pusher> = {}): Pusher {
  return { pusherId, rtpParam: pusherId.endsWith('audio') ? audioParam : videoParam, ...details };
}

export function user(userId: string, ...pusherIds: string[]): User {
  return { userId, userName: userId.toUpperCase(), pushers: pusherIds.map((id) => pusher(id)) };
}

/** A refusal as the server sends it. */
export function refusal(errorReason: string, errorCode = -1): Error {
  return Object.assign(new Error(errorReason), { errorCode });
}

/** Resumes every entity that the client named in `holds`. */
function resumed(holds: unknown): JoinResponse['resumed'] {
  const { producers, consumers } = holds as NonNullable<ClientData<'join'>['holds']>;
  return {
    producers: producers.map((id) => ({ id, paused: false })),
    consumers: consumers.map((id) => ({ id, paused: false, producerPaused: false })),
  };
}

export interface PushPullWorldOptions extends PushPullOptions {
  /** Whether the server is RTCPilot, which announces no extensions and does not respond to unknown methods. Default false: Tureen's. */
  readonly isRtcPilot?: boolean | undefined;
  /** Whether connections connect as soon as they have an answer. Default true. */
  readonly autoConnect?: boolean | undefined;
  readonly room?: Partial<RoomOptions> | undefined;
}

/** Alice's room over push-pull, on a scripted server that accepts everything. `users` are in the join response. */
export function pushPullWorld(given: PushPullWorldOptions = {}) {
  const { isRtcPilot = false, autoConnect = true, room: roomOptions, ...options } = given;
  const media = new FakePeerConnectionMedia({ autoConnect });
  const world = roomWorld({ dialect: new PushPullDialect(media, options), ...roomOptions });
  const { server } = world;
  const users: unknown[] = [];
  let [pushes, joins] = [0, 0];
  const never = () => new Promise(() => {});
  const done = { code: 0, message: 'ok' };
  server
    .on('join', ({ holds }) => {
      const extras = isRtcPilot ? {} : { extensions: EXTENSIONS, resumeToken: `token${++joins}` };
      return { code: 0, message: 'join success', users, ...extras, ...(holds ? { resumed: resumed(holds) } : {}) };
    })
    .on('push', () => {
      const id = `own-${++pushes}`;
      const extras = isRtcPilot ? {} : { pushers: [{ ...pusher(id), mid: '0' }] };
      return { code: 0, message: 'push success', sdp: 'v=0 answer', ...extras };
    })
    .on('pull', () => ({ code: 0, message: 'pull success', sdp: 'v=0 answer' }))
    .on('heartbeat', ({ roomId, userId }) => ({ ...done, roomId, userId }));
  for (const method of ['leave', 'unpush', 'pausePush', 'resumePush', 'pausePull', 'resumePull', 'closeConsumer'])
    server.on(method, isRtcPilot ? never : () => done);
  return { ...world, media, users };
}

/** Alice, joined, in a room with bob and his pushers. The record is empty. */
export async function joinedPushPullWorld(options: PushPullWorldOptions = {}, bobs: readonly string[] = []) {
  const world = pushPullWorld(options);
  world.users.push(user('bob', ...bobs));
  await world.room.join({ displayName: 'Alice' });
  // The room joins with two changes of its state, and adds bob with a consumer for each pusher.
  await world.said.reaches(3 + bobs.length);
  world.said.length = 0;
  world.server.received.length = 0;
  return world;
}
