import { parseArgs } from 'node:util';
import { EXIT, Stop } from '../bootstrap/exit.mjs';

export const HELP = `npm start -- [flags]

  --https                  the playground over TLS, with a certificate made here (browsers will ask once)
  --host [address]         let other machines in, e.g. phones on the LAN; alone: on every address
  --playground-port <n>    default 3000; the next free one where it is taken
  --help                   print this help

Everything else goes to the server; node packages/server/src/cli.ts --help lists its flags.
A phone gives its camera only to a page over TLS:  npm start -- --https --host`;

const OPTIONS = {
  https: { type: 'boolean' },
  'playground-port': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
};

function parsePort(text) {
  // The parser gives true for a flag without a value.
  const port = typeof text === 'string' ? Number(text) : NaN;
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Stop(EXIT.usage, `--playground-port takes a port, not "${text}".\n\n${HELP}`);
}

/** `--host 10.0.0.7` and `--host=10.0.0.7` give the address, `--host` alone gives true. */
function readHost(tokens) {
  const index = tokens.findLastIndex(({ kind, name }) => kind === 'option' && name === 'host');
  if (index === -1) return undefined;
  const next = tokens[index + 1];
  return tokens[index].value ?? (next?.kind === 'positional' ? next.value : true);
}

/**
 * Divides the flags between the playground and the server. TLS ends at the playground, whose proxy passes the WebSockets on
 * to the server over the loopback: one certificate to accept, and one address to type.
 * @param {string[]} argv
 * @returns {{ isHelp: boolean, isHttps: boolean, host: string | true | undefined, playgroundPort: number | undefined, server: string[] }}
 * `host` is true for every address
 */
export function readFlags(argv) {
  // Flags of the server are not declared here, so nothing is refused.
  const { values, tokens } = parseArgs({ args: argv, options: OPTIONS, strict: false, tokens: true });
  const isOwn = ({ kind, name }) => kind === 'option' && Object.hasOwn(OPTIONS, name);
  const server = tokens
    .filter((token) => !isOwn(token))
    .flatMap((token) => [token.rawName, token.value].filter((part) => part !== undefined));
  return {
    isHelp: values.help !== undefined,
    isHttps: values.https !== undefined,
    host: readHost(tokens),
    playgroundPort: Object.hasOwn(values, 'playground-port') ? parsePort(values['playground-port']) : undefined,
    server,
  };
}

/** Variables that playground/vite.config.ts reads. */
export function playgroundEnvironment({ isHttps, host, playgroundPort }, serverUrl) {
  return {
    TUREEN_SERVER_URL: serverUrl,
    ...(isHttps ? { TUREEN_PLAYGROUND_HTTPS: '1' } : {}),
    ...(host === undefined ? {} : { TUREEN_PLAYGROUND_HOST: host === true ? '0.0.0.0' : host }),
    ...(playgroundPort === undefined ? {} : { TUREEN_PLAYGROUND_PORT: String(playgroundPort) }),
  };
}
