import type { FaultWorld } from './FaultWorld.ts';

/**
 * Plays a call: join, produce, consume, pause, close, leave. Waits for the expected state after each step. Returns faults that need no
 * wait.
 */
export async function play(world: FaultWorld): Promise<string[]> {
  const { alice, bob } = world;
  const { remotePause, dataChannels } = alice.room.capabilities;
  alice.transport.whileAway = async () => {
    await actMeanwhile(world);
    catchUp(world).catch((error: unknown) => alice.faults.push(String(error)));
  };
  await bob.room.join({ displayName: 'Bob' });
  await bob.room.produce(bob.track('audio'), { source: 'microphone' });
  if (dataChannels) await bob.room.produceData({ label: 'from bob' });

  if (world.prepares) await prepare(world);
  await alice.insist(() => alice.join({ displayName: 'Alice' }), { isThere: false });
  await world.until('alice receives the microphone', () => receives(world));
  const sound = alice.consumersOf('bob').find(({ kind }) => kind === 'audio');
  const camera = await alice.insist(() => alice.room.produce(alice.track('video'), { source: 'camera' }));
  await world.until('bob receives the camera', () => sends(world, ['video']));

  if (dataChannels) {
    await world.until('alice receives data channels', () => hasData(world, []));
    await alice.insist(() => alice.room.produceData({ label: 'chat' }));
    await world.until('bob receives data channels', () => hasData(world, ['chat']));
  }

  await bob.room.produce(bob.track('video'), { source: 'camera' });
  await world.until('alice receives both', () => receives(world));
  await alice.insist(() => camera.pause());
  await world.until('the camera is paused', () => isPaused(world, 'video', true));
  await alice.insist(() => camera.resume());
  await world.until('the camera is resumed', () => isPaused(world, 'video', false));
  await alice.insist(() => camera.pause());
  await alice.insist(async () => sound?.pause());
  await world.until('all is paused', () => isPaused(world, 'video', true) && isSoundPaused(world));

  const microphone = await alice.insist(() => alice.room.produce(alice.track('audio'), { source: 'microphone' }));
  await world.until('bob receives the microphone', () => sends(world, ['audio', 'video']));
  await alice.insist(() => microphone.close());
  if (dataChannels) {
    const file = await alice.insist(() => alice.room.produceData({ label: 'file' }));
    await world.until('bob receives the file', () => hasData(world, ['chat', 'file']));
    await alice.insist(() => file.close());
  }
  await world.until('the requested state is applied', () => isAsWanted(world));

  const isBack = () => alice.room.state === 'joined' && (world.resume === null || alice.resumed.length > 0);
  await world.until('alice has reconnected', isBack);
  if (world.dialect.notifiesOfReconnects)
    await world.until(
      'bob is notified that alice has reconnected',
      () => world.reconnectEvents?.includes('peerReconnected') ?? true,
    );
  const wrong = world.faultsOfResume();
  if (alice.room.state !== 'joined') wrong.push(`alice is ${alice.room.state}`);
  if (camera.closed || !camera.paused) wrong.push('the producer has changed');
  if (sound === undefined || sound.closed || !alice.consumersOf('bob').includes(sound))
    wrong.push('the consumer has changed');
  if (remotePause && bob.consumersOf('alice')[0]?.remotePaused !== true) wrong.push('bob does not know of the pause');
  if (alice.room.peers.size !== 1 || bob.room.peers.size !== 1) wrong.push('too many peers');

  await alice.insist(() => alice.room.leave());
  alice.transport.sweep();
  await world.until('alice is gone or disconnected', () => world.peer('alice')?.reconnecting !== false);
  if (world.peer('alice') !== undefined) await world.outwait();
  await world.until('alice is gone', () => bob.room.peers.size === 0 && world.peer('alice') === undefined);
  await bob.room.leave();
  await world.until('the room is closed', () => world.server.registry.get(world.roomId) === undefined);
  if (bob.reconnects > 0) wrong.push('bob was disturbed');
  wrong.push(...alice.leaks(), ...bob.leaks());
  return wrong;
}

/** Alice prepares her join, leaves the lobby, and prepares again. */
async function prepare({ alice }: FaultWorld): Promise<void> {
  const prepares = () => alice.insist(() => alice.room.prepare(), { isThere: false });
  await prepares();
  await alice.room.leave();
  await prepares();
}

const kindsOf = (entities: Iterable<{ kind: string }>) =>
  [...entities]
    .map(({ kind }) => kind)
    .sort()
    .join();

/** Actions of Bob while Alice is disconnected. */
async function actMeanwhile({ bob }: FaultWorld): Promise<void> {
  const { displayName, dataChannels } = bob.room.capabilities;
  const of = (wanted: string) => bob.room.producerOf(wanted);
  await of('microphone')?.pause();
  await of('camera')?.close();
  await bob.room.produce(bob.track('video'), { source: 'screen' });
  if (displayName) await bob.room.setDisplayName('Robert');
  if (!dataChannels) return;
  for (const dataProducer of bob.room.dataProducers.values()) await dataProducer.close();
  await bob.room.produceData({ label: 'from bob, later' });
}

/** Waits for the newest entities of Bob. After a rejoin, advances the clock until old entities that did not return are dropped. */
async function catchUp(world: FaultWorld): Promise<void> {
  const { alice, bob } = world;
  const hasNewest = () =>
    alice.consumersOf('bob').some(({ source }) => source === 'screen') &&
    (bob.room.dataProducers.size === 0 || alice.dataOf('bob').includes('from bob, later'));
  await world.until('alice receives what came meanwhile', () => alice.room.state === 'left' || hasNewest());
  if (alice.resumed.at(-1) === false) alice.clock.advance(5000);
}

/** Whether Alice receives Bob's producers, once each and in their state, at the client and at the server. */
function receives(world: FaultWorld): boolean {
  const { alice, bob } = world;
  const { remotePause } = alice.room.capabilities;
  const tell = (source: string, isPaused: boolean) => (remotePause && isPaused ? `${source}, paused` : source);
  const sent = [...bob.room.producers.values()].map(({ source, paused }) => tell(source, paused));
  const own = alice.consumersOf('bob').map(({ source, remotePaused }) => tell(source, remotePaused));
  return (
    alice.room.state === 'joined' &&
    own.sort().join() === sent.sort().join() &&
    kindsOf(world.peer('alice')?.receiving.consumers.values() ?? []) === kindsOf(bob.room.producers.values()) &&
    alice.room.peers.get('bob')?.displayName === bob.room.displayName
  );
}

/** Whether Alice has these producers, once each, at her client, at the server and at Bob's client. */
function sends(world: FaultWorld, kinds: string[]): boolean {
  const there = world.peer('alice')?.sending.producers.values() ?? [];
  const producers = world.alice.room.snapshot().producers;
  return [producers, there, world.bob.consumersOf('alice')].every((entities) => kindsOf(entities) === kinds.join());
}

function isPaused(world: FaultWorld, kind: string, paused: boolean): boolean {
  const there = [...(world.peer('alice')?.sending.producers.values() ?? [])].filter(
    (producer) => producer.kind === kind,
  );
  const [seen] = world.bob.consumersOf('alice').filter((consumer) => consumer.kind === kind);
  const isKnown = !world.bob.room.capabilities.remotePause || seen?.remotePaused === paused;
  return isKnown && there.length === 1 && there[0]?.paused === paused;
}

function isSoundPaused(world: FaultWorld): boolean {
  const there = [...(world.peer('alice')?.receiving.consumers.values() ?? [])].filter(({ kind }) => kind === 'audio');
  return (
    there.length === 1 && there[0]?.paused === true && world.alice.consumersOf('bob').some((one) => one.localPaused)
  );
}

/** Whether Alice's data channels exist at all three places, and she receives all of Bob's. */
function hasData(world: FaultWorld, own: string[]): boolean {
  const labelsOf = (entities: Iterable<{ label: string }>) =>
    [...entities]
      .map(({ label }) => label)
      .sort()
      .join();
  const { alice, bob } = world;
  const there = world.peer('alice');
  const others = labelsOf(bob.room.dataProducers.values());
  return (
    labelsOf(alice.room.dataProducers.values()) === own.join() &&
    labelsOf(there?.sending.dataProducers.values() ?? []) === own.join() &&
    bob.dataOf('alice').join() === own.join() &&
    labelsOf(there?.receiving.dataConsumers.values() ?? []) === others &&
    alice.dataOf('bob').join() === others
  );
}

function isAsWanted(world: FaultWorld): boolean {
  return (
    receives(world) &&
    sends(world, ['video']) &&
    isPaused(world, 'video', true) &&
    isSoundPaused(world) &&
    (!world.alice.room.capabilities.dataChannels || hasData(world, ['chat']))
  );
}
