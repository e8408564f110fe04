import { type DialectName, defaultDialect, isDialectName } from './dialects.ts';

/** Parameters in the URL of the page: `?room=&name=&peer=&server=&dialect=&join=1&microphone=0&camera=0`. */
export interface PageParameters {
  readonly room: string | null;
  readonly name: string | null;
  readonly peer: string | null;
  /** WebSocket URL or path, as given. Default: the page's own host. */
  readonly server: string | null;
  /** Null if missing or unknown. */
  readonly dialect: DialectName | null;
  /** Whether to skip the lobby. */
  readonly join: boolean;
  /** Null if missing. */
  readonly microphone: boolean | null;
  readonly camera: boolean | null;
}

export function readPageParameters(search: string): PageParameters {
  const params = new URLSearchParams(search);
  const text = (name: string) => {
    const value = params.get(name)?.trim() ?? '';
    return value === '' ? null : value;
  };
  const flag = (name: string) => (params.has(name) ? params.get(name) !== '0' : null);
  const dialect = text('dialect');
  return {
    room: text('room'),
    name: text('name'),
    peer: text('peer'),
    server: text('server'),
    dialect: isDialectName(dialect) ? dialect : null,
    join: flag('join') ?? false,
    microphone: flag('microphone'),
    camera: flag('camera'),
  };
}

/**
 * Returns a link that invites others to the room. Contains only the parameters that they need. The page's own server accepts every dialect,
 * so each guest may choose. Another server may support only one dialect, so the link names it.
 */
export function roomLink(
  pageUrl: string,
  room: string,
  server: string | null,
  dialect: DialectName = defaultDialect,
): string {
  const url = new URL(pageUrl);
  url.hash = '';
  url.search = '';
  url.searchParams.set('room', room);
  if (server !== null) url.searchParams.set('server', server);
  if (server !== null && dialect !== defaultDialect) url.searchParams.set('dialect', dialect);
  return url.href;
}

const loopback = /^(localhost|127(\.\d+){3}|\[::1\]|.+\.localhost)$/;

export function isLoopback(hostname: string): boolean {
  return loopback.test(hostname);
}

/**
 * Returns whether a link may connect to `server` without a click. A server on another host requires a click: otherwise any link could
 * send the camera, which the user has already allowed for this page, to a stranger.
 */
export function isTrustedServer(server: string | null, pageUrl: string): boolean {
  if (server === null) return true;
  if (!URL.canParse(server, pageUrl)) return false;
  const { hostname } = new URL(server, pageUrl);
  const page = new URL(pageUrl).hostname;
  return hostname === page || (isLoopback(hostname) && isLoopback(page));
}
