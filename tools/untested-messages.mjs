/**
 * Lists the messages of the five dialects that no test covers, and exits with code 1 if there are any. testing/untestedMessages.mjs
 * defines which tests cover a message.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { dialects, neverSent, untestedMessages } from './testing/untestedMessages.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const tables = {};
for (const dialect of dialects) {
  const path = join(root, 'packages/protocol/src', dialect, 'methods.ts');
  tables[dialect] = await import(pathToFileURL(path).href);
}
// Out-of-band messages of mediasoup-demo, shared by the three dialects of mediasoup 2.
const outOfBand = await import(
  pathToFileURL(join(root, 'packages/protocol/src/mediasoup-v2-shared/outOfBand.ts')).href
);
tables['mediasoup-v2-shared'] = {
  clientToServer: outOfBand.outOfBandToServer,
  serverToClient: outOfBand.outOfBandToClient,
};

const untested = untestedMessages({ root, tables });
for (const { dialect, direction, method, missing } of untested) {
  console.log(`${dialect}, ${direction}, ${method}: no ${missing.join(', no ')}`);
}
for (const { dialect, method, place, why } of neverSent) {
  console.log(`(${dialect}, ${method}: no ${place}, because that end never sends it: ${why})`);
}
const count = Object.values(tables).reduce(
  (sum, { clientToServer, serverToClient }) =>
    sum + Object.keys(clientToServer).length + Object.keys(serverToClient).length,
  0,
);
console.log(`${count} messages of ${dialects.length} dialects, ${untested.length} without a test`);
process.exitCode = untested.length > 0 ? 1 : 0;
