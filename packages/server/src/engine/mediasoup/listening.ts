import { isIPv4 } from 'node:net';
import type { types } from 'mediasoup';
import { MediaPortError } from '../MediaPortError.ts';
import type { MediaPortErrorCode } from '../MediaPortError.ts';
import type { MediaAddress, MediasoupBackendOptions } from './options.ts';

/** Range in which the worker looks for a free port: above the ports that the command assigns to its workers. */
const FREE_PORTS = { min: 40_300, max: 49_999 };

/** Bounds of a range with one end missing. */
const DEFAULT_RANGE = { min: 40_000, max: 49_999 };

/** Buffer sizes for a socket that receives the packets of all clients of a worker, in bytes. Linux grants up to `rmem_max`. */
const SHARED_BUFFERS = { recvBufferSize: 2_000_000, sendBufferSize: 2_000_000 };

/** Sockets for the transports of one worker. */
export interface Listening {
  /** Sockets of the worker for all its transports; undefined: each transport has its own sockets. */
  readonly shared: readonly types.TransportListenInfo[] | undefined;
  /** Sockets of each transport otherwise. */
  readonly own: readonly types.TransportListenInfo[];
}

/** Returns how the transports of a worker listen: on `rtcPort` + index, on any free port, or on a range. */
export function listeningOf(options: MediasoupBackendOptions, workerIndex: number): Listening {
  const { addresses = [{ ip: '127.0.0.1' }], udp = true, tcp = true, rtcPort = 0, rtcMinPort, rtcMaxPort } = options;
  const protocols = [...(udp ? ['udp' as const] : []), ...(tcp ? ['tcp' as const] : [])];
  const hasIPv4 = addresses.some(({ ip }) => isIPv4(ip));
  const infosOf = (ports: Pick<types.TransportListenInfo, 'port' | 'portRange'>) =>
    protocols.flatMap((protocol) => addresses.map((address) => ({ ...infoOf(address, hasIPv4), ...ports, protocol })));
  if (rtcMinPort !== undefined || rtcMaxPort !== undefined) {
    const portRange = { min: rtcMinPort ?? DEFAULT_RANGE.min, max: rtcMaxPort ?? DEFAULT_RANGE.max };
    return { shared: undefined, own: infosOf({ portRange }) };
  }
  const ports = rtcPort === 0 ? { portRange: FREE_PORTS } : { port: rtcPort + workerIndex };
  // All clients of a worker share only its UDP sockets. TCP connections have their own buffers.
  const shared = infosOf(ports).map((info) => (info.protocol === 'udp' ? { ...info, ...SHARED_BUFFERS } : info));
  return { shared, own: [] };
}

/** mediasoup writes the first announced address into candidates; {@link withAlsoAnnounced} adds the others. */
function infoOf({ ip, announcedAddresses: [announcedAddress] = [] }: MediaAddress, ipv6Only: boolean) {
  return {
    ip,
    // :: also accepts IPv4, unless other sockets do, which need the same port.
    flags: { ipv6Only },
    ...(announcedAddress === undefined ? {} : { announcedAddress }),
  };
}

/** Repeats candidates for further announced addresses of the same socket. */
export function withAlsoAnnounced(
  candidates: readonly types.IceCandidate[],
  addresses: readonly MediaAddress[],
): readonly types.IceCandidate[] {
  return candidates.flatMap((candidate) => {
    const { announcedAddresses = [] } =
      addresses.find(({ announcedAddresses: [first] = [] }) => first === candidate.address) ?? {};
    return [
      candidate,
      ...announcedAddresses.slice(1).map((address, index) => ({
        ...candidate,
        foundation: `${candidate.foundation}${String(index + 2)}`,
        priority: candidate.priority - index - 1,
        address,
        ip: address,
      })),
    ];
  });
}

/** Opens the worker's listening sockets; undefined: none. @throws MediaPortError where the system refuses a socket. */
export async function openShared(
  worker: types.Worker,
  { shared, own }: Listening,
): Promise<types.WebRtcServer | undefined> {
  try {
    if (shared !== undefined) return await worker.createWebRtcServer({ listenInfos: [...shared] });
    // An invalid address should fail at start, not with the first client.
    (await worker.createWebRtcServer({ listenInfos: [...own] })).close();
  } catch (error) {
    const failure = toMediaPortError(error);
    // Ports of a range may become free later.
    if (shared !== undefined || failure.code === 'addressNotAvailable' || failure.code === 'portForbidden')
      throw failure;
  }
  return undefined;
}

const reasons: readonly (readonly [RegExp, MediaPortErrorCode])[] = [
  [/address already in use/i, 'portInUse'],
  [/no more available ports/i, 'noPort'],
  [/permission denied/i, 'portForbidden'],
  [/address not available|not supported/i, 'addressNotAvailable'],
];

/** Parses the worker's error, e.g. `uv_udp_bind() failed [protocol:udp, ip:'127.0.0.1', port:40000]: address already in use`. */
function toMediaPortError(error: unknown): MediaPortError {
  const words = error instanceof Error ? error.message : String(error);
  const code = reasons.find(([pattern]) => pattern.test(words))?.[1] ?? 'failed';
  const read = (pattern: RegExp) => pattern.exec(words)?.[1];
  const port = read(/\bport:(\d+)/);
  const where = {
    protocol: (read(/protocol:(\w+)/) ?? 'media').toUpperCase(),
    ip: read(/ip:'([^']*)'/) ?? 'this machine',
    port: port === undefined || code === 'noPort' ? undefined : Number(port),
  };
  return new MediaPortError(code, where, error);
}
