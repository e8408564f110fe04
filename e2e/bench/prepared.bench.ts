import { test } from '../fixtures/test.ts';
import { conditions } from './conditions.ts';
import { joinLate, joinerEvents } from './lateJoiner.ts';
import { Network } from './Network.ts';
import { openRoom } from './openRoom.ts';
import { Report } from './Report.ts';
import { takeTurns } from './takeTurns.ts';

/** Measures how long a late joiner waits for the first picture after the click in a lobby. The demo's app connects at the click. */
const bound = 0.25;

for (const { name: condition, lossPart, isBound } of conditions)
  test(`late joiner from a lobby, ${condition}`, async ({ world }) => {
    test.setTimeout(600_000);
    const network = await Network.open({ lossPart });
    const { room, close } = await openRoom(world, network);
    const samples = await takeTurns(['Room', 'demo'], (app, turn) =>
      joinLate(app, `${app}-${turn}`, { ...room, isPrepared: app === 'Room' }),
    );
    await close();
    await network.close();

    const report = new Report(`Late joiner from a lobby, ${condition}`, samples);
    report.addTimes('first frame', joinerEvents);
    report.addRatio('picture', ['Room', 'demo'], isBound ? bound : null);
    report.addEarlyKeyFrames();
    report.finish();
  });
