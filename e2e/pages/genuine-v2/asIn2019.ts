/*
 * The one thing in which a browser of today no longer is what mediasoup-client 2.4.11 was written for. It asks a first
 * connection, of audio and video, for the numbers of the header extensions, and counts on these for every other; the browsers
 * of its time numbered them alike in all. Today a connection without audio numbers those of video otherwise. So each has audio
 * first here, inactive, which the library takes up when there is a microphone.
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
