import { EXIT, Stop } from '../bootstrap/exit.mjs';

export const HELP = `npm start -- [flags]

  --https                  the playground over TLS, with a certificate made here (browsers will ask once)
  --host [address]         let other machines in, e.g. phones on the LAN; alone: on every address
  --playground-port <n>    default 5173, or the next free one
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
 * @returns {{ isHelp: boolean, isHttps: boolean, host: string | true | undefined, playgroundPort: number | undefined, port: string | undefined, server: string[] }}
 * `host` is true for every address; `port` is the server's, as given
 */
export function readFlags(argv) {
  const flags = {
    isHelp: false,
    isHttps: false,
    host: undefined,
    playgroundPort: undefined,
    port: undefined,
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
      if (word === '--port') flags.port = next;
      flags.server.push(word);
    }
  }
  return flags;
}
