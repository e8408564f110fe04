/** `npm run bench:client`: see tools/bench/README.md. */
import { table } from '../world/table.ts';
import { measureHandling } from './measure.ts';

const sizes = [50, 500, 2000];
const rounds = 60;
/** Maximum cost of a notification as a multiple of `JSON.parse`, and of a full room as a multiple of a nearly empty one. */
const bounds = { ratio: 3, growth: 1.5 };

// Compiles the code first, so that the first room is not the slowest.
await measureHandling(500, rounds);
const measured = [];
for (const size of sizes) measured.push(await measureHandling(size, rounds));

console.log(
  table([
    ['consumers', 'notifications', 'lost', 'µs each', 'JSON.parse', 'ratio', 'ms per newConsumer'],
    ...measured.map((one) => [
      one.consumers,
      one.notifications,
      one.notifications - one.emitted,
      one.microseconds.toFixed(2),
      one.parseMicroseconds.toFixed(2),
      one.ratio.toFixed(2),
      one.msPerArrival.toFixed(3),
    ]),
  ]),
);

const [small, , large] = measured;
const growth = small === undefined || large === undefined ? 1 : large.microseconds / small.microseconds;
const worst = Math.max(...measured.map((one) => one.ratio));
const isLost = measured.some((one) => one.emitted !== one.notifications);
console.log(
  `\nratio ${worst.toFixed(2)} of at most ${bounds.ratio.toFixed(2)}; growth ${growth.toFixed(2)} of at most ${bounds.growth.toFixed(2)}`,
);
process.exitCode = isLost || worst > bounds.ratio || growth > bounds.growth ? 1 : 0;
