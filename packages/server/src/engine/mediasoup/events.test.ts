import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { describe, expect, it } from 'vitest';
import { capturedLogs } from '../../testing/capturedLogs.ts';
import { createMediasoupBackend } from './index.ts';

/** `handled`: the listener exists as long as the entity. Otherwise the reason why no listener is needed. */
type Handling = 'handled' | { readonly ignored: string };

const ignored = (reason: string): Handling => ({ ignored: reason });
const ownClosing = ignored('only the code of this package closes the parent, and it closes the child as well');
const noSample = ignored('a trace that is never enabled');
const notUsed = ignored('this package creates no such entity');

type EventsOf<Name extends string> = Readonly<Record<Exclude<Name, `@${string}`>, Handling>>;

/** Every event of mediasoup, except internal ones (`@close`). */
const table = {
  WorkerEvents: {
    died: 'handled',
    subprocessclose: ignored('handled while a worker is closed; an unexpected exit is `died`'),
  } satisfies EventsOf<keyof types.WorkerEvents>,
  WebRtcServerEvents: {
    workerclose: ignored('the worker that died is replaced with its server'),
  } satisfies EventsOf<keyof types.WebRtcServerEvents>,
  RouterEvents: { workerclose: 'handled' } satisfies EventsOf<keyof types.RouterEvents>,
  TransportEvents: {
    routerclose: ownClosing,
    listenserverclose: ignored('the server closes only with its worker, which closes the router'),
    trace: 'handled',
  } satisfies EventsOf<keyof types.TransportEvents>,
  WebRtcTransportEvents: {
    icestatechange: 'handled',
    iceselectedtuplechange: ignored('another path of the same connection: nothing is lost'),
    dtlsstatechange: 'handled',
    sctpstatechange: 'handled',
    routerclose: ownClosing,
    listenserverclose: ignored('as TransportEvents'),
    trace: 'handled',
  } satisfies EventsOf<keyof types.WebRtcTransportEvents>,
  DirectTransportEvents: {
    rtcp: ignored('direct transports carry only data'),
    routerclose: ownClosing,
    listenserverclose: notUsed,
    trace: noSample,
  } satisfies EventsOf<keyof types.DirectTransportEvents>,
  PipeTransportEvents: {
    sctpstatechange: ignored('pipes between routers of one worker carry no data'),
    routerclose: ownClosing,
    listenserverclose: notUsed,
    trace: noSample,
  } satisfies EventsOf<keyof types.PipeTransportEvents>,
  PlainTransportEvents: {
    tuple: notUsed,
    rtcptuple: notUsed,
    sctpstatechange: notUsed,
    routerclose: notUsed,
    listenserverclose: notUsed,
    trace: notUsed,
  } satisfies EventsOf<keyof types.PlainTransportEvents>,
  ProducerEvents: {
    score: 'handled',
    transportclose: ownClosing,
    videoorientationchange: ignored('the RTP contains it too'),
    trace: 'handled',
  } satisfies EventsOf<keyof types.ProducerEvents>,
  ConsumerEvents: {
    score: 'handled',
    layerschange: 'handled',
    transportclose: ownClosing,
    producerclose: ownClosing,
    producerpause: ignored('the room pauses the producer, and notifies its consumers'),
    producerresume: ignored('the room resumes the producer, and notifies its consumers'),
    trace: noSample,
    rtp: ignored('only on direct transports, where a consumer closes before its first packet'),
  } satisfies EventsOf<keyof types.ConsumerEvents>,
  DataProducerEvents: { transportclose: ownClosing } satisfies EventsOf<keyof types.DataProducerEvents>,
  DataConsumerEvents: {
    sctpsendbufferfull: 'handled',
    bufferedamountlow: ignored('the worker has buffer space again, which no code waits for'),
    message: ignored('only on direct transports, where it is handled'),
    transportclose: ownClosing,
    dataproducerclose: ownClosing,
    dataproducerpause: ignored('data producers are never paused'),
    dataproducerresume: ignored('data producers are never paused'),
  } satisfies EventsOf<keyof types.DataConsumerEvents>,
  RtpObserverEvents: { routerclose: ownClosing } satisfies EventsOf<keyof types.RtpObserverEvents>,
  AudioLevelObserverEvents: {
    volumes: 'handled',
    silence: 'handled',
    routerclose: ownClosing,
  } satisfies EventsOf<keyof types.AudioLevelObserverEvents>,
  ActiveSpeakerObserverEvents: {
    dominantspeaker: 'handled',
    routerclose: ownClosing,
  } satisfies EventsOf<keyof types.ActiveSpeakerObserverEvents>,
} as const;

/** Returns the event types that the installed mediasoup declares, with the names that each adds to its base. */
function declaredEvents(): Map<string, string[]> {
  const lib = dirname(createRequire(import.meta.url).resolve('mediasoup'));
  const declared = new Map<string, string[]>();
  for (const file of readdirSync(lib).filter((name) => name.endsWith('Types.d.ts'))) {
    const text = readFileSync(join(lib, file), 'utf8');
    // Observers emit the same events for code that did not create the entity.
    for (const [, name, body] of text.matchAll(/export type (\w+(?<!Observer)Events) = (?:\w+ & )?\{([^}]*)\}/g))
      declared.set(
        name!,
        [...body!.matchAll(/^ {4}(\w+): \[/gm)].map(([, event]) => event!),
      );
  }
  return declared;
}

/** Returns the entities that mediasoup creates while the test uses all of the backend, by their event type. */
async function createdEntities() {
  const made: { type: string; entity: { listenerCount(event: string): number } }[] = [];
  const note = (type: string, entity: unknown) =>
    made.push({ type, entity: entity as (typeof made)[number]['entity'] });
  const handleWorker = (worker: types.Worker) => {
    note('WorkerEvents', worker);
    worker.observer.on('newrouter', (router) => {
      note('RouterEvents', router);
      router.observer.on('newtransport', (transport) => {
        if (transport.type === 'webrtc') note('WebRtcTransportEvents', transport);
        transport.observer.on('newproducer', (producer) => note('ProducerEvents', producer));
        transport.observer.on('newconsumer', (consumer) => note('ConsumerEvents', consumer));
        transport.observer.on('newdataconsumer', (one) => {
          if (one.type === 'sctp') note('DataConsumerEvents', one);
        });
      });
      router.observer.on('newrtpobserver', (observer) =>
        note(observer.type === 'audiolevel' ? 'AudioLevelObserverEvents' : 'ActiveSpeakerObserverEvents', observer),
      );
    });
  };
  mediasoup.observer.once('newworker', handleWorker);
  await using backend = Object.assign(await createMediasoupBackend({ logger: capturedLogs().logger, workers: 1 }), {
    [Symbol.asyncDispose]: () => backend.close(),
  });
  const router = await backend.createRouter();
  await router.createSpeechObserver({ intervalMs: 1000, thresholdDbov: -60 });
  const transport = await router.createWebRtcTransport({ forceTcp: false, enableSctp: true, reportBwe: true });
  const producer = await transport.produce({ kind: 'audio', rtpParameters: opus, paused: false });
  const rtpCapabilities = router.matchRtpCapabilities(router.rtpCapabilities);
  await transport.consume({ producerId: producer.id, rtpCapabilities, paused: true });
  const direct = await router.createDirectTransport({ maxConsumedBytes: 100, maxProducedBytes: 100 });
  const { id: dataProducerId } = await direct.produceData({ label: 'chat', protocol: '' });
  await transport.consumeData({ dataProducerId, paused: true });
  const emitters = made.map(({ type, entity }) => ({
    type,
    events: Object.keys(table[type as keyof typeof table]).filter((event) => entity.listenerCount(event) > 0),
  }));
  return emitters;
}

const opus = {
  codecs: [{ mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc: 1234 }],
};

describe('events of mediasoup', () => {
  it('are each handled, or ignored for a reason, in the installed version', () => {
    const declared = declaredEvents();
    expect(declared.get('DataConsumerEvents')).toContain('sctpsendbufferfull');
    const missing = [...declared].flatMap(([type, events]) =>
      events
        .filter((event) => !(event in Object(table[type as keyof typeof table])))
        .map((event) => `${type}.${event}`),
    );
    expect(missing).toEqual([]);
  });

  it('have a listener when the table lists one, and none otherwise', async () => {
    const emitters = await createdEntities();
    expect(new Set(emitters.map(({ type }) => type))).toEqual(
      new Set([
        'WorkerEvents',
        'RouterEvents',
        'WebRtcTransportEvents',
        'ProducerEvents',
        'ConsumerEvents',
        'DataConsumerEvents',
        'AudioLevelObserverEvents',
        'ActiveSpeakerObserverEvents',
      ]),
    );
    for (const { type, events } of emitters) {
      const wanted = Object.entries(table[type as keyof typeof table]).flatMap(([event, handling]) =>
        handling === 'handled' ? [event] : [],
      );
      expect([type, ...events]).toEqual([type, ...wanted]);
    }
  });
});
