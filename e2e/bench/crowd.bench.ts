import { test } from '../fixtures/test.ts';
import { conditions } from './conditions.ts';
import { joinLate, joinerEvents } from './lateJoiner.ts';
import { Network } from './Network.ts';
import { Report } from './Report.ts';
import { takeTurns } from './takeTurns.ts';

/**
 * Measures how long a late joiner waits for the last of many pictures. All publishers are in one page, with 160 x 120 pixels at 20 frames
 * per second: two cores encode and decode that, and a key frame waits 50 ms at most for the next frame of the camera.
 */
const publishers = 25;
const bound = 0.5;

for (const { name: condition, lossPart, isBound } of conditions)
  test(`late joiner with ${publishers} publishers, ${condition}`, async ({ world }) => {
    test.setTimeout(600_000);
    const network = await Network.open({ lossPart });
    const roomId = 'crowd';
    const { page } = await world.open('publishers', { path: '/pages/crowd/' });
    await page.waitForFunction(() => 'crowd' in window);
    await page.evaluate((request) => window.crowd.join(request), {
      serverUrl: network.serverUrl,
      roomId,
      count: publishers,
    });
    const sender = network.trafficOf(publishers);
    const room = { world, network, roomId, sender, pictures: publishers };
    const samples = await takeTurns(['Room', 'demo'], (app, turn) => joinLate(app, `${app}-${turn}`, room));
    await page.context().close();
    await network.close();

    const report = new Report(`Late joiner with ${publishers} publishers, ${condition}`, samples);
    report.addTimes('last first frame', [...joinerEvents, ['first of the frames', 'frame of picture #1']]);
    report.addRatio('picture', ['Room', 'demo'], isBound ? bound : null);
    report.addEarlyKeyFrames();
    report.finish();
  });
