/*
 * Restores the one browser behavior that mediasoup-client 2.4.11 needs and current browsers lack. The library opens a first connection with
 * audio and video to read the numbers of the header extensions, and expects the same numbers in every connection. In 2019, browsers used the
 * same numbers everywhere. Today, a connection without audio numbers the video extensions differently. So each connection starts with an
 * inactive audio section, which the library uses once there is a microphone.
 */
export {};

const connections = RTCPeerConnection.prototype;
const addTransceiver = connections.addTransceiver;

connections.addTransceiver = function (track, options) {
  const kind = typeof track === 'string' ? track : track.kind;
  if (kind === 'video' && this.getTransceivers().length === 0)
    addTransceiver.call(this, 'audio', { direction: 'inactive' });
  return addTransceiver.call(this, track, options);
};
