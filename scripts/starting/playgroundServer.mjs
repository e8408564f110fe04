/**
 * The playground's Vite dev server, as a child of start.mjs: told its settings as JSON in the first argument, it reports
 * its URLs over IPC, and ends when its parent does, however that ends.
 */
import { fileURLToPath } from 'node:url';
import basicSsl from '@vitejs/plugin-basic-ssl';
import { createServer } from 'vite';

const { host, port, isHttps } = JSON.parse(process.argv[2]);
const server = await createServer({
  root: fileURLToPath(new URL('../../playground', import.meta.url)),
  clearScreen: false,
  logLevel: 'warn',
  plugins: isHttps ? [basicSsl()] : [],
  server: { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port, strictPort: true }) },
});

const end = async () => {
  await server.close();
  process.exit(0);
};
process.on('SIGTERM', end);
process.on('disconnect', end);

await server.listen();
process.send(server.resolvedUrls);
