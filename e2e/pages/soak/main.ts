import {
  type Consumer,
  type Dialect,
  ProtooTransport,
  Room,
  mediasoupV2,
  mediasoupV2Alpha,
  mediasoupV2Beta,
  mediasoupV3,
  pushPull,
} from '@tureen/client';
import type { DialectName } from '../../dialects.ts';

/** Page in which calls start and end. Keeps only weak references for a spec to count what remains. */
const tiles = document.querySelector<HTMLElement>('[data-testid=tiles]')!;

const dialectOf: Record<DialectName, () => Dialect> = {
  'mediasoup-v3': mediasoupV3,
  'mediasoup-v2': mediasoupV2,
  'mediasoup-v2-beta': mediasoupV2Beta,
  'mediasoup-v2-alpha': mediasoupV2Alpha,
  'push-pull': pushPull,
};

export interface CallRequest {
  readonly serverUrl: string;
  readonly roomId: string;
  readonly dialect: DialectName;
  /** Whether to wait until each camera plays at the other end. */
  readonly watches: boolean;
}

const patience = { timeoutMs: 20_000 };
const prototypes = new Map<string, object>();
const refs = new Map<string, WeakRef<object>[]>();

/** Registers an object under its kind. */
function note(kind: string, one: object): void {
  prototypes.set(kind, Object.getPrototypeOf(one) as object);
  const kin = refs.get(kind) ?? [];
  refs.set(kind, kin);
  kin.push(new WeakRef(one));
}

function noteAll(room: Room): void {
  note('Room', room);

  for (const peer of room.peers.values()) note('Peer', peer);
  for (const producer of room.producers.values()) {
    note('Producer', producer);
    note('MediaStreamTrack', producer.track);
  }
  for (const consumer of room.consumers.values()) {
    note('Consumer', consumer);
    if (consumer.track !== null) note('MediaStreamTrack', consumer.track);
  }
}

async function plays(consumer: Consumer): Promise<void> {
  const element = consumer.attach();
  tiles.append(element);
  if (consumer.kind === 'video') await new Promise((resolve) => consumer.once('playing', resolve));
}

/**
 * Waits until the media of both directions is connected. Chromium never releases a connection that is closed before it has reported a
 * change of its state.
 */
function isConnected(room: Room): Promise<unknown> {
  const directions = new Set<string>();
  return room.waitFor('transportStateChanged', {
    where: ({ direction, state }) => state === 'connected' && directions.add(direction).size === 2,
    ...patience,
  });
}

/** A call: two peers join, receive audio and one camera, and leave. */
async function call({ serverUrl, roomId, dialect, watches }: CallRequest): Promise<void> {
  const [alice, bob] = ['alice', 'bob'].map(
    (peerId) =>
      new Room({
        roomId,
        peerId,
        dialect: dialectOf[dialect](),
        transport: new ProtooTransport({ url: serverUrl }),
        reconnectPolicy: null,
      }),
  ) as [Room, Room];
  const both = [alice, bob];
  const received = both.map((room) => {
    let count = 0;
    const wanted = room === bob ? 2 : 1;
    return room.waitFor('newConsumer', { where: () => ++count === wanted, ...patience });
  });
  const connected = both.map(isConnected);
  await Promise.all(both.map((room) => room.join()));
  await Promise.all([
    alice.enableCamera({ preset: 'h180', simulcast: false }),
    ...both.map((room) => room.enableMicrophone()),
  ]);
  await Promise.all([...received, ...connected]);
  if (alice.capabilities.dataChannels) {
    const arrived = bob.waitFor('newDataConsumer', patience);
    note('DataProducer', await alice.produceData());
    note('DataConsumer', (await arrived).dataConsumer);
  }
  if (watches) await Promise.all(both.flatMap((room) => [...room.consumers.values()].map((one) => plays(one))));
  for (const room of both) noteAll(room);
  await Promise.all(both.map((room) => room.leave()));
  tiles.replaceChildren();
}

const page = {
  call,
  /** Number of created objects of each kind. */
  born: () => Object.fromEntries([...refs].map(([kind, kin]) => [kind, kin.length])),
  /** Number of live objects of each kind. Collect garbage first. */
  alive: () =>
    Object.fromEntries([...refs].map(([kind, kin]) => [kind, kin.filter((ref) => ref.deref() !== undefined).length])),
  /** Prototypes by which instances of a kind can be found. */
  prototypes,
};

declare global {
  interface Window {
    soak: typeof page;
  }
}

window.soak = page;
