import { describe, expect, it } from 'vitest';
import { callWorld } from '../testing/callWorld.ts';
import { tilesOf } from './tiles.ts';

const bob = { id: 'bob', displayName: 'Bob' };

async function joined(options: Parameters<typeof callWorld>[0] = {}) {
  const world = callWorld({ peers: [bob], ...options });
  await world.call.join('Ada');
  return world;
}

describe('Chat', () => {
  it('sends texts to a server that supports them, and shows received texts', async () => {
    const { call, requested } = await joined({ extensions: ['textMessage'] });
    await expect(call.chat.send('  hello ')).resolves.toBe(true);
    expect(requested.map(({ method }) => method)).toContain('textMessage');
    expect(call.chat.messages).toMatchObject([{ author: 'Ada', isOwn: true, text: 'hello' }]);
  });

  it('opens a data channel before the first message when the server has no texts', async () => {
    const { request } = await joined();
    await expect(request('produceData')).resolves.toMatchObject({ label: 'chat' });
  });

  it('counts unread messages until the panel opens', async () => {
    const { call, room, say } = await joined({ extensions: ['textMessage'] });
    const heard = room.waitFor('textMessage');
    say('textMessage', { peerId: 'bob', text: 'soup?' });
    await heard;
    expect(call.chat.unread).toBe(1);
    call.chat.setOpen(true);
    expect(call.chat.unread).toBe(0);
    expect(call.chat.messages).toMatchObject([{ author: 'Bob', isOwn: false, text: 'soup?' }]);
  });

  it('reports a message that could not be sent and does not list it', async () => {
    const { call, refuse, notices } = await joined({ extensions: ['textMessage'] });
    refuse('textMessage');
    await expect(call.chat.send('hello')).resolves.toBe(false);
    expect(notices).toEqual([expect.stringContaining('The message was not sent')]);
    expect(call.chat.messages).toEqual([]);
  });
});

describe('tilesOf', () => {
  it('lists the local peer first, then the remote peers', async () => {
    const { call } = await joined();
    expect(tilesOf(call)).toMatchObject([
      { key: 'self', name: 'Ada', isLocal: true, microphone: 'off', camera: 'off' },
      { peerId: 'bob', name: 'Bob', isLocal: false, microphone: 'off', camera: 'off' },
    ]);
  });

  it('shows a muted microphone and a camera that is off', async () => {
    const { call, room, offer, say } = await joined();
    await offer({ id: 'a', peerId: 'bob', kind: 'audio', source: 'microphone', producerPaused: true });
    await offer({ id: 'v', peerId: 'bob', kind: 'video', source: 'camera' });
    expect(tilesOf(call)[1]).toMatchObject({ microphone: 'muted', camera: 'on' });
    const paused = room.waitFor('consumerPaused');
    say('consumerPaused', { consumerId: 'v' });
    await paused;
    expect(tilesOf(call)[1]).toMatchObject({ microphone: 'muted', camera: 'off' });
  });

  it('gives a screen its own tile with its sound', async () => {
    const { call, offer } = await joined();
    await offer({ id: 'v', peerId: 'bob', kind: 'video', source: 'camera' });
    await offer({ id: 's', peerId: 'bob', kind: 'video', source: 'screen' });
    await offer({ id: 'sa', peerId: 'bob', kind: 'audio', source: 'screenAudio' });
    const screen = tilesOf(call)[2];
    expect(screen).toMatchObject({ kind: 'screen', peerId: 'bob', camera: 'on' });
    expect(screen?.consumers.map((consumer) => consumer.id)).toEqual(['s', 'sa']);
  });

  it('shows the newest producer of a source while the earlier one still exists', async () => {
    const { call, offer } = await joined();
    await offer({ id: 'v1', peerId: 'bob', kind: 'video', source: 'camera' });
    await offer({ id: 'v2', peerId: 'bob', kind: 'video', source: 'camera' });
    expect(tilesOf(call)).toHaveLength(2);
    expect(tilesOf(call)[1]?.consumers.map((consumer) => consumer.id)).toEqual(['v2']);
  });

  it('treats a video without a source as the camera', async () => {
    const { call, offer } = await joined();
    await offer({ id: 'v', peerId: 'bob', kind: 'video' });
    expect(tilesOf(call)).toHaveLength(2);
    expect(tilesOf(call)[1]).toMatchObject({ kind: 'camera', camera: 'on' });
  });

  it('shows the loudest speaker, or all speakers if the server lists them', async () => {
    const { call, room, offer, say } = await joined();
    await offer({ id: 'a', peerId: 'bob', kind: 'audio', source: 'microphone' });
    const speaks = async (method: string, data: object, event: 'activeSpeaker' | 'speakingPeers') => {
      const told = room.waitFor(event);
      say(method, data);
      await told;
      return tilesOf(call)[1]?.isSpeaking;
    };
    await expect(speaks('activeSpeaker', { peerId: 'bob', volume: -40 }, 'activeSpeaker')).resolves.toBe(true);
    await expect(speaks('activeSpeaker', { peerId: null }, 'activeSpeaker')).resolves.toBe(false);
    const volumes = { peerVolumes: [{ peerId: 'bob', volume: -40 }] };
    await expect(speaks('speakingPeers', volumes, 'speakingPeers')).resolves.toBe(true);
    await expect(speaks('activeSpeaker', { peerId: 'me' }, 'activeSpeaker')).resolves.toBe(true);
  });
});

describe('Call', () => {
  it('announces peers that join and leave, but no existing peers', async () => {
    const { room, say, notices } = await joined();
    const came = room.waitFor('newPeer');
    say('newPeer', { id: 'eve', displayName: 'Eve' });
    await came;
    const left = room.waitFor('peerClosed');
    say('peerClosed', { peerId: 'bob' });
    await left;
    expect(notices).toEqual(['Eve joined', 'Bob left']);
  });

  it('passes on the reason of the room when the session ends', async () => {
    const { call, room, endings, close } = await joined();
    const left = room.waitFor('left');
    close('server');
    await left;
    expect(endings).toEqual(['closedByServer']);
    await call.join('Ada');
    await room.leave();
    expect(endings.at(-1)).toBe('left');
  });

  it('shows the reconnect attempt until the room has reconnected', async () => {
    const { call, room, close } = await joined();
    const back = room.waitFor('reconnected');
    const lost = room.waitFor('reconnecting');
    close('network');
    await lost;
    expect(call.reconnecting).toMatchObject({ attempt: 1 });
    await back;
    expect(call.reconnecting).toBeNull();
  });

  it('shows a media recovery until the transport has recovered', async () => {
    const { call, room, engine, offer } = await joined();
    await offer({ id: 'v', peerId: 'bob', kind: 'video' });
    const begun = room.waitFor('transportRecovering');
    engine.session.recvTransport.setConnectionState('failed');
    await begun;
    expect([...call.repairing]).toEqual(['recv']);
    engine.session.recvTransport.setConnectionState('connected');
    expect([...call.repairing]).toEqual([]);
    engine.session.sendTransport.setConnectionState('failed');
    expect([...call.repairing]).toEqual(['send']);
    await room.leave();
    expect([...call.repairing]).toEqual([]);
  });

  it('records every signaling message, including those of the join', async () => {
    const { call } = await joined();
    const methods = call.trace.view({ text: '', direction: 'out' }).map(({ method }) => method);
    expect(methods).toContain('getRouterRtpCapabilities');
    expect(methods).toContain('join');
  });

  it('shows a notice if no microphone is available', async () => {
    const { call, notices } = await joined();
    await call.media.set('microphone', true);
    expect(notices).toEqual([expect.stringContaining('The microphone could not be turned on')]);
    expect(call.media.isBusy('microphone')).toBe(false);
  });
});
