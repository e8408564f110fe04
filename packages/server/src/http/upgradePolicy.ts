import type { IncomingHttpHeaders } from 'node:http';
import { readId } from '@tureen/protocol/common';
import type { EndReason } from '@tureen/protocol/common';
import type { DialectRegistry, DialectRoute } from '../dialects/registry.ts';
import { isOriginAllowed } from './originPolicy.ts';
import { readTarget } from './requestTarget.ts';

/** Decision about a request to upgrade. */
export type UpgradeDecision =
  | { readonly kind: 'accepted'; readonly route: DialectRoute; readonly params: URLSearchParams }
  | {
      readonly kind: 'refused';
      readonly status: 400 | 403 | 404;
      readonly cause: PolicyRefusalCause;
      readonly reason: EndReason;
      /** Text for people. */
      readonly text: string;
    };

/** Part of the request that caused the refusal. */
export type PolicyRefusalCause = 'origin' | 'path' | 'parameters' | 'subprotocol';

/** Rules of the policy. */
export interface UpgradePolicy {
  readonly dialects: DialectRegistry;
  readonly allowedOrigins: readonly string[];
}

/** Returns the dialect of a request to upgrade, or the reason to refuse the request. */
export function applyUpgradePolicy(
  request: { readonly url?: string | undefined; readonly headers: IncomingHttpHeaders },
  { dialects, allowedOrigins }: UpgradePolicy,
): UpgradeDecision {
  const { headers } = request;
  if (!isOriginAllowed(headers.origin, allowedOrigins))
    return refused('origin', `origin ${String(headers.origin)} is not allowed`);

  const { path, params } = targetOf(request.url);
  const route = dialects.find(path, params);
  if (route === undefined) {
    const inferable = dialects.paramsInferredAt(path);
    return inferable.length > 0
      ? refused(
          'parameters',
          `missing query parameter ${inferable.join(' or ')}; or name the dialect: ${dialects.paths.join(', ')}`,
        )
      : refused('path', `unknown path ${path}; use ${dialects.paths.join(', ')}`);
  }

  const trimmed = new URLSearchParams(params);
  for (const name of route.requiredParams) {
    const value = params.get(name)?.trim() ?? '';
    if (value === '') return refused('parameters', `missing query parameter ${name}`);
    const id = readId(value);
    if (!id.ok) return refused('parameters', `query parameter ${name}: ${id.issue.message}`);
    trimmed.set(name, id.value);
  }

  const offered = subprotocolsIn(headers['sec-websocket-protocol']);
  if (offered.length > 0 && !offered.includes(route.subprotocol)) {
    return refused(
      'subprotocol',
      `subprotocol must be ${route.subprotocol}, or none; offered: ${offered.map(shortened).join(', ')}`,
    );
  }
  return { kind: 'accepted', route, params: trimmed };
}

/** Reads the path without its trailing slash, and the query. A target that is not a URL yields a path of no dialect. */
function targetOf(url: string | undefined): { path: string; params: URLSearchParams } {
  const { path, query } = readTarget(url);
  return {
    path: path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path,
    params: new URLSearchParams(query),
  };
}

/** Shortens a subprotocol for the log, because some clients send their token as a subprotocol. */
function shortened(subprotocol: string): string {
  return subprotocol.length > 16 ? `${subprotocol.slice(0, 8)}…` : subprotocol;
}

/** Lists the subprotocols that a request to upgrade offers. */
export function subprotocolsIn(header: string | undefined): readonly string[] {
  return (header ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

const refusalOf = {
  origin: { status: 403, reason: 'originNotAllowed' },
  path: { status: 404, reason: 'unknownDialect' },
  parameters: { status: 400, reason: 'badRequest' },
  subprotocol: { status: 400, reason: 'badRequest' },
} as const satisfies Record<PolicyRefusalCause, { status: number; reason: EndReason }>;

function refused(cause: PolicyRefusalCause, text: string): UpgradeDecision {
  return { kind: 'refused', ...refusalOf[cause], cause, text };
}
