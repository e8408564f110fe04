import { Room, RoomEvent } from 'livekit-client';

const room = new Room();
room.on(RoomEvent.TrackSubscribed, (track) => document.body.append(track.attach()));
room.on(RoomEvent.TrackUnsubscribed, (track) => {
  for (const element of track.detach()) element.remove();
});
await room.connect('wss://sfu.example/', 'the token of your server');
await room.localParticipant.enableCameraAndMicrophone();
