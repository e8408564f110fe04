import { isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { createSecureContext } from 'node:tls';
import type { Logger } from 'pino';
import { type Clock, systemClock } from '@tureen/kernel';
import type { Authorize } from './auth/authorize.ts';
import { authorizationFromSettings } from './auth/fromSettings.ts';
import {
  allowedHostsOf,
  checkSettings,
  hasFamily,
  isWildcard,
  listOf,
  mediaAddresses,
  ownAddresses,
  pairAddresses,
  reachableAddress,
  resolveAnnounced,
  withoutSecrets,
} from './config/index.ts';
import type { MediaAddress, ServerSettings } from './config/index.ts';
import { createMediasoupV2Adapter } from './dialects/mediasoup-v2/index.ts';
import { createMediasoupV2AlphaAdapter } from './dialects/mediasoup-v2-alpha/index.ts';
import { createMediasoupV2BetaAdapter } from './dialects/mediasoup-v2-beta/index.ts';
import { createMediasoupV3Adapter } from './dialects/mediasoup-v3/index.ts';
import { createPushPullAdapter } from './dialects/push-pull/index.ts';
import {
  DialectRegistry,
  mediasoupV2Route,
  mediasoupV3Route,
  peerNameRoute,
  pushPullRoute,
} from './dialects/registry.ts';
import { checkMediaCodecs, createMediasoupBackend, rtcPilotMediaCodecs } from './engine/mediasoup/index.ts';
import type { MediasoupBackendOptions } from './engine/mediasoup/index.ts';
import type { MediaBackend } from './engine/MediaBackend.ts';
import { healthStatus, tokenKeysHealth, workersHealth } from './http/health.ts';
import type { Health } from './http/health.ts';
import type { SocketLimits } from './http/ClientSocket.ts';
import { hostPolicy } from './http/hostPolicy.ts';
import { descriptorLimit } from './http/DescriptorGuard.ts';
import { HttpEntry } from './http/HttpEntry.ts';
import { JoinBudget } from './http/JoinBudget.ts';
import { SendBudget } from './http/SendBudget.ts';
import { readTlsPair, selfSignedPair } from './http/tls.ts';
import type { TlsPair } from './http/tls.ts';
import { createLogger } from './logger.ts';
import { logLinesLost } from './logs/standardOutput.ts';
import { ServerMetrics } from './metrics/ServerMetrics.ts';
import { ProtooConnection } from './protoo/ProtooConnection.ts';
import { RoomRegistry } from './rooms/RoomRegistry.ts';
import { StartError } from './StartError.ts';
import { version } from './version.ts';

/** Parts that a program may pass. The server creates the others from the settings. */
export interface ServerParts {
  /**
   * Your pino logger. Listen for `error` on its destination: otherwise a full disk ends your program. Default: JSON lines on
   * stdout, according to `logLevel` and `logPretty`; lines that cannot be written are dropped and counted.
   */
  readonly logger?: Logger;
  /** Time source, for tests. Default: the system clock. */
  readonly clock?: Clock;
  /**
   * Hook that authorizes clients. Default: clients with a valid token where `jwtSecret`, `jwtPublicKey` or `jwtJwksUrl` is
   * set, otherwise all clients.
   */
  readonly authorize?: Authorize;
  /**
   * Codecs of the rooms, in mediasoup's format. A client that names no codec sends the first that it supports. Default:
   * opus, VP8, VP9, H264 and AV1; H264 comes first with the setting `pushPullProfile: 'rtcpilot'`.
   */
  readonly mediaCodecs?: MediasoupBackendOptions['mediaCodecs'];
}

/** Running server. */
export interface RunningServer {
  /** URL of the server, e.g. `http://127.0.0.1:4443`; with the LAN address where it listens on every interface. */
  readonly url: string;
  /** TCP port of the server; the assigned port where the setting was 0. */
  readonly port: number;
  /** Settings with the defaults filled in. */
  readonly settings: ServerSettings;
  /** Rooms of the server: list them, kick a peer, close a room. */
  readonly registry: RoomRegistry;
  /**
   * Stops accepting clients, and reports `draining` (503) at `/health`. Waits up to `drainTimeoutMs` for running calls to
   * end, then calls {@link RunningServer.close}. You can call `close` earlier. Idempotent.
   */
  drain(): Promise<void>;
  /**
   * Stops accepting clients, closes all rooms with a notification to each peer, and closes connections and media workers.
   * Idempotent.
   */
  close(): Promise<void>;
}

/**
 * Starts a server: media workers, rooms, dialects, and the port for clients.
 *
 * @param given - Settings that differ from the defaults; see {@link ServerSettings}.
 * @throws {@link SettingsError} for an invalid setting, {@link StartError} where the machine prevents the start. Nothing is
 * left running then.
 */
export async function startServer(
  given: Partial<ServerSettings> = {},
  parts: ServerParts = {},
): Promise<RunningServer> {
  const settings = checkSettings(given);
  const { logger = await createLogger(settings), clock = systemClock } = parts;
  const { authorize, keys } = await authorizationFromSettings(settings, parts.authorize, { clock, logger });
  const startedAt = clock.now();
  logger.info({ version, settings: withoutSecrets(settings) }, 'starting');

  if (parts.mediaCodecs !== undefined) checkCodecs(parts.mediaCodecs);
  const tls = await tlsOf(settings);
  const backend = await startBackend(settings, { ...parts, logger, clock });
  const registry = new RoomRegistry({ backend, logger, clock, limits: settings, bot: settings.bot });
  const family = { registry, logger, clock, options: settings };
  const joins = new JoinBudget({ perMinute: settings.maxJoinsPerPeer, clock });
  const dialects = new DialectRegistry([
    mediasoupV3Route(
      createMediasoupV3Adapter({
        registry,
        logger,
        clock,
        options: { ...settings, variant: settings.mediasoupV3Variant },
      }),
    ),
    mediasoupV2Route(createMediasoupV2Adapter(family)),
    peerNameRoute(createMediasoupV2BetaAdapter(family)),
    peerNameRoute(createMediasoupV2AlphaAdapter(family)),
    pushPullRoute(
      createPushPullAdapter({
        ...family,
        options: { ...settings, profile: settings.pushPullProfile },
        mayJoin: (user) => joins.take(user),
      }),
    ),
  ]);

  const sendBudget = new SendBudget(settings.maxBufferedTotalBytes);
  const measured =
    settings.metrics === 'off' ? undefined : new ServerMetrics({ registry, backend, sendBudget, keys, logLinesLost });
  const metrics = measured && {
    isLocalOnly: settings.metrics === 'local',
    contentType: measured.contentType,
    text: () => measured.text(),
  };
  const allowedHosts = allowedHostsOf(settings);
  const entry = new HttpEntry({
    tls,
    dialects,
    allowedOrigins: settings.allowedOrigins,
    authorize,
    authorizeTimeoutMs: settings.authorizeTimeoutMs,
    // On a busy machine a request takes time, however short the join deadline is.
    requestTimeoutMs: Math.max(settings.joinTimeoutMs, 1000),
    ...limitsOfSocket(settings),
    sendBudget,
    maxConnectionsPerAddress: settings.maxConnectionsPerAddress,
    joins,
    trustProxy: settings.trustProxy,
    hostPolicy: allowedHosts && hostPolicy(allowedHosts),
    descriptorLimit: descriptorLimit(),
    clock,
    logger,
    health,
    metrics,
    counters: measured,
    onClient: (client) => {
      const { maxBadMessages, maxRefusedRequests } = settings;
      const options = { clock, maxBadMessages, maxRefusedRequests, counters: measured };
      client.route.adapter.accept(new ProtooConnection(client, options));
    },
  });

  let isDraining = false;
  function health(): Health {
    const workers = workersHealth(backend.workers);
    const uptimeSec = Math.floor((clock.now() - startedAt) / 1000);
    return {
      status: isDraining ? 'draining' : healthStatus(workers),
      version,
      uptimeSec,
      workers,
      rooms: registry.roomCount,
      peers: registry.peerCount,
      ...(keys === undefined ? {} : { tokenKeys: tokenKeysHealth(keys.status) }),
    };
  }

  let port: number;
  try {
    port = await entry.listen(settings.host, settings.port);
  } catch (error) {
    registry.close();
    measured?.close();
    await backend.close();
    throw StartError.fromListening(error, settings.host, settings.port);
  }
  // Not awaited: the log shows a wrong URL before the first client connects.
  void keys?.refresh();
  const url = urlOf(settings, port);
  logger.info({ url, health: `${url}/health`, paths: dialects.paths }, 'listening');

  async function stop(): Promise<void> {
    isDraining = true;
    entry.stopAccepting();
    measured?.close();
    keys?.close();
    registry.close();
    // Concurrently: a Ctrl-C in a terminal also reaches the workers, and a worker that exits unexpectedly would be replaced.
    await Promise.all([entry.close(), backend.close()]);
    logger.info('stopped');
  }
  let stopped: Promise<void> | undefined;
  const close = () => (stopped ??= stop());
  async function drain(): Promise<void> {
    isDraining = true;
    const { drainTimeoutMs } = settings;
    logger.info({ drainTimeoutMs, peers: registry.peerCount }, 'draining');
    if (drainTimeoutMs > 0) await entry.drain(drainTimeoutMs);
    await close();
  }
  let drained: Promise<void> | undefined;
  return { url, port, settings, registry, drain: () => (drained ??= drain()), close };
}

async function tlsOf(settings: ServerSettings): Promise<TlsPair | undefined> {
  if (!settings.https) return undefined;
  const { httpsCert, httpsKey, host } = settings;
  try {
    if (httpsCert !== undefined && httpsKey !== undefined) {
      const pair = await readTlsPair(httpsCert, httpsKey);
      // Throws for texts that are not PEM or do not match, before any other part starts.
      createSecureContext(pair);
      return pair;
    }
    const names = new Set(['localhost', hostname(), ...ownAddresses(networkInterfaces())]);
    if (!isWildcard(host)) names.add(host);
    return await selfSignedPair([...names]);
  } catch (error) {
    throw StartError.fromCertificate(error);
  }
}

function checkCodecs(mediaCodecs: NonNullable<ServerParts['mediaCodecs']>): void {
  try {
    checkMediaCodecs(mediaCodecs);
  } catch (error) {
    throw StartError.fromCodecs(error);
  }
}

async function startBackend(
  settings: ServerSettings,
  { logger, clock, mediaCodecs }: ServerParts & { logger: Logger; clock: Clock },
): Promise<MediaBackend> {
  try {
    const addresses = await addressesOf(settings, clock);
    logger.info({ addresses }, 'offering media');
    // The settings have the names of the backend's options.
    return await createMediasoupBackend({
      ...settings,
      logger,
      clock,
      addresses,
      mediaCodecs: mediaCodecs ?? (settings.pushPullProfile === 'rtcpilot' ? rtcPilotMediaCodecs : undefined),
    });
  } catch (error) {
    throw error instanceof StartError ? error : StartError.fromWorkers(error);
  }
}

/** Returns the addresses for media, with host names resolved. */
async function addressesOf(settings: ServerSettings, clock: Clock): Promise<readonly MediaAddress[]> {
  const interfaces = networkInterfaces();
  try {
    const families = { hasIPv4: hasFamily(interfaces, 'IPv4'), hasIPv6: hasFamily(interfaces, 'IPv6') };
    const announcedAddress = await resolveAnnounced(settings, { ...families, clock });
    const { problems } = pairAddresses(listOf(settings.listenIp), announcedAddress ?? []);
    if (problems.length > 0) throw new Error(problems.join('; '));
    return mediaAddresses({ ...settings, announcedAddress }, interfaces);
  } catch (error) {
    throw StartError.fromAnnouncing(error);
  }
}

/** Picks the settings that limit a client's socket. */
function limitsOfSocket(settings: ServerSettings): SocketLimits {
  const { maxMessageBytes, maxBufferedBytes, slowReaderMs, maxMessagesPerSec, maxBytesPerSec, pingIntervalMs } =
    settings;
  return { maxMessageBytes, maxBufferedBytes, slowReaderMs, maxMessagesPerSec, maxBytesPerSec, pingIntervalMs };
}

/** Returns the URL where clients find the server, from other machines if possible. */
function urlOf({ https, host }: ServerSettings, port: number): string {
  const reachable = reachableAddress(host, networkInterfaces());
  const authority = isIPv6(reachable) ? `[${reachable}]` : reachable;
  return `${https ? 'https' : 'http'}://${authority}:${String(port)}`;
}
