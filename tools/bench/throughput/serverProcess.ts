/**
 * Server of `npm run bench:throughput` in its own process. The argument is the entry of its `@tureen/server`, whose commit may
 * differ from that of this file. Sends the URL when the server listens.
 */
import type { startServer } from '@tureen/server';

const [entry = ''] = process.argv.slice(2);
const server = (await import(entry)) as { readonly startServer: typeof startServer };
// Limits, log level and all else by default, as users run each server.
const running = await server.startServer({ port: 0, workers: 1 });
process.on('disconnect', () => void running.close());
process.send?.(running.url);
