import { expect, test } from '../fixtures/test.ts';
import { conditions } from './conditions.ts';
import { joinLate, joinerEvents } from './lateJoiner.ts';
import { Network } from './Network.ts';
import { openRoom } from './openRoom.ts';
import { Report } from './Report.ts';
import { takeTurns } from './takeTurns.ts';

/**
 * Measures how long a late joiner waits for the first picture, from connecting: on a Room and in the order of mediasoup-demo's app, and on
 * this server also on the client of an earlier commit.
 */
const servers = [
  {
    name: 'this server',
    settings: {},
    apps: ['Room', 'earlier', 'demo'],
    picture: 0.6,
    rest: 0.6,
    roundTripsToJoin: 1,
  },
  {
    name: 'a server that does as the demo',
    settings: { demoFaithful: true },
    apps: ['Room', 'demo'],
    picture: 0.7,
    rest: null,
    roundTripsToJoin: 2,
  },
] as const;

for (const { name, settings, apps, picture, rest, roundTripsToJoin } of servers)
  for (const { name: condition, lossPart, isBound } of conditions)
    test(`late joiner on ${name}, ${condition}`, async ({ world }) => {
      test.setTimeout(600_000);
      const network = await Network.open({ lossPart, settings });
      const { room, close } = await openRoom(world, network);
      const samples = await takeTurns(apps, (app, turn) => joinLate(app, `${app}-${turn}`, room));
      await close();
      await network.close();

      const report = new Report(`Late joiner on ${name}, ${condition}`, samples);
      report.addTimes('first frame', joinerEvents);
      report.addRatio('picture', ['Room', 'demo'], isBound ? picture : null);
      if (rest !== null) report.addRatio('rest', ['Room', 'earlier'], isBound ? rest : null);
      const counted = report.roundTripsToJoin('Room');
      report.addNote(`round trips until the join response: Room ${counted}, demo ${report.roundTripsToJoin('demo')}`);
      report.addEarlyKeyFrames();
      report.finish();
      if (isBound) expect.soft(counted, 'round trips until the join response').toBe(roundTripsToJoin);
    });
