import type { Page } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';

/** Makes the page keep its connections, for their SDP. */
const keepConnections = (page: Page) =>
  page.addInitScript(() => {
    const connections: RTCPeerConnection[] = [];
    const Native = RTCPeerConnection;
    Object.assign(window, {
      connections,
      RTCPeerConnection: class extends Native {
        constructor(configuration?: RTCConfiguration) {
          super(configuration);
          connections.push(this);
        }
      },
    });
  });

/** IDs as apps use them: spaces, letters and marks of several scripts, punctuation, astral characters, maximum length. */
const peerIds = ['Jane Doe', 'Žofie 小明 देवी', `a/b?c=d&e#f'"<>\\%00`, `👩🏽${'𝒜'.repeat(120)}`];

for (const dialect of ['mediasoup-v3', 'mediasoup-v2'] as const) {
  test(`${dialect}: peers with unusual IDs see and hear each other`, async ({ world }) => {
    const alice = await world.open('alice', { beforeLoad: keepConnections });
    await alice.page.evaluate((join) => window.peer.join(join), {
      serverUrl: world.urlOf(dialect),
      roomId: world.roomId,
      peerId: 'alice',
      dialect,
    });
    await alice.publish('microphone');
    const others = await Promise.all(
      peerIds.map(async (peerId) => {
        const other = await world.joinAs(peerId, { dialect });
        await other.publish('microphone');
        return other;
      }),
    );
    const [jane] = others;
    await jane!.publish('camera');
    for (const peerId of peerIds) await alice.expectSound(peerId);
    await alice.expectMovingPicture('Jane Doe');
    await Promise.all(others.map((other) => other.expectSound('alice')));
    await others[1]!.expectSound('Jane Doe');
    for (const peer of [alice, ...others]) {
      const seen = (await peer.events()).map(({ event }) => event);
      for (const event of ['requestFailed', 'transportRecovering', 'reconnecting']) expect(seen).not.toContain(event);
    }

    await test.step('audio and video of one peer are one stream, whose ID is not the peer’s', async () => {
      const streams = await alice.page.evaluate(() =>
        (window as unknown as { connections: RTCPeerConnection[] }).connections
          .filter(({ signalingState }) => signalingState !== 'closed')
          .filter((connection) => connection.remoteDescription?.type === 'offer')
          .flatMap((connection) => connection.remoteDescription?.sdp.match(/^a=msid:\S+(?= (?!probator))/gm) ?? [])
          .map((line) => line.slice('a=msid:'.length)),
      );
      expect(streams).toHaveLength(peerIds.length + 1);
      expect(new Set(streams).size).toBe(peerIds.length);
      expect(streams.filter((stream) => !/^s\d+$/.test(stream))).toEqual([]);
    });
  });
}
