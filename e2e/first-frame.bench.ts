import { startServer } from '@tureen/server';
import { type World, expect, test } from './fixtures/test.ts';
import type { ReceiveRequest, ReceiverName } from './pages/first-frame/receivers.ts';
import { type JudgeFrame, TcpRelay } from './relays/TcpRelay.ts';
import { UdpRelay } from './relays/UdpRelay.ts';

/**
 * Measures how long a late joiner waits for the first picture, with a Room and with the calls of mediasoup-demo's app. Both take turns over the same
 * relays and server, with the same sender.
 */
const delayMs = 50;
const pairs = 10;
/** Maximum share of the demo's time that a Room may take. */
const bound = 0.7;

const stages: readonly (readonly [what: string, mark: string])[] = [
  ['socket open', 'socket open'],
  ['capabilities known', 'toClient response to getRouterRtpCapabilities #1'],
  ['join sent', 'toServer request join #1'],
  ['join response', 'toClient response to join #1'],
  ['consumer offered', 'toClient request newConsumer #1'],
  ['transport connects', 'toServer request connectWebRtcTransport #1'],
  ['consumer accepted', 'toServer response to newConsumer #1'],
  ['track shown', 'track shown'],
  ['ICE connected', 'ICE connected'],
  ['DTLS connected', 'connection connected'],
  ['first frame', 'first frame'],
];

type Marks = Readonly<Record<string, number>>;

async function receive(world: World, name: ReceiverName, request: ReceiveRequest): Promise<Marks> {
  const { page } = await world.open(request.peerId, { path: '/pages/first-frame/' });
  await page.waitForFunction(() => 'late' in window);
  const marks = await page.evaluate(([who, what]) => window.late.receive(who, what), [name, request] as const);
  await page.evaluate(() => window.late.leave());
  await page.context().close();
  return marks;
}

const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((one, other) => one - other);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
};

/** Requests of a client and responses to it, in the order in which they cross the relay. */
type Crossing = 'request' | 'response' | 'join' | 'joined';

/** Round trips in sequence until the response to `join`: requests that follow a response begin another one. */
function roundTripsToJoin(crossings: readonly Crossing[]): number {
  const upToJoined = crossings.slice(0, crossings.indexOf('joined') + 1);
  const starts = upToJoined.filter((crossing, index) => {
    const before = upToJoined[index - 1];
    return (crossing === 'request' || crossing === 'join') && before !== 'request' && before !== 'join';
  });
  return starts.length;
}

/** Notes the requests and responses of each connection, by its number. */
function noteCrossings(crossings: Map<number, Crossing[]>): JudgeFrame {
  const joinIds = new Map<number, unknown>();
  return ({ direction, text, connection }) => {
    const { request, response, method, id } = JSON.parse(text) as Record<string, unknown>;
    const list = crossings.get(connection) ?? [];
    crossings.set(connection, list);
    if (direction === 'toServer' && request === true) {
      if (method === 'join') joinIds.set(connection, id);
      list.push(method === 'join' ? 'join' : 'request');
    }
    if (direction === 'toClient' && response === true)
      list.push(joinIds.get(connection) === id ? 'joined' : 'response');
    return 'pass';
  };
}

const row = (what: string, ...values: readonly number[]): string =>
  `  ${what.padEnd(20)}${values.map((value) => (Number.isNaN(value) ? '-' : value.toFixed()).padStart(8)).join('')}`;

test('a late joiner sees the first picture 30 % sooner than with the calls of the demo', async ({ world }) => {
  test.setTimeout(300_000);
  const udp = await UdpRelay.open({ delayMs });
  const server = await startServer({ port: 0, workers: 1, logLevel: 'silent', pingIntervalMs: 0, ...udp.settings });
  const crossings = new Map<number, Crossing[]>();
  const tcp = await TcpRelay.open({ port: server.port, delayMs, judge: noteCrossings(crossings) });
  const request = { serverUrl: `ws://127.0.0.1:${tcp.port}/mediasoup-v3`, roomId: 'late' };
  const sender = await world.joinAs('sender', request);
  await sender.publish('camera');
  const codecs = await sender.page.evaluate(async () => {
    const reports = (await window.peer.producer('camera').getStats()).values() as Iterable<Record<string, unknown>>;
    return Array.from(reports, ({ type, mimeType }) => (type === 'codec' ? mimeType : null)).filter(Boolean);
  });
  expect(codecs).toEqual(['video/VP8']);

  const seen: Record<ReceiverName, Marks[]> = { room: [], demo: [] };
  const roundTrips: Record<ReceiverName, number[]> = { room: [], demo: [] };
  // The first pair warms up and is not counted.
  for (let pair = 0; pair <= pairs; pair++)
    for (const name of pair % 2 === 0 ? (['room', 'demo'] as const) : (['demo', 'room'] as const)) {
      const marks = await receive(world, name, { ...request, peerId: `${name}-${pair}` });
      if (pair > 0) seen[name].push(marks);
      roundTrips[name].push(roundTripsToJoin(crossings.get(tcp.connections) ?? []));
    }
  await sender.page.context().close();
  await tcp.close();
  await server.close();
  udp.close();

  const of = (name: ReceiverName, mark: string) => seen[name].map((marks) => marks[mark] ?? Number.NaN);
  const [room, demo] = [median(of('room', 'first frame')), median(of('demo', 'first frame'))];
  console.info(
    [
      `${pairs} pairs, ${delayMs} ms each way; ms from connecting (medians)`,
      `  ${''.padEnd(20)}${'Room'.padStart(8)}${'demo'.padStart(8)}`,
      ...stages.map(([what, mark]) => row(what, median(of('room', mark)), median(of('demo', mark)))),
      `  first frames, Room: ${of('room', 'first frame').map(Math.round).join(' ')}`,
      `  first frames, demo: ${of('demo', 'first frame').map(Math.round).join(' ')}`,
      `  round trips until the join response, Room: ${median(roundTrips.room)}, demo: ${median(roundTrips.demo)}`,
      `  ratio ${(room / demo).toFixed(2)}, at most ${bound}`,
    ].join('\n'),
  );
  expect(room / demo).toBeLessThanOrEqual(bound);
});
