/** Step of an exchange. `$1` in a frame of the server stands for the ID of the client's first request. */
export type ProtooStep =
  | { readonly request: readonly [method: string, data?: unknown] }
  | { readonly notify: readonly [method: string, data?: unknown] }
  /** The server sends a frame, as JSON. */
  | { readonly server: unknown }
  /** The server sends text or bytes unchanged. */
  | { readonly raw: string | Buffer }
  /** The timeout of every pending request passes. */
  | { readonly timeout: true }
  /** The server closes the connection; the last step. */
  | { readonly close: readonly [code: number, reason: string] };

/** Item that the app of a client gets. */
export type Delivered =
  | readonly ['notification' | 'request' | 'response', method: string, data: unknown]
  | readonly ['error', method: string, code: unknown, reason: string]
  | readonly ['timeout', method: string]
  | readonly ['closed', by: 'server' | 'network', code?: number, reason?: string];

export type ClientName = 'protoo-client 4' | 'ProtooTransport' | 'WebSocketTransport';

export interface Outcome {
  /** Frames that the client sent, with 1, 2, ... as the IDs of its requests. */
  readonly sends?: readonly unknown[];
  readonly delivers?: readonly Delivered[];
  /** Message of an exception that nothing catches. */
  readonly throws?: string;
}

/** An exchange with its outcome for all three clients, except those that `differs` names. */
export interface ProtooExchange extends Outcome {
  readonly title: string;
  readonly steps: readonly ProtooStep[];
  readonly differs?: { readonly why: string } & Partial<Readonly<Record<ClientName, Outcome>>>;
}

const join = { request: true, id: 1, method: 'join', data: { displayName: 'Alice' } };
const requestJoin: ProtooStep = { request: ['join', { displayName: 'Alice' }] };
const codeAndReason = 'protoo-client reports neither the code nor the reason of a close';

export const protooExchanges: readonly ProtooExchange[] = [
  {
    title: 'a request and its response',
    steps: [requestJoin, { server: { response: true, id: '$1', ok: true, data: { peers: [] } } }],
    sends: [join],
    delivers: [['response', 'join', { peers: [] }]],
  },
  {
    title: 'responses in another order than their requests',
    steps: [
      { request: ['first', {}] },
      { request: ['second', {}] },
      { server: { response: true, id: '$2', ok: true, data: { n: 2 } } },
      { server: { response: true, id: '$1', ok: true, data: { n: 1 } } },
    ],
    sends: [
      { request: true, id: 1, method: 'first', data: {} },
      { request: true, id: 2, method: 'second', data: {} },
    ],
    delivers: [
      ['response', 'second', { n: 2 }],
      ['response', 'first', { n: 1 }],
    ],
  },
  {
    title: 'a request and a notification without data',
    steps: [{ request: ['leave'] }, { notify: ['bye'] }, { server: { response: true, id: '$1', ok: true } }],
    sends: [
      { request: true, id: 1, method: 'leave', data: {} },
      { notification: true, method: 'bye', data: {} },
    ],
    delivers: [['response', 'leave', {}]],
  },
  {
    title: 'data that is 0',
    steps: [{ request: ['count', 0] }, { server: { response: true, id: '$1', ok: true, data: 0 } }],
    sends: [{ request: true, id: 1, method: 'count', data: {} }],
    delivers: [['response', 'count', 0]],
    differs: {
      why: 'Peer writes an empty object for data that is falsy; protoo-client reads falsy data as one, Tureen only missing data',
      'protoo-client 4': {
        sends: [{ request: true, id: 1, method: 'count', data: {} }],
        delivers: [['response', 'count', {}]],
      },
      WebSocketTransport: {
        sends: [{ request: true, id: 1, method: 'count', data: 0 }],
        delivers: [['response', 'count', 0]],
      },
    },
  },
  {
    title: 'an error response',
    steps: [requestJoin, { server: { response: true, id: '$1', ok: false, errorCode: 403, errorReason: 'no' } }],
    sends: [join],
    delivers: [['error', 'join', 403, 'no']],
  },
  {
    title: 'an error response without ok, as protoo-server writes it',
    steps: [requestJoin, { server: { response: true, id: '$1', errorCode: 500, errorReason: 'oops' } }],
    sends: [join],
    delivers: [['error', 'join', 500, 'oops']],
  },
  {
    title: 'an error response of protoo 1',
    steps: [requestJoin, { server: { response: true, id: '$1', ok: false, code: 409, reason: 'duplicated Peer' } }],
    sends: [join],
    delivers: [['error', 'join', 409, 'duplicated Peer']],
    differs: {
      why: 'protoo-client 4 reads neither code nor reason',
      'protoo-client 4': { sends: [join], delivers: [['error', 'join', undefined, '']] },
    },
  },
  {
    title: 'notifications in both directions',
    steps: [
      { notify: ['pauseProducer', { producerId: 'p1' }] },
      { server: { notification: true, method: 'newPeer', data: { id: 'bob' } } },
      { server: { notification: true, method: 'bare' } },
    ],
    sends: [{ notification: true, method: 'pauseProducer', data: { producerId: 'p1' } }],
    delivers: [
      ['notification', 'newPeer', { id: 'bob' }],
      ['notification', 'bare', {}],
    ],
  },
  {
    title: 'requests from the server, accepted and rejected',
    steps: [
      { server: { request: true, id: 7, method: 'accept', data: { id: 'c1' } } },
      { server: { request: true, id: 8, method: 'reject' } },
    ],
    sends: [
      { response: true, id: 7, ok: true, data: { id: 'c1' } },
      { response: true, id: 8, ok: false, errorCode: 403, errorReason: 'no' },
    ],
    delivers: [
      ['request', 'accept', { id: 'c1' }],
      ['request', 'reject', {}],
    ],
  },
  {
    title: 'a request from the server that the app accepts twice',
    steps: [{ server: { request: true, id: 7, method: 'accept twice', data: { a: 1 } } }],
    sends: [{ response: true, id: 7, ok: true, data: { a: 1 } }],
    delivers: [['request', 'accept twice', { a: 1 }]],
    differs: {
      why: 'protoo-client sends a response each time',
      'protoo-client 4': {
        sends: Array(2).fill({ response: true, id: 7, ok: true, data: { a: 1 } }),
        delivers: [['request', 'accept twice', { a: 1 }]],
      },
    },
  },
  {
    title: 'two requests from the server with one ID',
    steps: [
      { server: { request: true, id: 7, method: 'accept', data: { n: 1 } } },
      { server: { request: true, id: 7, method: 'accept', data: { n: 2 } } },
    ],
    sends: [
      { response: true, id: 7, ok: true, data: { n: 1 } },
      { response: true, id: 7, ok: true, data: { n: 2 } },
    ],
    delivers: [
      ['request', 'accept', { n: 1 }],
      ['request', 'accept', { n: 2 }],
    ],
  },
  {
    title: 'a second response, and a response to no request',
    steps: [
      requestJoin,
      { server: { response: true, id: '$1', ok: true, data: { n: 1 } } },
      { server: { response: true, id: '$1', ok: true, data: { n: 2 } } },
      { server: { response: true, id: '$1', ok: false, errorCode: 500, errorReason: 'no' } },
      { server: { response: true, id: 4_294_967_296, ok: true, data: {} } },
    ],
    sends: [join],
    delivers: [['response', 'join', { n: 1 }]],
  },
  {
    title: 'a response after the timeout of the request',
    steps: [requestJoin, { timeout: true }, { server: { response: true, id: '$1', ok: true, data: {} } }],
    sends: [join],
    delivers: [['timeout', 'join']],
  },
  {
    title: 'frames that are malformed',
    steps: [
      { raw: '{' },
      { raw: '' },
      { raw: '[]' },
      { raw: '5' },
      { raw: Buffer.from([1, 2, 3]) },
      { server: {} },
      { server: { request: true, id: '1', method: 'accept' } },
      { server: { request: true, id: 1 } },
      { server: { notification: true, method: 5 } },
      { server: { response: true, ok: true } },
    ],
  },
  {
    title: 'a frame of an unknown kind',
    steps: [{ server: { event: true, method: 'newPeer', data: {} } }],
  },
  {
    title: 'a frame whose kind is not true',
    steps: [{ server: { notification: 1, method: 'newPeer', data: {} } }],
    differs: {
      why: 'protoo-client reads any truthy kind',
      'protoo-client 4': { delivers: [['notification', 'newPeer', {}]] },
    },
  },
  {
    title: 'a frame null',
    steps: [{ raw: 'null' }],
    differs: {
      why: 'protoo-client reads a property of null, outside of any try',
      'protoo-client 4': { throws: "Cannot read properties of null (reading 'request')" },
    },
  },
  {
    title: 'close code 4000 without a pending request',
    steps: [{ close: [4000, 'kicked: spam'] }],
    delivers: [['closed', 'server', 4000, 'kicked: spam']],
    differs: { why: codeAndReason, 'protoo-client 4': { delivers: [['closed', 'server']] } },
  },
  {
    title: 'close code 4000 while a request is pending',
    steps: [requestJoin, { close: [4000, ''] }],
    sends: [join],
    delivers: [
      ['error', 'join', 'closedByServer', ''],
      ['closed', 'server', 4000],
    ],
    differs: {
      why: 'protoo-client leaves the request pending until its timeout',
      'protoo-client 4': { sends: [join], delivers: [['closed', 'server']] },
    },
  },
  {
    title: 'close code 1013 while a request is pending',
    steps: [requestJoin, { close: [1013, 'tooManyJoins'] }],
    sends: [join],
    delivers: [
      ['error', 'join', 'connectionLost', ''],
      ['closed', 'network', 1013, 'tooManyJoins'],
    ],
    differs: {
      why: codeAndReason,
      'protoo-client 4': {
        sends: [join],
        delivers: [
          ['closed', 'network'],
          ['error', 'join', undefined, 'peer closed'],
        ],
      },
    },
  },
];
