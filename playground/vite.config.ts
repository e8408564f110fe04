import basicSsl from '@vitejs/plugin-basic-ssl';
import { defaultClientConditions, defineConfig, type ProxyOptions } from 'vite';

/** Paths of the reference server. Each dialect has its own. */
const serverPaths = [
  '/mediasoup-v3',
  '/mediasoup-v2',
  '/mediasoup-v2-beta',
  '/mediasoup-v2-alpha',
  '/push-pull',
  '/health',
];

const {
  TUREEN_SERVER_URL: serverUrl = 'http://127.0.0.1:4443',
  TUREEN_PLAYGROUND_HOST: host,
  TUREEN_PLAYGROUND_PORT: port = '3000',
  TUREEN_PLAYGROUND_HTTPS: https,
} = process.env;

// The page talks to its own origin: one address to open, one certificate to accept.
// `changeOrigin` because the page may be open under any name. The server reads the original host from X-Forwarded-….
const toServer: ProxyOptions = { target: serverUrl, ws: true, secure: false, changeOrigin: true, xfwd: true };
const proxy = Object.fromEntries(serverPaths.map((path) => [path, toServer]));
// index.html has the rest of the policy. Browsers accept this directive from a header only.
const headers = { 'Content-Security-Policy': "frame-ancestors 'none'", 'Referrer-Policy': 'no-referrer' };
const address = { port: Number(port), ...(host === undefined ? {} : { host }), headers, proxy };

export default defineConfig({
  // Relative, so that the built page works from any folder of any static host.
  base: './',
  plugins: https === '1' ? [basicSsl()] : [],
  // Vite runs the packages from their sources, so nothing has to be built first.
  resolve: { conditions: ['tureen-source', ...defaultClientConditions] },
  build: { target: ['chrome123', 'firefox128', 'safari17.5'] },
  server: address,
  preview: address,
});
