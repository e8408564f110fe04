import { describe, expect, it } from 'vitest';
import { checkSettings } from './checkSettings.ts';
import { readSettings } from './readSettings.ts';
import type { ServerSettings } from './ServerSettings.ts';
import { SettingsError } from './SettingsError.ts';

function settingsOf(argv: string[], env: Record<string, string> = {}): ServerSettings {
  const command = readSettings(argv, env);
  if (command.kind !== 'run') throw new Error(`asked for ${command.kind}`);
  return command.settings;
}

function problemsOf(argv: string[], env: Record<string, string> = {}): readonly string[] {
  try {
    readSettings(argv, env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('readSettings()', () => {
  it('returns the defaults without flags and variables', () => {
    expect(settingsOf([])).toMatchObject({
      host: '127.0.0.1',
      port: 4443,
      https: false,
      rtcPort: 40_000,
      rtcMinPort: undefined,
      udp: true,
      iceServers: [],
      mediasoupV3Variant: 'auto',
      pingIntervalMs: 10_000,
      reconnectGraceMs: 30_000,
    });
  });

  it('reads flags with the value as the next argument or after an equals sign', () => {
    expect(settingsOf(['--port', '0', '--rtc-min-port=50000', '--rtc-max-port=50100'])).toMatchObject({
      port: 0,
      rtcMinPort: 50_000,
      rtcMaxPort: 50_100,
    });
  });

  it('reads the environment, and prefers a flag', () => {
    const env = { TUREEN_PORT: '5000', TUREEN_WORKERS: '2', TUREEN_DEMO_FAITHFUL: 'yes', TUREEN_LOG_LEVEL: '' };
    expect(settingsOf(['--port', '6000'], env)).toMatchObject({
      port: 6000,
      workers: 2,
      demoFaithful: true,
      logLevel: 'info',
    });
  });

  it('reads switches as on and off', () => {
    expect(settingsOf(['--https', '--no-udp', '--seed-names'])).toMatchObject({
      https: true,
      udp: false,
      seedNames: true,
    });
  });

  it('reads --host alone as every interface, at any position', () => {
    expect(settingsOf(['--host'])).toMatchObject({ host: '0.0.0.0' });
    expect(settingsOf(['--host', '--https'])).toMatchObject({ host: '0.0.0.0', https: true });
    expect(settingsOf(['--host', '192.0.2.7'])).toMatchObject({ host: '192.0.2.7' });
  });

  it('reads lists with commas or by repeating the flag, and the flag replaces the variable', () => {
    const origins = ['https://a.example', 'https://b.example:8443'];
    expect(settingsOf(['--allowed-origins', origins.join(', ')]).allowedOrigins).toEqual(origins);
    const repeated = origins.flatMap((origin) => ['--allowed-origins', origin]);
    expect(settingsOf(repeated, { TUREEN_ALLOWED_ORIGINS: 'https://c.example' }).allowedOrigins).toEqual(origins);
  });

  it.each<[argv: string[], env: Record<string, string>, trustProxy: ServerSettings['trustProxy']]>([
    [[], {}, false],
    [['--trust-proxy'], {}, true],
    [['--trust-proxy', '--https'], {}, true],
    [['--trust-proxy=false'], { TUREEN_TRUST_PROXY: 'true' }, false],
    [['--no-trust-proxy'], { TUREEN_TRUST_PROXY: 'true' }, false],
    [[], { TUREEN_TRUST_PROXY: 'yes' }, true],
    [[], { TUREEN_TRUST_PROXY: '10.0.0.0/8, 2001:db8::1' }, ['10.0.0.0/8', '2001:db8::1']],
    [['--trust-proxy', '10.0.0.1', '--trust-proxy', '10.0.0.2'], {}, ['10.0.0.1', '10.0.0.2']],
  ])('reads --trust-proxy alone, or with the addresses of proxies: %j %j', (argv, env, trustProxy) => {
    expect(settingsOf(argv, env).trustProxy).toEqual(trustProxy);
  });

  it.each([
    'maybe',
    '10.0.0.0/33',
    '10.0.0.1/',
    '2001:db8::/129',
    '10.0.0.1,proxy.example',
    '10.0.0.1:80',
    'fe80::1%eth0',
  ])('refuses --trust-proxy %s, with the reason', (value) => {
    expect(problemsOf(['--trust-proxy', value])).toEqual([
      `--trust-proxy: must be true, false, or a list of IP addresses and networks such as 10.0.0.0/8, not ${JSON.stringify(value.split(',').at(-1))}`,
    ]);
  });

  it.each(['meet.example:443', 'https://meet.example', '[::1]', 'a b', '*.example.com', '..example'])(
    'refuses --allowed-hosts %s, with the value',
    (value) => {
      expect(problemsOf(['--allowed-hosts', `meet.example,${value}`])).toEqual([
        `--allowed-hosts: must be a host name, an IP address, .example.com or *, without port or brackets, not ${JSON.stringify(value)}`,
      ]);
    },
  );

  it('reads iceServers as JSON', () => {
    const iceServers = [
      { urls: 'stun:stun.example' },
      { urls: ['turn:turn.example?transport=udp', 'turns:turn.example'], username: 'u', credential: 'c' },
    ];
    expect(settingsOf([], { TUREEN_ICE_SERVERS: JSON.stringify(iceServers) }).iceServers).toEqual(iceServers);
  });

  it('handles --help and --version before it reads anything else', () => {
    expect(readSettings(['--port', 'x', '--help'], {})).toEqual({ kind: 'help' });
    expect(readSettings(['-v'], {})).toEqual({ kind: 'version' });
  });
});

describe('ports for media', () => {
  it.each([
    [[], { rtcPort: 40_000, rtcMinPort: undefined, rtcMaxPort: undefined }],
    [['--rtc-port', '0'], { rtcPort: 0 }],
    [['--rtc-min-port', '41000'], { rtcPort: 0, rtcMinPort: 41_000, rtcMaxPort: undefined }],
    [['--rtc-max-port', '41000'], { rtcPort: 0, rtcMinPort: undefined, rtcMaxPort: 41_000 }],
  ])('are one per worker, from 40000, unless set: %j', (argv, expected) => {
    expect(settingsOf(argv)).toMatchObject(expected);
  });

  it('are free ports in a program', () => {
    expect(checkSettings({})).toMatchObject({ rtcPort: 0, rtcMinPort: undefined, rtcMaxPort: undefined });
  });
});

describe('addresses for media', () => {
  it.each([
    [['--announced-address', '203.0.113.7'], ['203.0.113.7']],
    [
      ['--announced-address', '203.0.113.7,2001:db8::7'],
      ['203.0.113.7', '2001:db8::7'],
    ],
    [
      ['--announced-address', '203.0.113.7', '--announced-address', 'sfu.example'],
      ['203.0.113.7', 'sfu.example'],
    ],
  ])('may be several: %j', (argv, expected) => {
    expect(settingsOf(argv).announcedAddress).toEqual(expected);
  });
});

describe('a refusal of settings', () => {
  it.each<[argv: string[], problem: string]>([
    [['--prot', '1'], '--prot: no such flag, did you mean --port?'],
    [['--no-port'], '--no-port: no such flag, see --help'],
    [['4443'], '4443: unexpected argument; settings are flags, see --help'],
    [['--port'], '--port: requires a value'],
    [['--port', '--https'], '--port: requires a value'],
    [['--port', 'abc'], '--port: must be a whole number from 0 to 65535'],
    [['--port', '65536'], '--port: must be a whole number from 0 to 65535'],
    [['--port', '-1'], '--port: must be a whole number from 0 to 65535'],
    [['--port', '0x10'], '--port: must be a whole number from 0 to 65535'],
    [['--port', '1.5'], '--port: must be a whole number from 0 to 65535'],
    [['--port='], '--port: must be a whole number from 0 to 65535'],
    [['--host='], '--host: must not be empty'],
    [['--https=maybe'], '--https: must be true or false'],
    [['--no-udp=true'], '--no-udp: takes no value'],
    [['--https-cert', 'c.pem', '--https'], '--https-cert: requires --https-key'],
    [['--https-key', 'k.pem', '--https'], '--https-key: requires --https-cert'],
    [['--https-cert', 'c.pem', '--https-key', 'k.pem'], '--https-cert: requires --https'],
    [
      ['--allowed-origins', 'meet.example'],
      '--allowed-origins: must be origins such as https://meet.example, without a path',
    ],
    [
      ['--allowed-origins', 'https://a.example/x'],
      '--allowed-origins: must be origins such as https://meet.example, without a path',
    ],
    [['--join-timeout-ms', '0'], '--join-timeout-ms: must be a whole number from 1 to 2147483647'],
    [['--ping-interval-ms', '-5'], '--ping-interval-ms: must be a whole number from 0 to 2147483647'],
    [['--listen-ip', 'example.org'], '--listen-ip: must be an IP address, not "example.org"'],
    [['--announced-address='], '--announced-address: must not be empty'],
    [['--rtc-min-port', '0'], '--rtc-min-port: must be a whole number from 1 to 65535'],
    [['--rtc-max-port', '70000'], '--rtc-max-port: must be a whole number from 1 to 65535'],
    [['--rtc-min-port', '50000'], '--rtc-min-port: must not be above --rtc-max-port (49999)'],
    [['--worker-kill-ms', '4000'], '--worker-kill-ms: must be 0, or above --worker-suspect-ms (4000)'],
    [['--worker-suspect-ms', '99'], '--worker-suspect-ms: must be a whole number from 100 to 2147483647'],
    [['--no-udp', '--no-tcp'], '--no-tcp: media requires UDP or TCP, but both are off'],
    [['--ice-servers', '{'], '--ice-servers: is not JSON'],
    [['--ice-servers', '{}'], '--ice-servers: must be a JSON array of { urls, username?, credential? }'],
    [['--ice-servers', '[{"urls":"http://x"}]'], '--ice-servers: urls must begin with stun:, stuns:, turn: or turns:'],
    [['--workers', '-1'], '--workers: must be a whole number from 0 to 256'],
    [['--worker-log-level', 'info'], '--worker-log-level: must be one of debug, warn, error, none'],
    [['--max-message-bytes', '10'], '--max-message-bytes: must be a whole number from 1024 to 2147483647'],
    [['--max-buffered-bytes', 'much'], '--max-buffered-bytes: must be a whole number, 1024 or more'],
    [['--max-bad-messages', '-1'], '--max-bad-messages: must be a whole number, 0 or more'],
    [['--max-rooms', '0'], '--max-rooms: must be a whole number, 1 or more'],
    [['--max-peers-per-room', '0'], '--max-peers-per-room: must be a whole number, 1 or more'],
    [['--max-transports-per-peer', '0'], '--max-transports-per-peer: must be a whole number, 1 or more'],
    [['--max-producers-per-peer', '0'], '--max-producers-per-peer: must be a whole number, 1 or more'],
    [['--mediasoup-v3-variant', 'new'], '--mediasoup-v3-variant: must be one of auto, classic, notify'],
    [
      ['--rtc-port', '41000', '--rtc-min-port', '41000'],
      '--rtc-min-port: use one port per worker (--rtc-port) or a range, not both',
    ],
    [
      ['--rtc-port', '65535', '--workers', '2'],
      '--rtc-port: the last worker would need port 65536; the highest port is 65535',
    ],
    [['--max-outgoing-bitrate', '1000'], '--max-outgoing-bitrate: must be 0, or 30000 or more'],
    [
      ['--announced-address', 'a.example:1'],
      '--announced-address: must be an IP address or a host name, without port or brackets, not "a.example:1"',
    ],
    [['--log-level', 'loud'], '--log-level: must be one of fatal, error, warn, info, debug, trace, silent'],
  ])('names the problem of %j', (argv, problem) => {
    expect(problemsOf(argv)).toEqual([problem]);
  });

  it('names the variable when the value came from the environment', () => {
    expect(problemsOf([], { TUREEN_PORT: 'x', TUREEN_TCP: 'perhaps' })).toEqual([
      'TUREEN_TCP: must be true or false',
      'TUREEN_PORT: must be a whole number from 0 to 65535',
    ]);
  });

  it('names every problem at once', () => {
    expect(problemsOf(['--port', 'x', '--udp=y', '--log-level', 'z', '--prot', '1'])).toHaveLength(4);
  });
});
