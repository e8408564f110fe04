import { PlainRoom } from './PlainRoom.ts';

/** Work of a scenario, after its preparation. */
export interface Prepared {
  /** Resolves with the number of units done. */
  work(): Promise<number>;
  end(): Promise<void>;
}

/** Prepares work on the server of that URL. Only the work is measured. */
export type Scenario = (url: string) => Promise<Prepared>;

/** Members that join at the same time: a machine accepts only so many pending connections. */
const JOINING_AT_ONCE = 10;

let rooms = 0;

function newRoom(url: string): PlainRoom {
  rooms += 1;
  return new PlainRoom(url, `plain-${String(rooms)}`);
}

async function fill(room: PlainRoom, size: number, sends: boolean): Promise<void> {
  for (let joined = 0; joined < size; joined += JOINING_AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(JOINING_AT_ONCE, size - joined) }, () => room.join({ sends })));
}

/** All members start to send audio and video to all others. Resolves with the number of consumers. */
async function sendAll(room: PlainRoom): Promise<number> {
  await Promise.all(room.members.flatMap((member) => [member.produce('audio'), member.produce('video')]));
  const { length } = room.members;
  const consumers = length * (length - 1) * 2;
  await room.reaches('newConsumer', consumers);
  return consumers;
}

/** Everyone in a room starts to send audio and video to all others. Unit: a consumer. */
export function consumers(size: number): Scenario {
  return async (url) => {
    const room = newRoom(url);
    await fill(room, size, true);
    return { work: () => sendAll(room), end: () => room.close() };
  };
}

/** Pairs join, send audio and video to each other, and leave. So many pairs at once that the server never waits. Unit: a join. */
export function joins(pairs: number, atOnce: number): Scenario {
  return async (url) => ({
    async work() {
      let left = pairs;
      const lane = async () => {
        while (left > 0) {
          left -= 1;
          const room = newRoom(url);
          await fill(room, 2, true);
          await sendAll(room);
          await room.close();
        }
      };
      await Promise.all(Array.from({ length: atOnce }, lane));
      return pairs * 2;
    },
    end: async () => {},
  });
}

/**
 * In a room that receives one sender, one peer after the other changes its name, and the sender pauses or resumes after each.
 * All others are notified. Unit: a notification.
 */
export function notifications(size: number, changes: number): Scenario {
  return async (url) => {
    const room = newRoom(url);
    const sender = await room.join({ sends: true });
    await fill(room, size - 1, false);
    const producerId = await sender.produce('audio');
    await room.reaches('newConsumer', size - 1);
    return {
      async work() {
        for (let change = 0; change < changes; change += 1) {
          const peer = room.members[change % size]?.peer;
          await peer?.request('changeDisplayName', { displayName: `name ${String(change)}` });
          await sender.peer.request(change % 2 === 0 ? 'pauseProducer' : 'resumeProducer', { producerId });
        }
        const ofNames = changes * (size - 1);
        await room.reaches('peerDisplayNameChanged', ofNames);
        await room.reaches('consumerPaused', Math.ceil(changes / 2) * (size - 1));
        await room.reaches('consumerResumed', Math.floor(changes / 2) * (size - 1));
        return 2 * ofNames;
      },
      end: () => room.close(),
    };
  };
}

/** Rooms in which everyone sends audio and video to all others, and stays. Unit: a peer. */
export function standing(peers: number, roomSize: number): Scenario {
  return async (url) => {
    const open: PlainRoom[] = [];
    return {
      async work() {
        for (let filled = 0; filled < peers; filled += roomSize) {
          const room = newRoom(url);
          open.push(room);
          await fill(room, roomSize, true);
          await sendAll(room);
        }
        return peers;
      },
      async end() {
        for (const room of open) await room.close();
      },
    };
  };
}
