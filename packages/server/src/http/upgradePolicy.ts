import type { IncomingHttpHeaders } from 'node:http';
import { readId } from '@tureen/protocol/common';
import type { EndReason } from '@tureen/protocol/common';
import type { DialectRegistry, DialectRoute } from '../dialects/registry.ts';
import { isOriginAllowed } from './originPolicy.ts';
import { readTarget } from './requestTarget.ts';

/** What becomes of a request to upgrade: told before the upgrade, while the answer can still be an HTTP status. */
export type Admission =
  | { readonly kind: 'admitted'; readonly route: DialectRoute; readonly params: URLSearchParams }
  | {
      readonly kind: 'refused';
      readonly status: 400 | 403 | 404;
      readonly cause: AdmissionCause;
      readonly reason: EndReason;
      /** Says what was wrong, for people. */
      readonly text: string;
    };

/** What was wrong with it. */
export type AdmissionCause = 'origin' | 'path' | 'parameters' | 'subprotocol';

export interface AdmissionRules {
  readonly dialects: DialectRegistry;
  readonly allowedOrigins: readonly string[];
}

/** Which dialect a request to upgrade is for, or why it is refused. */
export function admit(
  request: { readonly url?: string | undefined; readonly headers: IncomingHttpHeaders },
  { dialects, allowedOrigins }: AdmissionRules,
): Admission {
  const { headers } = request;
  if (!isOriginAllowed(headers.origin, allowedOrigins))
    return refused('origin', `origin ${String(headers.origin)} may not connect`);

  const { path, params } = targetOf(request.url);
  const route = dialects.find(path, params);
  if (route === undefined) {
    const inferable = dialects.paramsInferredAt(path);
    return inferable.length > 0
      ? refused(
          'parameters',
          `missing query parameter ${inferable.join(' or ')}; or name the dialect: ${dialects.paths.join(', ')}`,
        )
      : refused('path', `nothing at ${path}; this server speaks at ${dialects.paths.join(', ')}`);
  }

  const admitted = new URLSearchParams(params);
  for (const name of route.requiredParams) {
    const value = params.get(name)?.trim() ?? '';
    if (value === '') return refused('parameters', `missing query parameter ${name}`);
    const id = readId(value);
    if (!id.ok) return refused('parameters', `query parameter ${name}: ${id.issue.message}`);
    admitted.set(name, id.value);
  }

  const offered = subprotocolsIn(headers['sec-websocket-protocol']);
  if (offered.length > 0 && !offered.includes(route.subprotocol)) {
    return refused(
      'subprotocol',
      `subprotocol must be ${route.subprotocol}, or none; offered: ${offered.map(shortened).join(', ')}`,
    );
  }
  return { kind: 'admitted', route, params: admitted };
}

/** The path without its trailing slash, and the query. A target that is no URL has a path that nothing is at. */
function targetOf(url: string | undefined): { path: string; params: URLSearchParams } {
  const { path, query } = readTarget(url);
  return {
    path: path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path,
    params: new URLSearchParams(query),
  };
}

/** Some clients carry their token among the subprotocols, and what we say here is logged. */
function shortened(subprotocol: string): string {
  return subprotocol.length > 16 ? `${subprotocol.slice(0, 8)}…` : subprotocol;
}

/** What a request to upgrade offers. */
export function subprotocolsIn(header: string | undefined): readonly string[] {
  return (header ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

const verdictOf = {
  origin: { status: 403, reason: 'originNotAllowed' },
  path: { status: 404, reason: 'unknownDialect' },
  parameters: { status: 400, reason: 'badRequest' },
  subprotocol: { status: 400, reason: 'badRequest' },
} as const satisfies Record<AdmissionCause, { status: number; reason: EndReason }>;

function refused(cause: AdmissionCause, text: string): Admission {
  return { kind: 'refused', ...verdictOf[cause], cause, text };
}
