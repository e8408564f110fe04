import { EXIT, Stop } from '../bootstrap/exit.mjs';

export const HELP = `npm start -- [flags]

  --https                  the playground over TLS, with a certificate made here (browsers will ask once)
  --host [address]         let other machines in, e.g. phones on the LAN; alone: on every address
  --playground-port <n>    default 3000; the next free one where it is taken
  --help                   this

Everything else goes to the server; node packages/server/src/cli.ts --help lists its flags.
A phone gives its camera only to a page over TLS:  npm start -- --https --host`;

function portOf(text) {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Stop(EXIT.usage, `--playground-port takes a port, not "${text ?? ''}".\n\n${HELP}`);
}

/**
 * Deals the flags out. TLS ends at the playground, which passes the WebSockets on to the server over the loopback: one
 * certificate to accept, and one address to type.
 * @param {string[]} argv
 * @returns {{ isHelp: boolean, isHttps: boolean, host: string | true | undefined, playgroundPort: number | undefined, server: string[] }}
 * `host` is true for every address
 */
export function readFlags(argv) {
  const flags = {
    isHelp: false,
    isHttps: false,
    host: undefined,
    playgroundPort: undefined,
    server: [],
  };
  // `--flag=value` and `--flag value` are the same.
  const words = argv.flatMap((word) => {
    const [, flag, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    return flag === undefined ? [word] : [flag, value];
  });
  const isValue = (word) => word !== undefined && !word.startsWith('-');
  for (let i = 0; i < words.length; i += 1) {
    const [word, next] = [words[i], words[i + 1]];
    if (word === '--help' || word === '-h') flags.isHelp = true;
    else if (word === '--https') flags.isHttps = true;
    else if (word === '--playground-port') {
      flags.playgroundPort = portOf(next);
      i += 1;
    } else {
      if (word === '--host') flags.host = isValue(next) ? next : true;
      flags.server.push(word);
    }
  }
  return flags;
}

/** What playground/vite.config.ts reads. */
export function playgroundEnvironment({ isHttps, host, playgroundPort }, serverUrl) {
  return {
    TUREEN_SERVER_URL: serverUrl,
    ...(isHttps ? { TUREEN_PLAYGROUND_HTTPS: '1' } : {}),
    ...(host === undefined ? {} : { TUREEN_PLAYGROUND_HOST: host === true ? '0.0.0.0' : host }),
    ...(playgroundPort === undefined ? {} : { TUREEN_PLAYGROUND_PORT: String(playgroundPort) }),
  };
}
