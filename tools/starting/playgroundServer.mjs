/**
 * The playground's Vite dev server, as a child of start.mjs: configured by the environment that playground/vite.config.ts
 * reads, it reports its URLs over IPC, and ends when its parent does, however that ends.
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
