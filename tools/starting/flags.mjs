import { parseArgs } from 'node:util';
import { EXIT, Stop } from '../bootstrap/exit.mjs';

export const HELP = `npm start -- [flags]

  --https                  serve the playground over TLS with a self-signed certificate (browsers warn once)
  --host [address]         listen for other machines, e.g. phones on the LAN; default: every address
  --playground-port <n>    default 3000, or the next free port
  --help                   print this help

All other flags go to the server. To list them: node packages/server/src/cli.ts --help
Phones allow the camera only on a page over TLS:  npm start -- --https --host`;

const OPTIONS = {
  https: { type: 'boolean' },
  'playground-port': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
};

function parsePort(text) {
  // The parser returns true for a flag without a value.
  const port = typeof text === 'string' ? Number(text) : NaN;
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Stop(EXIT.usage, `--playground-port requires a port, not "${text}".\n\n${HELP}`);
}

/** Returns the address of `--host 10.0.0.7` or `--host=10.0.0.7`, and true for `--host` alone. */
function readHost(tokens) {
  const index = tokens.findLastIndex(({ kind, name }) => kind === 'option' && name === 'host');
  if (index === -1) return undefined;
  const next = tokens[index + 1];
  return tokens[index].value ?? (next?.kind === 'positional' ? next.value : true);
}

/**
 * Divides the flags between playground and server. The playground terminates TLS, and its proxy passes WebSockets to the server over
 * the loopback: one certificate to accept, one address to type.
 * @param {string[]} argv
 * @returns {{ isHelp: boolean, isHttps: boolean, host: string | true | undefined, playgroundPort: number | undefined, server: string[] }}
 * `host` is true for every address
 */
export function readFlags(argv) {
  // The server's flags are not declared here, so the parser refuses none.
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

/** Variables for playground/vite.config.ts. */
export function playgroundEnvironment({ isHttps, host, playgroundPort }, serverUrl) {
  return {
    TUREEN_SERVER_URL: serverUrl,
    ...(isHttps ? { TUREEN_PLAYGROUND_HTTPS: '1' } : {}),
    ...(host === undefined ? {} : { TUREEN_PLAYGROUND_HOST: host === true ? '0.0.0.0' : host }),
    ...(playgroundPort === undefined ? {} : { TUREEN_PLAYGROUND_PORT: String(playgroundPort) }),
  };
}
