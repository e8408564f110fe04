import { describe, expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '@tureen/kernel';

import { recordedOffer, recordedOffers } from '@tureen/client/fixtures';
import { prepareOffer } from '@tureen/client/internals';
import { answerPilotOffer, PilotCrash, readPilotOffer } from './pilotSdp.ts';
import { RawPilotClient, type Frame } from './RawPilotClient.ts';
import { RtcPilot } from './RtcPilot.ts';

const audio = prepareOffer(recordedOffer('chromium-push-audio'));
const video = prepareOffer(recordedOffer('chromium-push-h264'));
const joint = prepareOffer(recordedOffer('chromium-push-joint'));
const pullBoth = prepareOffer(recordedOffer('chromium-pull-audio-video'));
const pullVideo = prepareOffer(recordedOffer('chromium-pull-video'));

async function start(...userIds: string[]) {
  const clock = new ManualClock();
  const pilot = await RtcPilot.start({ clock });
  onTestFinished(() => pilot.close());
  const clients: RawPilotClient[] = [];
  for (const userId of userIds) {
    const client = await RawPilotClient.connect(pilot.url);
    await client.join(userId);
    clients.push(client);
  }
  const [alice, bob] = clients as [RawPilotClient, RawPilotClient];
  return { pilot, clock, alice, bob };
}

const sdpOf = (frame: Frame): string => String(frame.data?.sdp);
const pushersOf = (frame: Frame) => frame.data?.pushers as { pusherId: string; rtpParam: Record<string, unknown> }[];
const refusal = (errorReason: string) => ({ response: true, ok: false, errorCode: -1, errorReason });

describe('Socket of RTCPilot', () => {
  test('is at /webrtc only, and always speaks protoo', async () => {
    const { pilot } = await start();
    const elsewhere = new WebSocket(pilot.url.replace('/webrtc', '/other'), 'protoo');
    await new Promise((resolve) => {
      elsewhere.addEventListener('error', resolve);
    });
    const unasked = new WebSocket(`${pilot.url}?roomid=x`);
    await new Promise((resolve) => {
      unasked.addEventListener('error', resolve);
    });
    const client = await RawPilotClient.connect(`${pilot.url}?roomid=x`);
    await client.fence();
    expect(client.frames).toMatchObject([{ response: true }]);
  });

  test('gives no response to a request that is unknown, without an integer ID or without a method', async () => {
    const { alice } = await start('alice');
    const before = alice.frames.length;
    alice.send({ request: true, id: 100, method: 'leave', data: {} });
    alice.send({ request: true, id: '101', method: 'heartbeat', data: {} });
    alice.send({ request: true, id: 1.5, method: 'heartbeat', data: {} });
    alice.send({ request: true, id: 102, data: {} });
    alice.send({ notification: true, method: 'leave', data: {} });
    await alice.fence();
    expect(alice.frames.slice(before)).toHaveLength(1);
  });

  test.each(['roomId', 'userId', 'userName'])('refuses a join with a number as %s', async (field) => {
    const { pilot } = await start();
    const client = await RawPilotClient.connect(pilot.url);
    const data = { roomId: 'r1', userId: 'u', userName: 'U', [field]: 7 };
    expect(await client.request('join', data)).toMatchObject(refusal('invalid join request'));
  });

  test('accepts the user of each message unchecked', async () => {
    const { alice, bob } = await start('alice', 'bob');
    alice.send({
      notification: true,
      method: 'textMessage',
      data: { roomId: 'r1', userId: 'mallory', userName: 'M', message: 'hi' },
    });
    expect((await bob.hearsNews('textMessage')).data).toMatchObject({ userId: 'mallory', message: 'hi' });
    alice.send({
      notification: true,
      method: 'textMessage',
      data: { roomId: 'r1', userId: 'alice', message: 'no name' },
    });
    await alice.fence();
    expect(bob.notifications.filter(({ method }) => method === 'textMessage')).toHaveLength(1);
  });
});

describe('Users of RTCPilot', () => {
  test('get all other users with the join; the others get an array of one, after the response', async () => {
    const { alice, bob } = await start('alice', 'bob');
    expect(bob.frames[0]?.data).toEqual({
      code: 0,
      message: 'join success',
      users: [{ userId: 'alice', userName: 'ALICE', pushers: [] }],
    });
    expect((await alice.hearsNews('newUser')).data).toEqual([{ userId: 'bob', userName: 'BOB', pushers: [] }]);
  });

  test('are announced when they join again, and receive no more notifications', async () => {
    const { pilot, alice, bob } = await start('alice', 'bob');
    bob.close();
    await bob.closed;
    expect((await alice.hearsNews('userDisconnect')).data).toEqual({ roomId: 'r1', userId: 'bob' });
    const again = await RawPilotClient.connect(pilot.url);
    const joined = await again.join('bob');
    expect(joined.data).toMatchObject({ users: [{ userId: 'alice' }] });
    expect((await alice.hearsNews('userReConnect')).data).toEqual({ roomId: 'r1', userId: 'bob', userName: 'BOB' });
    await alice.push('alice', audio);
    await again.fence();
    expect(again.notifications).toEqual([]);
  });

  test('leave after 45 s of silence, and 20 s more without a socket: userLeave, never userLeft', async () => {
    const { clock, alice, bob } = await start('alice', 'bob');
    const stay = async () => alice.request('heartbeat', { roomId: 'r1', userId: 'alice' });
    bob.close();
    await alice.hearsNews('userDisconnect');
    for (let second = 0; second < 65; second += 13) {
      clock.advance(13_000);
      await stay();
    }
    expect(alice.notifications.map(({ method }) => method)).not.toContain('userLeave');
    clock.advance(1_000);
    expect((await alice.hearsNews('userLeave')).data).toEqual({ roomId: 'r1', userId: 'bob' });
    expect(alice.notifications.map(({ method }) => method)).not.toContain('userLeft');
    expect(await alice.request('heartbeat', { roomId: 'r1', userId: 'bob' })).toMatchObject(
      refusal('handle heartbeat failed'),
    );
  });
});

describe('Push to RTCPilot', () => {
  test('is answered before the others are notified; the publisher gets no ID', async () => {
    const { alice, bob } = await start('alice', 'bob');
    const answer = await alice.push('alice', video);
    expect(Object.keys(answer.data ?? {})).toEqual(['code', 'message', 'sdp']);
    const { data } = await bob.hearsNews('newPusher');
    expect(data).toMatchObject({ roomId: 'r1', userId: 'alice', userName: 'ALICE', pushers: [{}] });
    expect(pushersOf({ data: data! })[0]?.rtpParam).toEqual({
      av_type: 'video',
      codec: 'H264',
      fmtp_param: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
      rtcp_features: ['goog-remb', 'transport-cc', 'ccm fir', 'nack', 'nack pli'],
      ssrc: expect.any(Number) as unknown,
      payload_type: 108,
      clock_rate: 90000,
      rtx_ssrc: expect.any(Number) as unknown,
      rtx_payload_type: 109,
      use_nack: true,
      key_request: true,
      mid_ext_id: 9,
      tcc_ext_id: 4,
    });
  });

  test('lists all pushers that ever existed, ended ones too, in the order of random IDs', async () => {
    const { pilot, alice, bob } = await start('alice', 'bob');
    for (let count = 0; count < 4; count += 1) await alice.push('alice', audio);
    pilot.endPushes();
    await alice.push('alice', video);
    await bob.fence();
    const lists = bob.notifications.filter(({ method }) => method === 'newPusher').map(pushersOf);
    expect(lists.map((list) => list.length)).toEqual([1, 2, 3, 4, 5]);
    const ids = lists.at(-1)!.map(({ pusherId }) => pusherId);
    expect(ids).toEqual([...ids].sort());
  });

  test('of a user that has not joined gets two responses: success and an error', async () => {
    const { pilot } = await start();
    const client = await RawPilotClient.connect(pilot.url);
    expect(await client.push('absent', audio)).toMatchObject({ id: 1, ok: true });
    await client.fence();
    expect(client.frames[1]).toMatchObject({ id: 1, ...refusal('handle push sdp failed') });
  });

  test('with a candidate, another type, or an unreadable attribute is refused', async () => {
    const { alice } = await start('alice');
    for (const [sdp, type] of [
      [recordedOffer('chromium-push-video-gathered'), 'offer'],
      [audio, 'rollback'],
      [audio.replace('a=mid:0', 'a=mid:audio'), 'offer'],
      [audio.replace('a=setup:actpass', 'a=setup:holdconn'), 'offer'],
      [audio.replace(/(a=extmap:\d+ \S+)/, '$1 more'), 'offer'],
      [audio.replace(/(a=ssrc:\d+) cname:\S+/, '$1 cname:a:b'), 'offer'],
    ] as const)
      expect(await alice.push('alice', sdp, type)).toMatchObject(refusal('invalid push request'));
    expect(await alice.push('alice', 'v=0')).toMatchObject(refusal('handle push sdp failed'));
  });

  test('with an rtcp-fb before its rtpmap crashes the server', async () => {
    const { pilot, alice } = await start('alice');
    void alice.push('alice', recordedOffer('firefox-push-audio'));
    await alice.closed;
    expect(pilot.crashedBy).toBeInstanceOf(PilotCrash);
  });

  test('with an fmtp before its rtpmap has a codec without parameters, which is unusable', async () => {
    const { alice } = await start('alice');
    const early = audio.replace(/(a=rtpmap:111 .*\r\n)((?:.*\r\n)*?)(a=fmtp:111 .*\r\n)/, '$3$1$2');
    expect(sdpOf(await alice.push('alice', early))).toMatch(/^m=audio 9 UDP\/TLS\/RTP\/SAVPF\r$/m);
  });

  test('without the one H264, or with opus in another spelling, results in an answer section without a codec', async () => {
    const { alice } = await start('alice');
    for (const [offer, kind] of [
      [prepareOffer(recordedOffer('firefox-push-video')), 'video'],
      [audio.replace('minptime=10;', ''), 'audio'],
      [video.replaceAll('42e01f', '42e034'), 'video'],
    ] as const) {
      const answer = await alice.push('alice', offer);
      expect(answer).toMatchObject({ ok: true });
      expect(sdpOf(answer)).toContain(`m=${kind} 9 UDP/TLS/RTP/SAVPF\r\n`);
    }
  });
});

describe('Section without a track', () => {
  test('is a pusher like any other, with the SSRC that the offer reserves', async () => {
    const { alice, bob } = await start('alice', 'bob');
    const answer = sdpOf(await alice.push('alice', joint));
    expect(answer.match(/^m=\w+/gm)).toEqual(['m=audio', 'm=video']);
    const list = pushersOf(await bob.hearsNews('newPusher'));
    const [, offered] = /^a=ssrc-group:FID (\d+) \d+/m.exec(joint) ?? [];
    const picture = list.find(({ rtpParam }) => rtpParam.av_type === 'video');
    expect(list.map(({ rtpParam }) => rtpParam.av_type).toSorted()).toEqual(['audio', 'video']);
    expect(String(picture?.rtpParam.ssrc)).toBe(offered);
    // Both use the same numbers for header extensions, so that one connection can pull both.
    expect(
      new Set(list.map(({ rtpParam }) => `${String(rtpParam.mid_ext_id)} ${String(rtpParam.tcc_ext_id)}`)).size,
    ).toBe(1);
    const pulled = sdpOf(
      await bob.pull(
        'bob',
        'alice',
        pullBoth,
        list.map(({ pusherId }) => pusherId),
      ),
    );
    expect(pulled).toContain(`a=ssrc:${offered ?? ''} cname`);
  });
});

describe('Answers of RTCPilot', () => {
  test('always have BUNDLE 0 1, ice-lite in the section, no a=msid, and the SSRCs of the offer', async () => {
    const { alice } = await start('alice');
    const sdp = sdpOf(await alice.push('alice', audio));
    expect(sdp).toContain('a=group:BUNDLE 0 1\r\n');
    expect(sdp.indexOf('a=ice-lite')).toBeGreaterThan(sdp.indexOf('m=audio'));
    expect(sdp).not.toContain('a=msid:');
    expect(sdp).toContain('a=recvonly\r\n');
    expect(sdp).toContain(/a=ssrc:\d+ cname/.exec(audio)?.[0]);
  });

  test('have an FID of 0 and parameters of payload type 0, for a repair stream that is never sent', async () => {
    const { alice } = await start('alice');
    const plain = video.replace(/a=ssrc-group.*\r\n/, '').replace(/(a=ssrc:\d+ .*\r\n){2}$/, '');
    const withoutRtx = plain
      .replace(/^m=video.*$/m, 'm=video 9 UDP/TLS/RTP/SAVPF 108')
      .replace(/a=(rtpmap|fmtp):109.*\r\n/g, '');
    const sdp = sdpOf(await alice.push('alice', withoutRtx));
    expect(sdp).toMatch(/a=ssrc-group:FID \d+ 0\r\n/);
    expect(sdp).toContain('a=fmtp:0 apt=108\r\n');
  });
});

describe('Pull from RTCPilot', () => {
  const pushed = async () => {
    const world = await start('alice', 'bob');
    await world.alice.push('alice', video);
    const [pusher] = pushersOf(await world.bob.hearsNews('newPusher'));
    return { ...world, pusherId: pusher!.pusherId, ssrc: pusher!.rtpParam.ssrc as number };
  };

  test('requires pusher_id, and accepts a second spelling in addition', async () => {
    const { bob, pusherId } = await pushed();
    const data = { roomId: 'r1', userId: 'bob', targetUserId: 'alice', sdp: { type: 'offer', sdp: pullVideo } };
    expect(await bob.request('pull', { ...data, specs: [{ type: 'video', pusherId }] })).toMatchObject(
      refusal('invalid pull request'),
    );
    expect(
      await bob.request('pull', { ...data, specs: [{ type: 'video', pusherId, pusher_id: pusherId }] }),
    ).toMatchObject({ ok: true });
  });

  test('is answered as sendonly with the SSRCs and payload types of the publisher', async () => {
    const { bob, pusherId, ssrc } = await pushed();
    const sdp = sdpOf(await bob.pull('bob', 'alice', pullVideo, [pusherId]));
    expect(sdp).toContain(`a=ssrc:${ssrc} cname:cname_${ssrc}\r\n`);
    expect(sdp).toContain('a=sendonly\r\n');
    expect(sdp).toContain('m=video 9 UDP/TLS/RTP/SAVPF 108 109\r\n');
  });

  test('of an unknown or ended pusher succeeds without media', async () => {
    const { pilot, bob, pusherId } = await pushed();
    pilot.endPushes();
    for (const id of ['none', pusherId]) {
      const answer = await bob.pull('bob', 'alice', pullVideo, [id]);
      expect(answer).toMatchObject({ ok: true, data: { code: 0 } });
      expect(sdpOf(answer)).toContain('a=ssrc-group:FID 0 0\r\n');
      expect(sdpOf(answer)).not.toContain('a=ssrc:');
    }
  });

  test('of two of a kind puts the last one into both sections', async () => {
    const { alice, bob, pusherId, ssrc } = await pushed();
    const other = video.replaceAll(String(ssrc), '4242');
    await alice.push('alice', other);
    const both =
      pullVideo.replace('BUNDLE 0', 'BUNDLE 0 1') +
      (/m=video[^]*/.exec(pullVideo)?.[0] ?? '').replace('a=mid:0', 'a=mid:1');
    const list = pushersOf(await bob.hears((frame) => frame.method === 'newPusher' && pushersOf(frame).length === 2));
    const ids = [pusherId, list.find((one) => one.pusherId !== pusherId)!.pusherId];
    const sdp = sdpOf(await bob.pull('bob', 'alice', both, ids));
    expect(sdp.match(/a=ssrc:4242 cname/g)).toHaveLength(2);
    expect(sdp).not.toContain(`a=ssrc:${ssrc} cname`);
  });

  test('of a single section is answered with BUNDLE 0 1, which browsers refuse unchanged', async () => {
    const { bob, pusherId } = await pushed();
    const sdp = sdpOf(await bob.pull('bob', 'alice', pullVideo, [pusherId]));
    expect(sdp).toContain('a=group:BUNDLE 0 1\r\n');
    expect(sdp.match(/^a=mid:.*/gm)).toEqual(['a=mid:0']);
  });

  test('again over the same connection creates another session, with other payload types than the first answer', async () => {
    const { alice, bob, pusherId } = await pushed();
    await alice.push('alice', audio);
    const list = pushersOf(await bob.hears((frame) => frame.method === 'newPusher' && pushersOf(frame).length === 2));
    const first = sdpOf(await bob.pull('bob', 'alice', pullVideo, [pusherId]));
    const ids = list.map((one) => one.pusherId);
    const second = sdpOf(await bob.pull('bob', 'alice', pullBoth, ids));
    const credentialsOf = (sdp: string) => sdp.match(/^a=ice-(?:ufrag|pwd):.*/gm)?.slice(0, 2);
    expect(credentialsOf(second)).not.toEqual(credentialsOf(first));
  });

  test('of an absent user, or with a candidate, fails', async () => {
    const { bob, pusherId } = await pushed();
    expect(await bob.pull('bob', 'carol', pullVideo, [pusherId])).toMatchObject(refusal('handle pull sdp failed'));
    const gathered = pullVideo.replace('a=rtcp-mux', 'a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\na=rtcp-mux');
    expect(await bob.pull('bob', 'alice', gathered, [pusherId])).toMatchObject(refusal('handle pull sdp failed'));
  });

  test('of both kinds is matched by kind, in any order', async () => {
    const { alice, bob, pusherId, ssrc } = await pushed();
    await alice.push('alice', audio);
    const list = pushersOf(await bob.hears((frame) => frame.method === 'newPusher' && pushersOf(frame).length === 2));
    const sound = list.find((one) => one.pusherId !== pusherId)!;
    const sdp = sdpOf(await bob.pull('bob', 'alice', pullBoth, [pusherId, sound.pusherId]));
    const [, audioSection = '', videoSection = ''] = sdp.split(/^(?=m=)/m);
    expect(audioSection).toContain(`a=ssrc:${String(sound.rtpParam.ssrc)} cname`);
    expect(videoSection).toContain(`a=ssrc:${ssrc} cname`);
  });
});

test.each(recordedOffers)(
  '%s is read without an error after preparation, unlike the recorded offer of Firefox',
  (name) => {
    const read = readPilotOffer('offer', prepareOffer(recordedOffer(name)));
    expect(read.sections.size).toBeGreaterThan(0);
    const hasOpus = name.includes('audio');
    if (hasOpus) expect([...answerPilotOffer(read).sections.get(0)!.codecs.values()][0]?.name).toBe('opus');
    if (name.startsWith('firefox') || name.includes('gathered'))
      expect(() => readPilotOffer('offer', recordedOffer(name))).toThrow();
  },
);
