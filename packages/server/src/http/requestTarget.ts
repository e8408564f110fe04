/** Target of a request line. */
export interface RequestTarget {
  /** Host of a target in absolute form. Undefined in the usual form, where the `Host` header has the host. */
  readonly host: string | undefined;
  /** Path with a leading slash, unless the target is not a URL. */
  readonly path: string;
  /** Query without the question mark. */
  readonly query: string;
}

const ABSOLUTE_FORM = /^(?:https?|wss?):\/\/([^/?#]*)(.*)$/is;

/** Parses a request target, also in absolute form, which every server must accept (RFC 9112, 3.2.2). */
export function readTarget(url = '/'): RequestTarget {
  const [, host, rest = ''] = (URL.canParse(url) ? ABSOLUTE_FORM.exec(url) : null) ?? [];
  const origin = host === undefined ? url : rest.startsWith('/') ? rest : `/${rest}`;
  const [path = '/', ...query] = origin.split('?');
  return { host, path, query: query.join('?') };
}
