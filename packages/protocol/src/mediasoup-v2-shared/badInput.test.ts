import { describe, expect, it } from 'vitest';

import { formatIssue, type ParseResult } from '../common/index.ts';
import alphaClient from '../mediasoup-v2-alpha/fixtures/clientToServer.json' with { type: 'json' };
import alphaServer from '../mediasoup-v2-alpha/fixtures/serverToClient.json' with { type: 'json' };
import * as alpha from '../mediasoup-v2-alpha/index.ts';
import betaClient from '../mediasoup-v2-beta/fixtures/clientToServer.json' with { type: 'json' };
import betaServer from '../mediasoup-v2-beta/fixtures/serverToClient.json' with { type: 'json' };
import * as beta from '../mediasoup-v2-beta/index.ts';
import v2Client from '../mediasoup-v2/fixtures/clientToServer.json' with { type: 'json' };
import v2Server from '../mediasoup-v2/fixtures/serverToClient.json' with { type: 'json' };
import * as v2 from '../mediasoup-v2/index.ts';
import type { AnyDialect } from './fixtures/AnyDialect.ts';

type Fields = Readonly<Record<string, unknown>>;
interface Fixture {
  readonly payload: Fields;
  readonly answer?: unknown;
}
type Fixtures = Readonly<Record<string, Fixture>>;

const dialects: readonly [name: string, dialect: AnyDialect, clientToServer: Fixtures, serverToClient: Fixtures][] = [
  ['mediasoup-v2', v2, v2Client, v2Server],
  ['mediasoup-v2-beta', beta, betaClient, betaServer],
  ['mediasoup-v2-alpha', alpha, alphaClient, alphaServer],
];

/** Required fields, by method. All other fields may be missing. */
const needed: Readonly<Record<string, string>> = {
  'client join': 'peerName rtpCapabilities',
  'client joinRoom': 'rtpCapabilities',
  'client createTransport': 'id',
  'client updateTransport': 'id dtlsParameters',
  'client restartTransport': 'id',
  'client closeTransport': 'id',
  'client enableTransportStats': 'id',
  'client disableTransportStats': 'id',
  'client createProducer': 'id kind transportId rtpParameters',
  'client createReceiver': 'id kind transportId rtpParameters',
  'client updateProducer': 'id rtpParameters',
  'client pauseProducer': 'id',
  'client resumeProducer': 'id',
  'client closeProducer': 'id',
  'client pauseReceiver': 'id',
  'client resumeReceiver': 'id',
  'client closeReceiver': 'id',
  'client enableProducerStats': 'id',
  'client disableProducerStats': 'id',
  'client enableConsumer': 'id',
  'client pauseConsumer': 'id',
  'client resumeConsumer': 'id',
  'client enableSender': 'id',
  'client playSender': 'id',
  'client stopSender': 'id',
  'client setConsumerPreferredProfile': 'id profile',
  'client enableConsumerStats': 'id',
  'client disableConsumerStats': 'id',
  'client closeConsumer': 'id',
  'client textMessage': 'text',
  'server transportClosed': 'id',
  'server transportStats': 'id stats',
  'server producerStats': 'id stats',
  'server consumerStats': 'id stats',
  'server producerPaused': 'id',
  'server producerResumed': 'id',
  'server producerClosed': 'id',
  'server receiverPaused': 'id',
  'server receiverResumed': 'id',
  'server receiverClosed': 'id',
  'server newPeer': 'name',
  'server peerClosed': 'name',
  'server peerLeft': 'name',
  'server newConsumer': 'id peerName kind rtpParameters',
  'server newSender': 'id peerName kind rtpParameters',
  'server consumerClosed': 'id',
  'server consumerPaused': 'id',
  'server consumerResumed': 'id',
  'server senderClosed': 'id',
  'server senderPaused': 'id',
  'server senderResumed': 'id',
  'server consumerPreferredProfileSet': 'id profile',
  'server consumerEffectiveProfileChanged': 'id profile',
  'server textMessage': 'peerName text',
  'server welcome': 'rtpCapabilities',
  'answer queryRoom': 'rtpCapabilities',
  'answer join': 'peers',
  'answer joinRoom': 'peers',
  'answer restartTransport': 'iceParameters',
  'answer createTransport': 'iceParameters dtlsParameters',
};
/** In the alpha, a client may join without a name (the connection has it) or capabilities, and receives those of the room. */
const neededByAlpha: Readonly<Record<string, string>> = {
  'client join': '',
  'answer join': 'rtpCapabilities peers',
};

/** Fields that accept anything: data of apps, or values too unimportant to refuse a consumer. */
const lenient = ['appData', 'preferredProfile', 'effectiveProfile'];

const envelope = ['method', 'target', 'notification'];

function faultOf(result: ParseResult<unknown>): string {
  return result.ok ? 'no fault' : formatIssue(result.issue);
}

/** A value of the wrong type: text instead of numbers, objects and lists, and an object instead of text. */
const wrong = (value: unknown): unknown => (typeof value === 'string' ? { not: 'a text' } : 'not that');

describe.each(dialects)('%s', (name, dialect, clientToServer, serverToClient) => {
  const cases: [string, Fields, (data: unknown) => ParseResult<unknown>][] = [
    ...Object.entries(clientToServer).map(
      ([method, { payload }]) =>
        [`client ${method}`, payload, (data: unknown) => dialect.readClientMessage(method as never, data)] as [
          string,
          Fields,
          (data: unknown) => ParseResult<unknown>,
        ],
    ),
    ...Object.entries(serverToClient).map(
      ([method, { payload }]) =>
        [`server ${method}`, payload, (data: unknown) => dialect.readServerMessage(method as never, data)] as [
          string,
          Fields,
          (data: unknown) => ParseResult<unknown>,
        ],
    ),
    ...Object.entries(clientToServer)
      .filter(([, { answer }]) => answer && JSON.stringify(answer) !== '{}')
      .map(
        ([method, { answer }]) =>
          [`answer ${method}`, answer, (data: unknown) => dialect.readResponse(method as never, data)] as [
            string,
            Fields,
            (data: unknown) => ParseResult<unknown>,
          ],
      ),
  ];

  it.each(cases)('names the missing or invalid field of %s', (title, payload, read) => {
    const required = ((name === 'mediasoup-v2-alpha' ? neededByAlpha[title] : undefined) ?? needed[title] ?? '')
      .split(' ')
      .filter((field) => field !== '');
    expect(Object.keys(payload)).toEqual(expect.arrayContaining(required));

    for (const field of Object.keys(payload).filter((each) => !envelope.includes(each))) {
      const { [field]: value, ...rest } = payload;
      // The codecs of the fixtures determine the kind.
      const isNeeded = required.includes(field) && field !== 'kind';
      expect(`${field} missing: ${faultOf(read(rest))}`).toBe(
        `${field} missing: ${isNeeded ? `${field}: Required` : 'no fault'}`,
      );
      if (!lenient.includes(field) && field !== 'kind') {
        // The alpha's lists have the name of the other dialects.
        const path = field === 'senders' ? 'consumers' : field;
        expect(faultOf(read({ ...rest, [field]: wrong(value) }))).toMatch(new RegExp(`^${path}(\\.\\w+)*: `));
      }
    }
    // Unknown fields are kept. Missing data is a fault, and does not throw.
    const unknown = read({ ...payload, telepathy: 1 });
    expect(unknown.ok).toBe(true);
    for (const nothing of [undefined, null, 'text', 7]) {
      const result = read(nothing);
      expect(result.ok).toBe(title === 'client queryRoom' || (title === 'answer enableConsumer' && nothing == null));
    }
  });
});

describe('Readers of mediasoup-v2', () => {
  const consumer = { id: 1, kind: 'audio', rtpParameters: {} };

  it.each([
    ['invalid digits', { id: '12x' }, 'id: Expected number'],
    ['a negative number', { id: -1 }, 'id: Expected >=0'],
    ['a number that is too large', { id: 2 ** 32 }, 'id: Expected <=4294967295'],
    ['a fraction', { id: 1.5 }, 'id: Expected integer'],
    ['digits of a number that is too large', { id: '4294967296' }, 'id: Expected <=4294967295'],
    ['an empty text', { id: '' }, 'id: Expected number'],
    ['NaN', { id: NaN }, 'id: Expected number'],
    ['a list', { id: [1] }, 'id: Expected number'],
  ])('refuse %s as an ID', (_title, data, fault) => {
    expect(faultOf(v2.readClientMessage('restartTransport', data))).toBe(fault);
  });

  it('refuse appData that reaches a prototype', () => {
    const forged: unknown = JSON.parse('{"id":1,"appData":[{"a":{"__proto__":{}}}]}');
    expect(faultOf(v2.readClientMessage('pauseProducer', forged))).toBe('appData: Forbidden key');
    expect(faultOf(v2.readClientMessage('pauseProducer', { id: 1, appData: { constructor: 1 } }))).toBe(
      'appData: Forbidden key',
    );
  });

  it('name the field of an invalid peer name', () => {
    const rtpCapabilities = {};
    expect(faultOf(v2.readClientMessage('join', { peerName: ' ', rtpCapabilities }))).toBe(
      'peerName: Expected at least 1 character',
    );
    expect(faultOf(v2.readClientMessage('join', { peerName: 'x'.repeat(129), rtpCapabilities }))).toBe(
      'peerName: Expected at most 128 characters',
    );
  });

  it('name the invalid field of a resume', () => {
    const join = (holds: unknown) => faultOf(alpha.readClientMessage('join', { resumeToken: 't', holds }));
    expect(join(null)).toBe('no fault');
    expect(join({})).toBe('no fault');
    expect(join('all')).toBe('holds: Expected Object');
    expect(join({ producers: 1 })).toBe('holds.producers: Expected Array');
    expect(join({ consumers: [1, -1] })).toBe('holds.consumers.1: Expected >=0');
    const joined = (resumed: unknown) => faultOf(v2.readResponse('join', { peers: [], resumed }));
    expect(joined({ producers: [] })).toBe('resumed.consumers: Required');
    expect(joined({ producers: [{ id: 'p', paused: false }], consumers: [] })).toBe(
      'resumed.producers.0.id: Expected number',
    );
    expect(joined({ producers: [], consumers: [{ id: 1, paused: false }] })).toBe(
      'resumed.consumers.0.producerPaused: Required',
    );
  });

  it('name the invalid field of a codec, a stream and a candidate', () => {
    const join = (rtpCapabilities: unknown) => faultOf(beta.readClientMessage('joinRoom', { rtpCapabilities }));
    expect(join({ codecs: [{}] })).toBe('rtpCapabilities.codecs.0.kind: Required');
    expect(join({ codecs: [{ mimeType: 'video/VP8' }] })).toBe(
      'rtpCapabilities.codecs.0.preferredPayloadType: Required',
    );
    expect(join({ codecs: ['VP8'] })).toBe('rtpCapabilities.codecs.0: Expected Object');
    expect(join({ headerExtensions: [{ uri: 1 }] })).toBe('rtpCapabilities.headerExtensions.0.uri: Expected string');
    const produce = (rtpParameters: unknown) =>
      faultOf(v2.readClientMessage('createProducer', { ...consumer, transportId: 1, rtpParameters }));
    expect(produce({ codecs: [{ mimeType: 'audio/opus' }] })).toBe('rtpParameters.codecs.0.payloadType: Required');
    expect(produce({ encodings: [{ ssrc: -1 }] })).toBe('rtpParameters.encodings.0.ssrc: Expected >=0');
    expect(produce({ encodings: [{ rtx: {} }] })).toBe('rtpParameters.encodings.0.rtx.ssrc: Required');
    expect(produce({ encodings: [{}, {}, {}, {}] })).toBe('rtpParameters.encodings: Expected at most 3');
    const answer = (candidate: unknown) =>
      faultOf(
        alpha.readResponse('createTransport', { iceParameters: {}, iceCandidates: [candidate], dtlsParameters: {} }),
      );
    expect(answer({ foundation: 'f', priority: 1, protocol: 'udp', port: 1, type: 'host' })).toBe(
      'iceCandidates.0.ip: Required',
    );
  });

  it('name the invalid field of a consumer in a list', () => {
    const join = (entry: unknown) =>
      faultOf(v2.readResponse('join', { peers: [{ name: 'alice', consumers: [entry] }] }));
    expect(join({ ...consumer, id: 'x' })).toBe('peers.0.consumers.0.id: Expected number');
    expect(join({ id: 1, kind: 'audio' })).toBe('peers.0.consumers.0.rtpParameters: Required');
    expect(join(null)).toBe('peers.0.consumers.0: Expected Object');
    expect(join(7)).toBe('peers.0.consumers.0: Expected Object');
    expect(faultOf(v2.readResponse('join', { peers: [{ name: 'alice', consumers: {} }] }))).toBe(
      'peers.0.consumers: Expected Array',
    );
  });

  it('refuse unknown profiles', () => {
    expect(faultOf(v2.readClientMessage('setConsumerPreferredProfile', { id: 1, profile: 'ultra' }))).toMatch(
      /^profile: /,
    );
    expect(faultOf(v2.readClientMessage('enableConsumer', { id: 1, preferredProfile: 'none' }))).toMatch(
      /^preferredProfile: /,
    );
  });

  it('report a kind that is missing in the consumer and its codecs', () => {
    expect(faultOf(v2.readServerMessage('newConsumer', { ...consumer, peerName: 'a', kind: 'alice' }))).toMatch(
      /^kind: /,
    );
    expect(faultOf(v2.readServerMessage('newConsumer', { id: 1, peerName: 'a', rtpParameters: {} }))).toBe(
      'kind: Required',
    );
  });
});
