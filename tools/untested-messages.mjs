/**
 * Lists the messages of the five dialects that no test covers, and ends with code 1 if there are any. What covers one is
 * said in testing/untestedMessages.mjs.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { dialects, neverSaid, untestedMessages } from './testing/untestedMessages.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const tables = {};
for (const dialect of dialects) {
  const path = join(root, 'packages/protocol/src', dialect, 'methods.ts');
  tables[dialect] = await import(pathToFileURL(path).href);
}
// Those of the demo beside the three dialects of mediasoup 2.
const beside = await import(pathToFileURL(join(root, 'packages/protocol/src/mediasoup-v2-shared/outOfBand.ts')).href);
tables['mediasoup-v2-shared'] = { clientToServer: beside.carrierToServer, serverToClient: beside.carrierToClient };

const untested = untestedMessages({ root, tables });
for (const { dialect, direction, method, missing } of untested) {
  console.log(`${dialect}, ${direction}, ${method}: no ${missing.join(', no ')}`);
}
for (const { dialect, method, place, why } of neverSaid) {
  console.log(`(${dialect}, ${method}: no ${place}, as it is never said: ${why})`);
}
const count = Object.values(tables).reduce(
  (sum, { clientToServer, serverToClient }) =>
    sum + Object.keys(clientToServer).length + Object.keys(serverToClient).length,
  0,
);
console.log(`${count} messages of ${dialects.length} dialects, ${untested.length} without a test`);
process.exitCode = untested.length > 0 ? 1 : 0;
