import { expect, expectEnergy, expectFrames, test } from './fixtures/rtcpilot.ts';

test('RTCPilot: peers see and hear each other, including a late joiner', async ({ world, pilotUrl }) => {
  const join = (peerId: string) =>
    world.joinAs(peerId, { dialect: 'push-pull', profile: 'rtcpilot', serverUrl: pilotUrl });
  const [alice, bob] = [await join('alice'), await join('bob')];
  await alice.publish('camera');
  await alice.publish('microphone');
  await bob.publish('microphone');
  await bob.publish('camera');
  for (const [peer, peerId] of [
    [bob, 'alice'],
    [alice, 'bob'],
  ] as const) {
    // Far more than 256 packets: if header extensions are misread, the picture stops there.
    await expectFrames(peer, peerId, 150);
    await expectEnergy(peer, peerId);
  }
  const carol = await join('carol');
  for (const peerId of ['alice', 'bob']) {
    await expectFrames(carol, peerId, 30);
    await expectEnergy(carol, peerId);
  }
  for (const peer of [alice, bob, carol])
    expect((await peer.events()).filter(({ event }) => event === 'requestFailed')).toEqual([]);
});

test('RTCPilot: peers see and hear RTCPilot’s own page, which pushes audio and video over one connection', async ({
  world,
  pilotUrl,
}) => {
  const stock = await world.open('stock');
  await stock.page.evaluate(
    async ([url, roomId]) => {
      const socket = new WebSocket(url, 'protoo');
      await new Promise((resolve) => {
        socket.addEventListener('open', resolve);
      });
      const request = (id: number, method: string, data: object) =>
        new Promise<{ data: { sdp: string } }>((resolve) => {
          socket.addEventListener('message', ({ data: text }) => {
            const answer = JSON.parse(text as string) as { id?: number; data: { sdp: string } };
            if (answer.id === id) resolve(answer);
          });
          socket.send(JSON.stringify({ request: true, id, method, data }));
        });
      await request(1, 'join', { roomId, userId: 'stock', userName: 'Stock' });
      const pc = new RTCPeerConnection();
      const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
      for (const track of media.getTracks()) pc.addTrack(track, media);
      await pc.setLocalDescription(await pc.createOffer());
      const sdp = pc.localDescription;
      const { data } = await request(2, 'push', { roomId, userId: 'stock', sdp });
      await pc.setRemoteDescription({ type: 'answer', sdp: data.sdp });
    },
    [pilotUrl, world.roomId] as const,
  );
  const alice = await world.joinAs('alice', { dialect: 'push-pull', profile: 'rtcpilot', serverUrl: pilotUrl });
  await expectFrames(alice, 'stock', 150);
  await expectEnergy(alice, 'stock');
  const pulls = await alice.page.evaluate(() =>
    window.peer.trace.filter(({ method, kind }) => method === 'pull' && kind === 'request'),
  );
  expect(pulls, 'over one connection').toHaveLength(1);
});
