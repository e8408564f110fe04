import { type Mock, describe, expect, it, vi } from 'vitest';
import { deferred } from '@tureen/kernel';
import { whenCalled } from '@tureen/testkit/whenCalled';

import { TureenError } from '../../shared/errors.ts';
import type { PeerConnectionPushOptions } from '../PeerConnectionMedia.ts';
import {
  chromiumVideo,
  handlers,
  openInFakeBrowser,
  trackOf,
  type OpenInFakeBrowserOptions,
} from './peerConnectionFixture.ts';
import { answerTo, recordedOffer } from './sdpFixture.ts';

/** Opens a browser that pushes to RTCPilot, and a server that accepts every offer. */
function pilotBrowser(options: OpenInFakeBrowserOptions = {}) {
  const browser = openInFakeBrowser({
    profile: 'rtcpilot',
    offer: ({ transceivers }) => {
      const [first] = transceivers;
      if (transceivers.length === 2) return recordedOffer('chromium-push-joint');
      return recordedOffer(first?.receiver.track.kind === 'audio' ? 'chromium-push-audio' : 'chromium-push-h264');
    },
    ...options,
  });
  const exchange = vi.fn(async (offer: string) => ({ sdp: answerTo(offer) }));
  let pushes = 0;
  const push = (kind: 'audio' | 'video', more: Partial<PeerConnectionPushOptions> = {}, listener = handlers()) =>
    browser.session.push({ id: `p${++pushes}`, track: trackOf(kind), ...more }, exchange, listener);
  const senders = (connection = 0) => browser.connections[connection]!.transceivers.map(({ sender }) => sender);
  const { session, connections } = browser;
  return { session, connections, exchange, push, senders };
}

/** Calls `act`, which makes the sender replace its track. Resolves when the track is replaced. */
async function nextTrack({ replaceTrack }: { replaceTrack: Pick<Mock, 'mock'> }, act: () => void): Promise<void> {
  const before = replaceTrack.mock.calls.length;
  act();
  await whenCalled(replaceTrack, before + 1);
}

describe('a push in profile rtcpilot', () => {
  it.each(['audio', 'video'] as const)('offers an audio and a video section in either order: %s', async (kind) => {
    const { push, exchange, connections, senders } = pilotBrowser();
    const producer = await push(kind);
    expect(connections[0]?.transceivers.map(({ receiver }) => receiver.track.kind)).toEqual(['audio', 'video']);
    expect(exchange.mock.calls[0]?.[0].match(/^m=\w+/gm)).toEqual(['m=audio', 'm=video']);
    const tracks = senders().map(({ track }) => track);
    expect(tracks).toEqual(kind === 'audio' ? [producer.track, null] : [null, producer.track]);
    expect(producer).toMatchObject({ id: 'p1', kind, mid: kind === 'audio' ? '0' : '1' });
  });

  it('sends the other kind in the present section, without a request to the server', async () => {
    const { push, exchange, connections, senders } = pilotBrowser();
    const sound = await push('audio');
    const picture = await push('video', { encodings: [{ maxBitrate: 1 }, { maxBitrate: 900_000, maxFramerate: 30 }] });
    expect(exchange).toHaveBeenCalledOnce();
    expect(connections).toHaveLength(1);
    expect(senders().map(({ track }) => track)).toEqual([sound.track, picture.track]);
    expect([sound.id, picture.id, sound.mid, picture.mid]).toEqual(['p1', 'p2', '0', '1']);
  });

  it('sets the encoding of the new track only', async () => {
    const { push, senders } = pilotBrowser();
    await push('audio');
    const sender = senders()[1]!;
    sender.parameters.encodings = [{ active: false, maxBitrate: 5, scaleResolutionDownBy: 4 } as object];
    await push('video', { encodings: [{ maxFramerate: 30 }] });
    expect(sender.setParameters).toHaveBeenLastCalledWith({ encodings: [{ active: true, maxFramerate: 30 }] });
  });

  it('applies codec options of the second track in the browser only', async () => {
    const { push, exchange, connections } = pilotBrowser();
    await push('video');
    expect(connections[0]?.remoteSdp).not.toContain('usedtx');
    await push('audio', { codecOptions: { opusDtx: true } });
    expect(connections[0]?.remoteSdp).toMatch(/a=fmtp:111 .*usedtx=1/);
    expect(connections[0]?.calls.filter((call) => call === 'setRemoteDescription')).toHaveLength(2);
    expect(exchange).toHaveBeenCalledOnce();
  });

  it('waits for a pending push, instead of opening another connection', async () => {
    const { session, push, connections } = pilotBrowser();
    const answered = deferred<undefined>();
    const exchange = vi.fn(async (offer: string) => {
      await answered.promise;
      return { sdp: answerTo(offer) };
    });
    const first = session.push({ id: 'a', track: trackOf('audio'), paused: true }, exchange, handlers());
    const second = push('video');
    answered.resolve(undefined);
    expect((await Promise.all([first, second])).map(({ id }) => id)).toEqual(['a', 'p1']);
    expect(connections).toHaveLength(1);
  });

  it('makes a separate offer where the pending push fails', async () => {
    const { session, push, connections } = pilotBrowser();
    const refused = () => Promise.reject(new TureenError('requestTimeout', 'no answer'));
    const first = session.push({ id: 'a', track: trackOf('audio') }, refused, handlers());
    const second = push('video');
    await expect(first).rejects.toMatchObject({ code: 'requestTimeout' });
    expect((await second).closed).toBe(false);
    expect(connections).toHaveLength(2);
  });

  it('reuses a section after its track has closed', async () => {
    const { push, exchange, connections, senders } = pilotBrowser();
    await push('audio');
    const listener = handlers();
    const camera = await push('video', {}, listener);
    const sender = senders()[1]!;
    sender.parameters.encodings = [{ active: true }];
    const parameters = sender.setParameters.mock.calls.length;
    camera.close();
    await whenCalled(sender.setParameters, parameters + 1);
    expect(sender.setParameters).toHaveBeenLastCalledWith({ encodings: [{ active: false }] });
    expect([camera.closed, sender.track]).toEqual([true, null]);
    expect(listener.onConnectionState.mock.lastCall).toEqual(['closed']);
    const again = await push('video');
    expect(sender.track).toBe(again.track);
    expect(sender.setParameters).toHaveBeenLastCalledWith({ encodings: [{ active: true }] });
    expect([exchange.mock.calls.length, connections.length, camera.closed, again.closed]).toEqual([1, 1, true, false]);
  });

  it('keeps the connection when both tracks have closed', async () => {
    const { push, connections } = pilotBrowser();
    for (const producer of [await push('audio'), await push('video')]) producer.close();
    expect(connections[0]?.calls).not.toContain('close');
    await push('audio');
    expect(connections).toHaveLength(1);
  });

  it('ignores later calls of the closed producer', async () => {
    const { push, senders } = pilotBrowser();
    const camera = await push('video');
    camera.pause();
    camera.close();
    camera.resume();
    const again = await push('video');
    camera.close();
    await expect(camera.replaceTrack(trackOf('video'))).rejects.toMatchObject({ code: 'closed' });
    expect(senders()[1]?.track).toBe(again.track);
  });

  it('starts paused in a section without a track', async () => {
    const { push, senders } = pilotBrowser();
    await push('audio');
    const camera = await push('video', { paused: true });
    expect(senders()[1]?.track).toBeNull();
    await nextTrack(senders()[1]!, () => {
      camera.resume();
    });
    expect(senders()[1]?.track).toBe(camera.track);
  });

  it('opens a connection for a second video, and keeps it for the next one', async () => {
    const { push, exchange, connections, senders } = pilotBrowser();
    await push('audio');
    await push('video');
    const screen = await push('video');
    expect(connections[1]?.transceivers.map(({ receiver }) => receiver.track.kind)).toEqual(['video']);
    screen.close();
    const next = await push('video');
    expect([exchange.mock.calls.length, connections.length]).toEqual([2, 2]);
    expect(senders(1)[0]?.track).toBe(next.track);
  });
});

describe('a joint connection', () => {
  it('reports its state to each of its pushes', async () => {
    const { push, connections } = pilotBrowser();
    const [first, second] = [handlers(), handlers()];
    await push('audio', {}, first);
    connections[0]!.changeState('connected');
    await push('video', {}, second);
    connections[0]!.changeState('disconnected');
    expect(first.onConnectionState.mock.calls.flat()).toEqual(['connected', 'disconnected']);
    expect(second.onConnectionState.mock.calls.flat()).toEqual(['connected', 'disconnected']);
  });

  it('ends with its last track once it has failed, and the next push opens another', async () => {
    const { push, connections } = pilotBrowser();
    const listener = handlers();
    const [sound, picture] = [await push('audio', {}, listener), await push('video')];
    connections[0]!.changeState('failed');
    const third = await push('video');
    expect(connections).toHaveLength(2);
    sound.close();
    expect(connections[0]?.calls).not.toContain('close');
    picture.close();
    expect(connections[0]?.calls.at(-1)).toBe('close');
    expect(listener.onConnectionState.mock.calls.flat()).toEqual(['failed', 'closed']);
    expect(third.closed).toBe(false);
  });

  it('ends at once when it fails without a track', async () => {
    const { push, connections } = pilotBrowser();
    (await push('audio')).close();
    connections[0]!.changeState('failed');
    expect(connections[0]?.calls.at(-1)).toBe('close');
  });

  it('survives a track that the browser cannot send', async () => {
    const { push, connections, senders } = pilotBrowser();
    const sound = await push('audio');
    const listener = handlers();
    senders()[1]!.replaceTrack.mockRejectedValueOnce(new Error('no encoder'));
    await expect(push('video', {}, listener)).rejects.toMatchObject({ code: 'mediaFailed' });
    expect(listener.onConnectionState).not.toHaveBeenCalledWith('connected');
    expect([sound.closed, connections.length]).toEqual([false, 1]);
    expect((await push('video')).closed).toBe(false);
    await expect(push('video', { codec: 'video/VP8' })).rejects.toMatchObject({ code: 'unsupportedCodec' });
  });

  it('rolls back where the browser refuses codec options', async () => {
    const { push, connections } = pilotBrowser();
    await push('video');
    const pc = connections[0]!;
    const set = vi.spyOn(pc, 'setRemoteDescription').mockRejectedValueOnce(new Error('bad fmtp'));
    const roll = vi.spyOn(pc, 'setLocalDescription');
    await expect(push('audio', { codecOptions: { opusStereo: true } })).rejects.toMatchObject({ code: 'mediaFailed' });
    expect(roll.mock.lastCall?.[0]).toEqual({ type: 'rollback' });
    set.mockRestore();
    expect((await push('audio')).closed).toBe(false);
  });

  it('closes all its tracks with the session', async () => {
    const { push, session, connections } = pilotBrowser();
    const listener = handlers();
    const [sound, picture] = [await push('audio', {}, listener), await push('video')];
    session.close();
    expect([sound.closed, picture.closed]).toEqual([true, true]);
    expect(listener.onConnectionState.mock.calls.flat()).toEqual(['closed']);
    expect(connections[0]?.calls.filter((call) => call === 'close')).toHaveLength(1);
    await expect(push('audio')).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('a server that refuses two sections', () => {
  it('gets a push of one section after a refusal', async () => {
    const { session, push, connections } = pilotBrowser();
    const single = vi.fn(async (offer: string) => {
      if (offer.includes('m=video')) throw new TureenError('requestRefused', 'handle push sdp failed');
      return { sdp: answerTo(offer) };
    });
    const listener = handlers();
    const sound = await session.push({ id: 'a', track: trackOf('audio') }, single, listener);
    expect(sound.closed).toBe(false);
    expect(listener.onConnectionState).not.toHaveBeenCalled();
    await expect(session.push({ id: 'v', track: trackOf('video') }, single, handlers())).rejects.toMatchObject({
      code: 'requestRefused',
    });
    // The room does not try two sections again.
    expect(single.mock.calls.map(([offer]) => offer.match(/^m=/gm)?.length)).toEqual([2, 1, 1]);
    sound.close();
    await push('audio');
    expect(connections).toHaveLength(3);
  });

  it('gets a push of one section where the browser lacks H264', async () => {
    const { push, exchange } = pilotBrowser({ video: chromiumVideo.slice(0, 1) });
    await push('audio');
    expect(exchange.mock.calls.map(([offer]) => offer.match(/^m=\w+/gm))).toEqual([['m=audio']]);
    await expect(push('video')).rejects.toMatchObject({ code: 'unsupportedCodec' });
    expect(exchange).toHaveBeenCalledOnce();
  });

  it('makes the push reject when it refuses one section too', async () => {
    const { session, connections } = pilotBrowser();
    const listener = handlers();
    const refusing = vi.fn(() => Promise.reject(new TureenError('requestRefused', 'no')));
    const pushing = session.push({ id: 'a', track: trackOf('audio') }, refusing, listener);
    await expect(pushing).rejects.toMatchObject({ code: 'requestRefused' });
    expect(listener.onConnectionState).not.toHaveBeenCalled();
    expect(connections.map(({ calls }) => calls.at(-1))).toEqual(['close', 'close']);
  });
});

describe('a video section without a track', () => {
  /** Fakes a document whose canvas gives that track. */
  function withCanvas() {
    const black = trackOf('video');
    const fillRect = vi.fn();
    const captureStream = () => ({ getVideoTracks: () => [black] });
    vi.stubGlobal('document', { createElement: () => ({ getContext: () => ({ fillRect }), captureStream }) });
    return { black, fillRect };
  }

  it('shows black until it has a track, and again without one', async () => {
    const { black, fillRect } = withCanvas();
    const { push, session, senders } = pilotBrowser();
    await push('audio');
    expect(senders().map(({ track }) => track === black)).toEqual([false, true]);
    expect(fillRect).toHaveBeenCalledWith(0, 0, 16, 16);
    const camera = await push('video');
    expect(senders()[1]?.track).toBe(camera.track);
    await nextTrack(senders()[1]!, () => {
      camera.pause();
    });
    expect(senders()[1]?.track).toBe(black);
    camera.close();
    const again = await push('video', { paused: true });
    expect(senders()[1]?.track).toBe(black);
    await nextTrack(senders()[1]!, () => {
      again.resume();
    });
    expect(senders()[1]?.track).toBe(again.track);
    session.close();
    expect(black.readyState).toBe('ended');
  });

  it('shows black from the start where the first push is a paused video', async () => {
    const { black } = withCanvas();
    const { push, senders, session } = pilotBrowser();
    const camera = await push('video', { paused: true });
    expect([camera.track, senders()[1]?.track]).not.toContain(null);
    expect(senders()[1]?.track).toBe(black);
    session.close();
  });

  it('is silent on a connection of a second video, which has no audio track', async () => {
    withCanvas();
    const { push, senders, session } = pilotBrowser();
    await push('video');
    const second = await push('video');
    await nextTrack(senders(1)[0]!, () => {
      second.close();
    });
    expect(senders(1)[0]?.track).toBeNull();
    session.close();
  });
});
