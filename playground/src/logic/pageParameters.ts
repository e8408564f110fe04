import { type DialectName, defaultDialect, isDialectName } from './dialects.ts';

/** What the address of the page says: `?room=&name=&peer=&server=&dialect=&join=1&microphone=0&camera=0`. */
export interface PageParameters {
  readonly room: string | null;
  readonly name: string | null;
  readonly peer: string | null;
  /** A WebSocket URL, as it was given. Default: the page's own host. */
  readonly server: string | null;
  /** Null: not said, or none that is known. */
  readonly dialect: DialectName | null;
  /** Skip the lobby. */
  readonly join: boolean;
  /** Null: not said. */
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
 * The link that leads others into the room: of all that the address says, only what they need. The page's own server takes
 * every dialect, so that each may choose; another may speak one only.
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
 * Whether a link may lead to that server without asking. To a host that is not the page's own it may not: a link from
 * anywhere could send the camera of this page, which the person has allowed before, to anyone.
 */
export function isTrustedServer(server: string | null, pageUrl: string): boolean {
  if (server === null) return true;
  if (!URL.canParse(server, pageUrl)) return false;
  const { hostname } = new URL(server, pageUrl);
  const page = new URL(pageUrl).hostname;
  return hostname === page || (isLoopback(hostname) && isLoopback(page));
}
