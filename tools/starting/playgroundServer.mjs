/**
 * Runs the playground's Vite dev server as a child of start.mjs, configured by the variables of playground/vite.config.ts. Reports the
 * URLs over IPC. Exits when the parent exits for any reason.
 */
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const server = await createServer({
  root: fileURLToPath(new URL('../../playground', import.meta.url)),
  clearScreen: false,
  logLevel: 'warn',
});

const end = async () => {
  await server.close();
  process.exit(0);
};
process.on('SIGTERM', end);
process.on('disconnect', end);

await server.listen();
process.send(server.resolvedUrls);
