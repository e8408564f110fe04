import { flushMicrotasks } from '@tureen/testkit/flushMicrotasks';
import { TureenError } from '../../packages/client/src/shared/errors.ts';
import { v2World } from '@tureen/testkit/scripted/v2World';
import { pushPullWorld, user } from '@tureen/testkit/scripted/pushPullWorld';
import { fakeTrack, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { v2Consumer } from '@tureen/testkit/scripted/ScriptedV2Server';
import { isV2, type DialectName, type Message } from './dialects.ts';
import { Fuzzer } from './Fuzzer.ts';
import { seededRandom } from './random.ts';
import { FaultList, heapUsed, type FuzzOptions, type FuzzReport } from './report.ts';
import { samplesOf } from './samples.ts';

/** Messages to one room. */
const messagesPerRoom = 500;

/** Messages that end the room or the connection, so they are rare. */
const endings = /^(?:closed|roomClosed|transportClosed)$/;

/**
 * Sends malformed messages to a client: a room over a transport and media without a network. After each few hundred messages, the room
 * must still handle a valid one. After leave(), nothing may be open.
 */
export async function fuzzClient(options: FuzzOptions): Promise<FuzzReport> {
  const { dialect, seed, messages } = options;
  using list = new FaultList();
  const random = seededRandom(seed);
  const samples = samplesOf(dialect, 'client');
  const counts: Record<string, number> = { rooms: 0, welcomes: 0, joined: 0, ended: 0, refusals: 0, answers: 0 };
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  let heapBefore: number | null = null;

  while (list.at < messages && list.faults.length === 0) {
    const fuzzer = new Fuzzer(random, samples);
    await fuzzRoom(fuzzer, Math.min(messages, list.at + messagesPerRoom));
    list.checkPrototypes();
    if (heapBefore === null && list.at > messages / 4) heapBefore = heapUsed();
  }
  const heapAfter = heapUsed();
  const heapGrowth = heapBefore === null || heapAfter === null ? null : heapAfter - heapBefore;
  return { dialect, direction: 'client', seed, messages: list.at, counts, heapGrowth, faults: list.faults };

  async function fuzzRoom(fuzzer: Fuzzer, end: number): Promise<void> {
    const world = openWorld(dialect);
    const { room, server, clock, said } = world;
    count('rooms');
    room.on('listenerError', ({ error }) => {
      list.add(`a listener failed: ${String(error)}`);
    });
    // In every fourth room, the responses are malformed too.
    let isSpoiling = random.chance(0.25);
    if (isSpoiling) {
      const answerOf = server.answerOf.bind(server);
      const answer = (method: string, data: Record<string, unknown>) => {
        list.at += 1;
        count('answers');
        if (!isSpoiling || random.chance(0.8)) return answerOf(method, data);
        return fuzzer.answer(method);
      };
      server.answerOf = answer;
      for (const method of world.scripted) {
        const whole = samples.answers.get(method);
        server.on(method, () => (!isSpoiling || random.chance(0.8) ? whole : fuzzer.answer(method)));
      }
    }
    const welcomes = samples.messages.filter(({ method, data }) => nameOf(method, data) === 'welcome');
    if (welcomes.length > 0 && random.chance(0.5)) await welcome(world, fuzzer, welcomes);
    if (random.chance(0.3)) await typed('prepare', room.prepare());
    await typed('join', room.join({ displayName: 'Alice' }));
    if (room.state === 'joined') {
      count('joined');
      void typed('produce', room.produce(fakeTrack('video')));
      await flushMicrotasks();
    }
    fuzzer.learn(
      'bob',
      'carol',
      'r1',
      3333,
      ...[...room.producers.values()].map(({ id }) => id),
      ...room.consumers.keys(),
    );
    while (list.at < end && room.state === 'joined') {
      const { method, kind, data } = fuzzer.next();
      if (endings.test(nameOf(method, data)) && random.chance(0.95)) continue;
      fuzzer.learnFrom(data);
      list.at += 1;
      if (kind === 'notification') server.send(method, data);
      else void server.ask(method, data).then(({ ok }) => ok || count('refusals'));
      // Repeats the message, and sends a response without a request.
      if (random.chance(0.03)) server.send(method, data);
      if (random.chance(0.01)) server.connection.send({ kind: 'response', id: random.below(60), ok: true, data });
      if (random.chance(0.02)) call(world);
      if (list.at % 20 === 0) await flushMicrotasks();
      if (list.at % 100 === 0) said.length = server.received.length = 0;
    }
    await flushMicrotasks();
    isSpoiling = false;
    if (room.state === 'joined') await understand(world);
    else count('ended');
    // A request with a malformed response may wait for its timeout.
    clock.advance(120_000);
    await typed('leave', room.leave());
    await flushMicrotasks();
    if (room.state !== 'left' && room.state !== 'failed') list.add(`the room is ${room.state} after leave()`);
    const open = Object.entries(world.counts()).filter(([, number]) => number !== 0);
    if (open.length > 0) list.add(`left open: ${JSON.stringify(open)}`);
    if (clock.pending > 0) list.add(`${String(clock.pending)} timers still run`);
    await flushMicrotasks();
  }

  /** Sends welcomes as the connection opens, and during the requests before the join: malformed, repeated, late. */
  async function welcome({ server }: World, fuzzer: Fuzzer, welcomes: readonly Message[]): Promise<void> {
    const next = () => {
      const { method, data } = random.pick(welcomes);
      list.at += 1;
      count('welcomes');
      return { method, data: random.chance(0.3) ? data : fuzzer.spoil(data, random.below(4)) };
    };
    server.welcome = next();
    const answerOf = server.answerOf.bind(server);
    server.answerOf = (method: string, data: Record<string, unknown>) => {
      fuzzer.learnFrom(answerOf(method, data));
      if (random.chance(0.3)) {
        const late = next();
        server.send(late.method, late.data);
      }
      return answerOf(method, data);
    };
  }

  /** Makes a call of the app during the attack. */
  function call({ room }: World): void {
    const consumer = [...room.consumers.values()][0];
    const producer = [...room.producers.values()][0];
    const calls: (() => Promise<unknown> | undefined)[] = [
      () => consumer?.pause(),
      () => consumer?.resume(),
      () => producer?.pause(),
      () => producer?.resume(),
      () => room.produce(fakeTrack(random.chance(0.5) ? 'audio' : 'video')),
      () => producer?.close(),
    ];
    const called = random.pick(calls)();
    if (called !== undefined) void typed('a call', called);
  }

  /** Announces a valid peer with a camera, and expects both in the room. */
  async function understand({ room, introduce }: World): Promise<void> {
    const consumerId = introduce();
    await flushMicrotasks();
    await flushMicrotasks();
    if (!room.peers.has('after')) list.add('the room misses a peer that joined after the messages');
    if (!room.consumers.has(consumerId)) list.add('the room misses a consumer that was created after the messages');
  }

  /** Waits for a promise that may reject only with a TureenError. */
  async function typed(what: string, promise: Promise<unknown>): Promise<void> {
    await promise.catch((error: unknown) => {
      if (!TureenError.is(error))
        list.add(`${what} failed with ${error instanceof Error ? String(error.stack) : String(error)}`);
    });
  }
}

/** Method name in any envelope. */
function nameOf(method: string, data: unknown): string {
  const { method: inner } = Object(data) as { method?: unknown };
  return typeof inner === 'string' ? inner : method;
}

type World = ReturnType<typeof openWorld>;

function openWorld(dialect: DialectName) {
  if (dialect === 'push-pull') {
    const world = pushPullWorld();
    world.users.push(user('bob', 'v1', 'a-audio'));
    const introduce = () => {
      world.server.notify('newUser', [user('after', 'after-video')]);
      return 'after-video';
    };
    return { ...world, introduce, scripted: ['push', 'pull', 'heartbeat'], counts: () => world.media.counts };
  }
  if (isV2(dialect)) {
    const world = v2World(dialect, { requestTimeoutMs: 1000 });
    world.server.peers = [{ name: 'bob' }];
    const introduce = () => {
      world.notify('newPeer', { name: 'after' });
      world.notify('newConsumer', v2Consumer(99_999_999, { peerName: 'after' }));
      return '99999999';
    };
    return { ...world, introduce, scripted: [], counts: () => world.engine.counts };
  }
  const world = roomWorld();
  world.server.peers = [{ id: 'bob' }];
  const introduce = () => {
    world.server.notify('newPeer', { id: 'after', displayName: 'After' });
    void world.server.offer('after-video', { peerId: 'after' });
    return 'after-video';
  };
  return { ...world, introduce, scripted: [], counts: () => world.engine.counts };
}
