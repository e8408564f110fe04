import { type World, test } from '../fixtures/test.ts';
import type { AppName } from '../pages/first-frame/apps.ts';
import { conditions } from './conditions.ts';
import { FirstFramePeer, untilClick } from './FirstFramePeer.ts';
import { Network, delayMs } from './Network.ts';
import { tripsOfCamera } from './oneWayTrips.ts';
import { Report, type Sample } from './Report.ts';
import { takeTurns } from './takeTurns.ts';

/** Measures the time from the click on the camera to its first frame at the other peer of a call of two, on the same app. */
const bound = 0.6;

async function call(app: AppName, roomId: string, world: World, network: Network): Promise<Sample> {
  const { serverUrl } = network;
  const sender = await FirstFramePeer.open(world, network, app);
  const receiver = await FirstFramePeer.open(world, network, app);
  await receiver.join({ serverUrl, roomId, peerId: 'receiver' });
  await sender.join({ serverUrl, roomId, peerId: 'sender' });
  await untilClick();
  const from = performance.now();
  await sender.enableCamera();
  await receiver.sees(1);
  const [clicked, joined] = [await sender.times(), await receiver.times()];
  const [sent, received] = [sender.traffic, receiver.traffic];
  await Promise.all([sender.leave(), receiver.leave()]);
  const seenAt = joined.startedAt + (joined.marks['frame of picture #1'] ?? Number.NaN);
  return {
    pictureMs: seenAt - clicked.startedAt,
    marks: {
      ...clicked.marks,
      ...Object.fromEntries(
        Object.entries(joined.marks).map(([name, ms]) => [
          `receiver: ${name}`,
          joined.startedAt - clicked.startedAt + ms,
        ]),
      ),
    },
    trips: tripsOfCamera({ sender: sent, receiver: received, delayMs, from }).count,
  };
}

for (const { name: condition, lossPart, isBound } of conditions)
  test(`camera in a call of two, ${condition}`, async ({ world }) => {
    test.setTimeout(600_000);
    const network = await Network.open({ lossPart });
    const samples = await takeTurns(['Room', 'demo'], (app, turn) => call(app, `${app}-${turn}`, world, network));
    await network.close();

    const report = new Report(`Camera in a call of two, ${condition}`, samples);
    report.addTimes('first frame', [
      ['transport connects', 'toServer request connectWebRtcTransport #1'],
      ['produce requested', 'toServer request produce #1'],
      ['produce response', 'toClient response to produce #1'],
      ['ICE connected', 'ICE connected'],
      ['DTLS connected', 'connection connected'],
      ['receiver: offered', 'receiver: toClient request newConsumer #1'],
      ['receiver: accepted', 'receiver: toServer response to newConsumer #1'],
      ['receiver: DTLS', 'receiver: connection connected'],
    ]);
    report.addRatio('picture', ['Room', 'demo'], isBound ? bound : null);
    report.finish();
  });
