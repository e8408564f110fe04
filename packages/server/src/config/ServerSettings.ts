/** STUN or TURN server that clients receive, in the shape of `RTCIceServer`. */
export interface IceServer {
  readonly urls: string | readonly string[];
  readonly username?: string | undefined;
  /** Never logged. */
  readonly credential?: string | undefined;
}

/**
 * Everything that you can set. On the command line each setting is a flag (`rtcMinPort` is `--rtc-min-port`) and an
 * environment variable (`TUREEN_RTC_MIN_PORT`). The flag wins. A setting that you leave out has its default.
 */
export interface ServerSettings {
  /**
   * Address that HTTP and WebSocket listen on. `0.0.0.0` also accepts other machines, such as phones on the LAN. Default
   * `127.0.0.1`.
   */
  readonly host: string;
  /** TCP port of HTTP and WebSocket; 0 picks a free port. Default 4443. */
  readonly port: number;
  /** Whether to serve TLS. Without `httpsCert` the server creates a self-signed certificate at start. Default false. */
  readonly https: boolean;
  /** Path of a PEM certificate chain; requires `httpsKey` and `https`. Default: none. */
  readonly httpsCert: string | undefined;
  /** Path of the PEM private key of `httpsCert`. Default: none. */
  readonly httpsKey: string | undefined;
  /** Origins of pages that may connect, e.g. `https://meet.example`; empty allows all. Default empty. */
  readonly allowedOrigins: readonly string[];

  /**
   * Names in the `Host` header under which clients may reach the server, without port. Each is a host name, an IP address,
   * `.example.com` for a domain and its subdomains, or `*` for any name. Names of this machine (`localhost`, 127.0.0.0/8,
   * `::1`), `host` and `announcedAddress` are always allowed. Default: only those where `host` is a loopback address and
   * `trustProxy` is off, otherwise any name.
   */
  readonly allowedHosts: readonly string[] | undefined;

  /** Shared secret that signs the tokens of clients, 32 bytes or more; see {@link JwtOptions}. Never logged. Default: none. */
  readonly jwtSecret: string | undefined;
  /** Path of the PEM public key or certificate of the token issuer. Default: none. */
  readonly jwtPublicKey: string | undefined;
  /** URL of the token issuer's keys. Default: none. */
  readonly jwtJwksUrl: string | undefined;
  /**
   * Age up to which the last valid keys of `jwtJwksUrl` stay in use while the URL fails, in ms. 0: only the ten minutes
   * after which the server fetches keys again. Default 43200000 (12 h).
   */
  readonly jwtJwksStaleMs: number;
  /** Required value of a token's `aud`. Default: any. */
  readonly jwtAudience: string | undefined;
  /** Required value of a token's `iss`. Default: any. */
  readonly jwtIssuer: string | undefined;
  /** Claim with the room ID that a token is valid for; `none`: valid for every room. Default `roomId`. */
  readonly jwtRoomClaim: string;
  /** Claim with the peer ID that a token is valid for; `none`: valid for every peer. Default `peerId`. */
  readonly jwtPeerClaim: string;
  /**
   * Claim with the permissions of the client: an object with any of `hide`, `publish`, `publishData`, `text`. `none`:
   * ignored. Default `may`.
   */
  readonly jwtMayClaim: string;
  /**
   * Whether the session of a client ends when its token expires, with close code 4000 `tokenExpired`. A client that resumes
   * with a newer token extends its session. Default false: the server checks a token only when a client connects.
   */
  readonly endWithToken: boolean;
  /** Time that `authorize` has to decide about a client, in ms. After that the server refuses the client with 503. Default 5000. */
  readonly authorizeTimeoutMs: number;

  /** IP address that media sockets bind to, or a list. Default: chosen from `host`, see {@link mediaAddresses}. */
  readonly listenIp: string | readonly string[] | undefined;
  /**
   * Address that clients get in place of `listenIp`, e.g. the public address of a cloud machine, or a list. IPv4, IPv6, or
   * host names, which the server looks up at start. Without `listenIp` the server listens on all interfaces, in the
   * announced families. Default: chosen from `host`.
   */
  readonly announcedAddress: string | readonly string[] | undefined;
  /**
   * Media port of the first worker, UDP and TCP, for all its transports. Each further worker uses the next port. 0: free
   * ports. Default 0; 40000 on the command line.
   */
  readonly rtcPort: number;
  /**
   * Lowest port of a range. With this setting or `rtcMaxPort` each transport has its own ports, in place of `rtcPort`.
   * Default: none; 40000 with `rtcMaxPort`.
   */
  readonly rtcMinPort: number | undefined;
  /** Highest port of the range that starts at `rtcMinPort`. Default: none; 49999 with `rtcMinPort`. */
  readonly rtcMaxPort: number | undefined;
  /** Maximum media bitrate that a client may send on one transport, in bit/s; 0: no limit. Default 10 000 000. */
  readonly maxIncomingBitrate: number;
  /** Maximum media bitrate that the server sends on one transport, in bit/s; 0: no limit. Default 0. */
  readonly maxOutgoingBitrate: number;
  /** First estimate of the bitrate that a client can receive, in bit/s. Default 1 000 000. */
  readonly initialAvailableOutgoingBitrate: number;
  /** Minimum time between two key frame requests to the sender of a stream, in ms; 0: no minimum. Default 500. */
  readonly keyFrameRequestDelayMs: number;
  /** Whether to offer media over UDP. Default true. */
  readonly udp: boolean;
  /** Whether to offer media over TCP, for networks that block UDP. Default true. */
  readonly tcp: boolean;
  /** STUN and TURN servers that mediasoup-v3 clients receive with every transport. Default empty. */
  readonly iceServers: readonly IceServer[];

  /** Number of media workers (one process each); 0: one per core. Default 0. */
  readonly workers: number;
  /**
   * Time without a response after which a media worker is suspect, in ms. A suspect worker gets no new rooms until it
   * responds. Default 4000.
   */
  readonly workerSuspectMs: number;
  /** Time without a response after which the server kills and replaces a media worker, in ms; 0: never. Default 15000. */
  readonly workerKillMs: number;
  /** Log level of the media workers. Default `warn`. */
  readonly workerLogLevel: 'debug' | 'warn' | 'error' | 'none';

  /**
   * Maximum size of a message from a client, in bytes. A larger message closes the connection with 1009. Default 131072 (128
   * KiB).
   */
  readonly maxMessageBytes: number;
  /**
   * Messages that a client may send per second, in bursts up to ten times as many. Exceeding the limit closes the connection
   * with 1008. 0: no limit. Default 200.
   */
  readonly maxMessagesPerSec: number;
  /**
   * Bytes of signaling that a client may send per second, in bursts up to eight times as many. Exceeding the limit closes
   * the connection with 1008. 0: no limit. Default 262144 (256 KiB).
   */
  readonly maxBytesPerSec: number;
  /**
   * Unsent bytes above which a client must read something every `slowReaderMs`. Above half of that, the server drops
   * messages that may be lost (scores, speakers, text messages). Default 1048576 (1 MiB).
   */
  readonly maxBufferedBytes: number;
  /**
   * Time in which a client above `maxBufferedBytes` must read something, in ms. Otherwise the server disconnects the client.
   * Default 10000.
   */
  readonly slowReaderMs: number;
  /**
   * Unsent bytes of all clients together; a message to several clients counts once. Above that the server disconnects the
   * clients with the largest backlog. Default 67108864 (64 MiB).
   */
  readonly maxBufferedTotalBytes: number;
  /**
   * Unreadable messages that a client may send per minute. Exceeding the limit closes the connection with 1008. 0: no limit.
   * Default 100.
   */
  readonly maxBadMessages: number;
  /**
   * Refused requests of a client per minute; a request of n KiB counts as 1 + n/4. Exceeding the limit closes the connection
   * with 1008. 0: no limit. Default 500.
   */
  readonly maxRefusedRequests: number;
  /**
   * Simultaneous connections from one remote address; an IPv6 address counts by its /64 network. The server refuses further
   * connections with 429. Loopback addresses and trusted proxies have no limit. 0: no limit. Default 256.
   */
  readonly maxConnectionsPerAddress: number;
  /**
   * Connections of one peer ID to one room per minute: joins, rejoins and resumes. The server refuses more with 429 and
   * `Retry-After`. 0: no limit. Default 30.
   */
  readonly maxJoinsPerPeer: number;
  /** Maximum number of simultaneous rooms. Default 1000. */
  readonly maxRooms: number;
  /** Maximum number of peers in one room. Default 100. */
  readonly maxPeersPerRoom: number;
  /**
   * Maximum number of peers in all rooms that have prepared their join (mediasoup-v3 `prepare`) and not joined yet. The server
   * refuses more with 503; they can still join. Default 200.
   */
  readonly maxPreparedPeers: number;
  /**
   * Maximum number of WebRTC transports of one peer. push-pull uses one for each push and pull, so that there
   * `maxPeersPerRoom` is added. Default 3; 16 in push-pull.
   */
  readonly maxTransportsPerPeer: number | undefined;
  /**
   * Time that DTLS has after a client connects its transport, in ms. Then the server closes the transport. 0: no limit.
   * push-pull has its own limit of 35 s. Default 30000.
   */
  readonly dtlsTimeoutMs: number;
  /** Maximum number of producers of one peer, and of data producers. Default 32. */
  readonly maxProducersPerPeer: number;
  /** Maximum number of consumers of one peer, and of data consumers. Further ones wait until one closes; push-pull refuses further pulls. Default 1000. */
  readonly maxConsumersPerPeer: number;

  /**
   * Whether to read a client's address from `X-Forwarded-For`, and the requested host name from `X-Forwarded-Host`. True:
   * from every connection, so only behind a proxy that writes the headers and that no client can bypass. A list of IP
   * addresses and networks (`10.0.0.0/8`): from those proxies, also several in a row. Default false.
   */
  readonly trustProxy: boolean | readonly string[];
  /**
   * Time that a connected client has to join, in ms. Then the server closes the connection with 4000 (`joinTimeout`). Time
   * in which the server owes the client a response does not count. If the server still owes a response at the end, the code
   * is 1012. Default 10000.
   */
  readonly joinTimeoutMs: number;
  /** Time that a client has to join after it prepared its join, in ms. Default 120000. */
  readonly prepareTimeoutMs: number;
  /**
   * Time between WebSocket pings, in ms. The server disconnects a client that sends nothing for one interval. 0: no pings.
   * Default 10000.
   */
  readonly pingIntervalMs: number;
  /**
   * Grace period in which a disconnected peer may resume, in ms, where its client supports that. The other peers see a
   * reconnecting peer. 0: the server closes the peer at once; push-pull keeps a user without a token for 20 s while its media
   * flows. Default 30000, since a client notices a silent connection within 15 s.
   */
  readonly reconnectGraceMs: number;

  /** Time that running calls may take to end after you stop the server, in ms. Then the server ends them. 0: at once. Default 0. */
  readonly drainTimeoutMs: number;

  /**
   * mediasoup-demo server that the mediasoup-v3 dialect imitates: the long-lived one (`classic`), that of 2025 (`notify`),
   * or whichever each client expects (`auto`). Default `auto`.
   */
  readonly mediasoupV3Variant: 'auto' | 'classic' | 'notify';
  /** Whether mediasoup-v3 also announces a leaving peer as `peerLeft`, as 2060-io/webrtc-server does. Default false. */
  readonly seedNames: boolean;
  /**
   * Profile of push-pull: `standard` or `rtcpilot`. With `rtcpilot` the server behaves as RTCPilot: no answer to unknown
   * requests, no additive messages, only opus and H264, and a user that joins under an existing ID replaces the other. The
   * router then prefers H264, under the payload types of Chromium's own offers. Default `standard`.
   */
  readonly pushPullProfile: 'standard' | 'rtcpilot';
  /**
   * Maximum size of an SDP offer in push-pull, in bytes. Offers of Chromium and Firefox have 2000 to 8000 bytes. An offer to
   * pull two audio and two video tracks has 15300 in Chromium, and each further video track adds 5800. Default 16384.
   */
  readonly maxOfferBytes: number;
  /**
   * Maximum number of SSRC lines in an SDP offer in push-pull. Chromium has 6 for audio and video, Firefox 7 with simulcast.
   * Default 64.
   */
  readonly maxOfferSsrcLines: number;
  /**
   * Whether each room has a bot, as mediasoup-demo has. The bot sends each message from a data channel labeled `bot` to all
   * peers. Default false.
   */
  readonly bot: boolean;
  /** Whether to behave as the stock demo server: no order of requests, no extensions. Default false. */
  readonly demoFaithful: boolean;

  /**
   * Clients that may read `GET /metrics`: none, only this machine (not through a proxy that identifies itself), or any.
   * Default `off`.
   */
  readonly metrics: 'off' | 'local' | 'any';
  /** Lowest level that is logged. Default `info`. */
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** Whether to log for people instead of JSON lines (requires the package `pino-pretty`). Default: only on a terminal. */
  readonly logPretty: boolean | undefined;
}
