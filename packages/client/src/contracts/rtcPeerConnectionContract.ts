import { answerTo } from '../media/peerConnection/answerFixture.ts';
import { type Contract, equal, isTrue, rejects, throws } from './Contract.ts';

/** Connections of a browser, or fake ones with recorded offers of a browser. */
export interface RtcPeerConnectionWorld {
  readonly create: () => RTCPeerConnection;
  track(kind: 'audio' | 'video'): Promise<MediaStreamTrack>;
  close(): void;
}

/** Opens a connection that sends one track, with the events that it fires. */
async function openSending(world: RtcPeerConnectionWorld) {
  const pc = world.create();
  const track = await world.track('video');
  const states: string[] = [];
  pc.addEventListener('connectionstatechange', () => states.push(pc.connectionState));
  const transceiver = pc.addTransceiver(track, { direction: 'sendonly', sendEncodings: [{ maxBitrate: 100_000 }] });
  return { pc, track, transceiver, states };
}

export const rtcPeerConnectionContract: Contract<RtcPeerConnectionWorld> = [
  {
    title: 'a connection starts new, stable and without transceivers',
    run: ({ create }) => {
      const pc = create();
      equal([pc.connectionState, pc.signalingState, pc.getTransceivers().length], ['new', 'stable', 0], 'connection');
      pc.close();
    },
  },
  {
    title: 'addTransceiver throws TypeError for an unknown kind',
    run: ({ create }) => {
      throws(() => create().addTransceiver('smell'), 'TypeError');
    },
  },
  {
    title: 'a transceiver has no mid before the local description, and sends the track it was given',
    run: async (world) => {
      const { pc, transceiver, track } = await openSending(world);
      equal(transceiver.mid, null, 'mid');
      isTrue(transceiver.sender.track === track, 'the sender has the track');
      const { track: received } = transceiver.receiver;
      equal([received.kind, received.readyState], ['video', 'live'], 'track of the receiver');
      await pc.setLocalDescription(await pc.createOffer());
      equal([transceiver.mid, pc.signalingState], ['0', 'have-local-offer'], 'after the offer');
      isTrue(pc.getTransceivers()[0] === transceiver, 'the transceiver is listed');
      pc.close();
    },
  },
  {
    title: 'a transceiver of a kind sends no track',
    run: ({ create }) => {
      const pc = create();
      const { sender, receiver } = pc.addTransceiver('video', { direction: 'recvonly' });
      equal([sender.track, receiver.track.kind], [null, 'video'], 'tracks');
      pc.close();
    },
  },
  {
    title: 'an offer has a section per transceiver, and an answer makes the connection stable',
    run: async (world) => {
      const { pc, transceiver } = await openSending(world);
      const offer = await pc.createOffer();
      equal(offer.type, 'offer', 'type');
      equal(
        [...(offer.sdp ?? '').matchAll(/^m=(\w+)/gm)].map(([, kind]) => kind),
        ['video'],
        'sections',
      );
      isTrue(/^a=sendonly\r$/m.test(offer.sdp ?? ''), 'the section sends only');
      await pc.setLocalDescription(offer);
      await pc.setRemoteDescription({ type: 'answer', sdp: answerTo(offer.sdp ?? '') });
      equal([pc.signalingState, transceiver.mid], ['stable', '0'], 'after the answer');
      pc.close();
    },
  },
  {
    title: 'an answer without an offer rejects with InvalidStateError',
    run: async (world) => {
      const { pc } = await openSending(world);
      const offer = await pc.createOffer();
      const sdp = answerTo(offer.sdp ?? '');
      await rejects(pc.setRemoteDescription({ type: 'answer', sdp }), 'InvalidStateError', 'a remote answer');
      await rejects(pc.createAnswer(), 'InvalidStateError', 'createAnswer');
      pc.close();
    },
  },
  {
    title: 'a remote offer replaces a pending local one',
    run: async (world) => {
      const { pc } = await openSending(world);
      await pc.setLocalDescription(await pc.createOffer());
      const other = world.create();
      other.addTransceiver('video', { direction: 'recvonly' });
      const offer = await other.createOffer();
      await pc.setRemoteDescription({ type: 'offer', sdp: offer.sdp ?? '' });
      equal(pc.signalingState, 'have-remote-offer', 'state');
      pc.close();
      other.close();
    },
  },
  {
    title: 'a rollback of the local offer makes the connection stable',
    run: async (world) => {
      const { pc } = await openSending(world);
      await rejects(pc.setLocalDescription({ type: 'rollback' }), 'InvalidStateError', 'a rollback in stable');
      await pc.setLocalDescription(await pc.createOffer());
      await pc.setLocalDescription({ type: 'rollback' });
      equal(pc.signalingState, 'stable', 'state');
      pc.close();
    },
  },
  {
    title: 'replaceTrack swaps and removes the track, and refuses one of the other kind',
    run: async (world) => {
      const { pc, transceiver, track } = await openSending(world);
      const { sender } = transceiver;
      await sender.replaceTrack(null);
      equal(sender.track, null, 'track');
      await sender.replaceTrack(track);
      isTrue(sender.track === track, 'the track is back');
      await rejects(sender.replaceTrack(await world.track('audio')), 'TypeError', 'a track of the other kind');
      equal(track.readyState, 'live', 'readyState');
      pc.close();
    },
  },
  {
    title: 'setParameters accepts the result of getParameters, once',
    run: async (world) => {
      const { pc, transceiver } = await openSending(world);
      const { sender } = transceiver;
      const parameters = sender.getParameters();
      equal(parameters.encodings.length, 1, 'encodings');
      parameters.encodings[0]!.active = false;
      await sender.setParameters(parameters);
      equal(sender.getParameters().encodings[0]?.active, false, 'active');
      pc.close();
    },
  },
  {
    title: 'setCodecPreferences throws InvalidModificationError for a codec that the browser lacks',
    run: async (world) => {
      const { pc, transceiver } = await openSending(world);
      transceiver.setCodecPreferences([]);
      throws(() => {
        transceiver.setCodecPreferences([{ mimeType: 'video/NONE', clockRate: 90_000 }]);
      }, 'InvalidModificationError');
      pc.close();
    },
  },
  {
    title: 'close reports no state, and is idempotent',
    run: async (world) => {
      const { pc, states } = await openSending(world);
      pc.close();
      pc.close();
      equal([pc.connectionState, pc.signalingState], ['closed', 'closed'], 'state');
      await Promise.resolve();
      equal(states, [], 'events');
    },
  },
  {
    title: 'close leaves the sent track, and the track of a receiver that got no packets',
    run: async (world) => {
      const { pc, transceiver, track } = await openSending(world);
      pc.close();
      // The specification says that the latter ends. Neither Chromium nor Firefox ends it.
      equal([transceiver.receiver.track.readyState, track.readyState], ['live', 'live'], 'tracks');
    },
  },
  {
    title: 'a closed connection refuses every step with InvalidStateError',
    run: async (world) => {
      const { pc, transceiver } = await openSending(world);
      const offer = await pc.createOffer();
      pc.close();
      throws(() => pc.addTransceiver('audio'), 'InvalidStateError', 'addTransceiver');
      await rejects(pc.createOffer(), 'InvalidStateError', 'createOffer');
      await rejects(pc.createAnswer(), 'InvalidStateError', 'createAnswer');
      await rejects(pc.setLocalDescription(offer), 'InvalidStateError', 'setLocalDescription');
      await rejects(
        pc.setRemoteDescription({ type: 'answer', sdp: offer.sdp ?? '' }),
        'InvalidStateError',
        'setRemoteDescription',
      );
      await rejects(transceiver.sender.replaceTrack(null), 'InvalidStateError', 'replaceTrack');
    },
  },
];
