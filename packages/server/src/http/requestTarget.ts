/** The target of a request line. */
export interface RequestTarget {
  /** Of a target in absolute form; undefined in the usual form, in which the `Host` header has it. */
  readonly host: string | undefined;
  /** Begins with a slash, unless it is no URL at all. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
}

const ABSOLUTE_FORM = /^(?:https?|wss?):\/\/([^/?#]*)(.*)$/is;

/** Reads a request target, also in absolute form, which every server has to accept (RFC 9112, 3.2.2). */
export function readTarget(url = '/'): RequestTarget {
  const [, host, rest = ''] = (URL.canParse(url) ? ABSOLUTE_FORM.exec(url) : null) ?? [];
  const origin = host === undefined ? url : rest.startsWith('/') ? rest : `/${rest}`;
  const [path = '/', ...query] = origin.split('?');
  return { host, path, query: query.join('?') };
}
