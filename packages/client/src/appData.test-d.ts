import { describe, expectTypeOf, test } from 'vitest';
import type {
  Consumer,
  DataConsumer,
  DataProducer,
  JoinOptions,
  Peer,
  PeerEvents,
  ProduceOptions,
  Producer,
  Room,
  RoomAppData,
  RoomEvents,
  ScreenShare,
  Source,
} from './index.ts';

interface Profile {
  readonly role: 'host' | 'guest';
}
type TrackInfo = { title: string };
type ChannelInfo = { channel: 'chat' | 'files' };
type Types = { peer: Profile; producer: TrackInfo; dataProducer: ChannelInfo };

declare const room: Room;
declare const typed: Room<Types>;
declare const track: MediaStreamTrack;

describe('types of appData', () => {
  test('types appData of the server as unknown, and of the app as a plain object, without types', () => {
    expectTypeOf<Peer['appData']>().toEqualTypeOf<unknown>();
    expectTypeOf<Consumer['appData']>().toEqualTypeOf<unknown>();
    expectTypeOf<DataConsumer['appData']>().toEqualTypeOf<unknown>();
    expectTypeOf<Producer['appData']>().toExtend<Readonly<Record<string, unknown>>>();
    expectTypeOf<Producer['appData']['title']>().toEqualTypeOf<unknown>();
    expectTypeOf<DataProducer['appData']>().toEqualTypeOf<Readonly<Record<string, unknown>> | undefined>();
    expectTypeOf<JoinOptions['appData']>().toEqualTypeOf<unknown>();
    expectTypeOf<ProduceOptions['appData']>().toEqualTypeOf<Record<string, unknown> | undefined>();
  });

  test('takes the type of appData first for an entity, as in mediasoup-client', () => {
    expectTypeOf<Producer<TrackInfo>['appData']['title']>().toEqualTypeOf<string>();
    expectTypeOf<Producer<TrackInfo>['appData']['source']>().toEqualTypeOf<Source>();
    expectTypeOf<DataProducer<ChannelInfo>['appData']>().toEqualTypeOf<Readonly<ChannelInfo> | undefined>();
    expectTypeOf<Consumer<TrackInfo>['appData']>().toEqualTypeOf<TrackInfo>();
    expectTypeOf<DataConsumer<ChannelInfo>['appData']>().toEqualTypeOf<ChannelInfo>();
    expectTypeOf<Peer<Profile>['appData']>().toEqualTypeOf<Profile>();
    // @ts-expect-error A track cannot have a text as appData.
    expectTypeOf<Producer<string>>();
  });

  test('infers the type in produce() and the enable calls, or takes the given one', () => {
    expectTypeOf(room.produce(track, { appData: { title: 'slides' } })).resolves.toEqualTypeOf<
      Producer<{ title: string }>
    >();
    expectTypeOf(room.produce<TrackInfo>(track)).resolves.toEqualTypeOf<Producer<TrackInfo>>();
    expectTypeOf(room.produce(track)).resolves.toEqualTypeOf<Producer>();
    expectTypeOf(room.produceData({ appData: { n: 5 } })).resolves.toEqualTypeOf<DataProducer<{ n: number }>>();
    expectTypeOf(room.enableCamera<TrackInfo>()).resolves.toEqualTypeOf<Producer<TrackInfo>>();
    expectTypeOf(room.enableMicrophone({ appData: { n: 5 } })).resolves.toEqualTypeOf<Producer<{ n: number }>>();
    expectTypeOf(room.enableScreenShare<TrackInfo>()).resolves.toEqualTypeOf<ScreenShare<TrackInfo>>();
    expectTypeOf<ScreenShare<TrackInfo>['video']>().toEqualTypeOf<Producer<TrackInfo>>();
    expectTypeOf({ appData: { title: 'slides' } }).toExtend<NonNullable<Parameters<Room['produce']>[1]>>();
    // @ts-expect-error appData is an object.
    void room.produce(track, { appData: 'slides' });
    // @ts-expect-error An array is not a plain object.
    void room.produceData({ appData: ['slides'] });
  });

  test('gives the types of a room to its collections, its events and its producers', () => {
    const peer = typed.peers.get('bob');
    expectTypeOf(peer?.appData).toEqualTypeOf<Profile | undefined>();
    expectTypeOf(peer?.consumerOf('camera')?.appData).toEqualTypeOf<TrackInfo | undefined>();
    expectTypeOf(typed.consumers.get('c')?.appData.title).toEqualTypeOf<string | undefined>();
    expectTypeOf(typed.consumers.get('c')?.peer.appData.role).toEqualTypeOf<'host' | 'guest' | undefined>();
    expectTypeOf(typed.dataConsumers.get('d')?.appData).toEqualTypeOf<ChannelInfo | undefined>();
    expectTypeOf(typed.dataConsumers.get('d')?.peer?.appData).toEqualTypeOf<Profile | undefined>();
    expectTypeOf(typed.producerOf('screen')?.appData.title).toEqualTypeOf<string | undefined>();
    expectTypeOf(typed.producers.get('p')).toEqualTypeOf<Producer<TrackInfo> | undefined>();
    expectTypeOf(typed.dataProducers.get('p')).toEqualTypeOf<DataProducer<ChannelInfo> | undefined>();
    typed.on('newConsumer', ({ consumer, peer: sender }) => {
      expectTypeOf(consumer.appData).toEqualTypeOf<TrackInfo>();
      expectTypeOf(sender.appData).toEqualTypeOf<Profile>();
    });
    typed.peers.get('bob')?.on('newDataConsumer', ({ dataConsumer }) => {
      expectTypeOf(dataConsumer.appData).toEqualTypeOf<ChannelInfo>();
    });
    expectTypeOf(typed.waitFor('newPeer')).resolves.toEqualTypeOf<RoomEvents<Types>['newPeer']>();
    expectTypeOf(typed.produce(track)).resolves.toEqualTypeOf<Producer<TrackInfo>>();
    void typed.join({ appData: { role: 'guest' } });
    // @ts-expect-error No such role.
    void typed.join({ appData: { role: 'visitor' } });
    // @ts-expect-error The title is a text.
    void typed.produce(track, { appData: { title: 5 } });
    // @ts-expect-error No such channel.
    void typed.produceData({ appData: { channel: 'voice' } });
  });

  test('leaves types unknown that a room does not name', () => {
    type Some = Room<{ peer: Profile }>;
    expectTypeOf<NonNullable<ReturnType<Some['consumers']['get']>>['appData']>().toEqualTypeOf<unknown>();
    expectTypeOf<NonNullable<ReturnType<Some['peers']['get']>>['appData']>().toEqualTypeOf<Profile>();
  });

  test('passes a typed room, peer, consumer or producer where any is expected', () => {
    expectTypeOf<Room<Types>>().toExtend<Room>();
    expectTypeOf<Peer<Profile, Types>>().toExtend<Peer>();
    expectTypeOf<Consumer<TrackInfo, Types>>().toExtend<Consumer>();
    expectTypeOf<DataConsumer<ChannelInfo, Types>>().toExtend<DataConsumer>();
    expectTypeOf<Producer<TrackInfo>>().toExtend<Producer>();
    expectTypeOf<DataProducer<ChannelInfo>>().toExtend<DataProducer>();
    expectTypeOf<PeerEvents<Types>>().toExtend<PeerEvents>();
    expectTypeOf<Types>().toExtend<RoomAppData>();
  });

  interface TrackLabels {
    readonly title: string;
  }

  test('accepts an interface as the type, as well as a type alias', () => {
    const labeled = {} as Room<{ producer: TrackLabels; dataProducer: TrackLabels }>;
    const labels = {} as TrackLabels;
    expectTypeOf(labeled.producerOf('screen')?.appData.title).toEqualTypeOf<string | undefined>();
    expectTypeOf(labeled.produce(track, { appData: labels })).resolves.toEqualTypeOf<Producer<TrackLabels>>();
    expectTypeOf(labeled.produceData({ appData: labels })).resolves.toEqualTypeOf<DataProducer<TrackLabels>>();
    expectTypeOf(room.enableScreenShare({ appData: labels })).resolves.toEqualTypeOf<ScreenShare<TrackLabels>>();
    expectTypeOf<typeof labeled>().toExtend<Room>();
    expectTypeOf<Producer<TrackLabels>>().toExtend<Producer>();
    expectTypeOf<DataProducer<TrackLabels>>().toExtend<DataProducer>();
    // @ts-expect-error The title is a text.
    void labeled.produce(track, { appData: { title: 5 } });
  });
});
