import type { RtpCapabilities, Written } from '@tureen/protocol/common';
import { refusals } from '@tureen/protocol/push-pull';
import type { ClientData, PullSpec, ResponseData } from '@tureen/protocol/push-pull';
import type { Producer } from '../../rooms/Producer.ts';
import { refused } from '../Connection.ts';
import { connect } from './connect.ts';
import { PullConnection } from './PullConnection.ts';
import type { RequestContext } from './requests.ts';
import { isRtx } from './sdp/codecNames.ts';
import { OfferError } from './sdp/OfferError.ts';
import { planPull } from './sdp/planPull.ts';
import type { PlannedPull, WantedMedia } from './sdp/planPull.ts';
import { readOffer } from './sdp/readOffer.ts';
import type { Offer } from './sdp/readOffer.ts';
import { writeAnswer } from './sdp/writeAnswer.ts';
import type { AnsweredSection } from './sdp/writeAnswer.ts';
import { streamIdOf } from './sdp/streamIdOf.ts';

/** Producer that a pull names. */
interface Wanted extends WantedMedia {
  readonly producer: Producer;
}

/**
 * Answers a pull, on a new connection or on the connection on which the client offers again.
 *
 * @throws OfferError, ProtocolError, RoomError, MediaError. Nothing has changed then.
 */
export async function pull(
  context: RequestContext,
  { targetUserId, sdp, specs }: ClientData<'pull'>,
): Promise<Written<ResponseData<'pull'>>> {
  const { user } = context;
  const { peer, connections, notifier } = user;
  const producers = producersOf(context, targetUserId, specs);
  const offer = readOffer(sdp, context.settings);
  const known = connections.pullConnection(offer.connectionKey, targetUserId);
  const wanted = producers.map((producer) => ({
    producer,
    kind: producer.kind,
    rtpParameters: producer.consumableRtpParameters,
    mid: known?.midOf(producer),
    canReceive: (rtpCapabilities: RtpCapabilities) => peer.receiving.canPull(producer, rtpCapabilities),
  }));
  const plan = planPull(offer, wanted, {
    reserved: new Set(known?.sections.keys()),
    allowUnusable: context.settings.isRtcPilot,
  });
  const connection = known ?? (await open(context, offer, targetUserId, plan));
  if (known !== undefined) await extend(context, known, plan);
  // The newest of two pulls wins: a client does not need the same media twice.
  for (const former of [...peer.receiving.consumers.values()]) {
    if (former.transport === connection.transport || !producers.includes(former.producer)) continue;
    former.close('owner');
    connections.prune(former.transport);
  }
  connections.addPullConnection(offer.connectionKey, connection);
  connections.expect(connection.transport);
  const answer = writeAnswer(offer, connection.transport, answeredSections(offer, connection));
  if (!notifier.extensions.has('pulled')) return { sdp: answer };
  return {
    sdp: answer,
    pulled: plan.sections.map(({ mid, wanted: { producer } }) => ({ pusherId: producer.id, mid })),
  };
}

/** Creates a connection and its consumers. */
function open(
  context: RequestContext,
  offer: Offer,
  targetUserId: string,
  plan: PlannedPull<Wanted>,
): Promise<PullConnection> {
  const { peer, connections } = context.user;
  // A client that offers again may use payload types for video that an offer of audio does not show.
  const isOpen = connections.mayOfferAgain && !offer.sections.some(({ kind }) => kind === 'video');
  const isRenumbered = !plan.isAligned || isOpen;
  const options = { isProducing: false, isConsuming: true, renumbers: isRenumbered };
  return connect(peer, options, offer, async (transport) => {
    const connection = new PullConnection({ transport, targetUserId, isRenumbered });
    await extend(context, connection, plan);
    return connection;
  });
}

/** Creates the missing consumers of the connection: all or none. */
async function extend(
  { user: { peer } }: RequestContext,
  connection: PullConnection,
  { sections, isAligned }: PlannedPull<Wanted>,
): Promise<void> {
  const { transport, isRenumbered } = connection;
  if (!isRenumbered && !isAligned)
    throw new OfferError('the payload types of a connection cannot change with a further pull');
  const made = new Map<string, Parameters<typeof connection.sections.set>[1]>();
  try {
    for (const { wanted, mid, rtpCapabilities, payloadType } of sections) {
      if (wanted.mid !== undefined) continue;
      const { producer } = wanted;
      const consumer = await peer.receiving.pull(
        producer,
        isRenumbered
          ? { transport, mid, payloadType, rtpCapabilities: withoutRtx(rtpCapabilities) }
          : { transport, mid, rtpCapabilities },
      );
      made.set(mid, { producer, consumer, rtpParameters: consumer.rtpParameters });
    }
  } catch (error) {
    for (const { consumer } of made.values()) consumer.close('owner');
    throw error;
  }
  for (const [mid, section] of made) connection.sections.set(mid, section);
}

/** Where payload types change, retransmissions have a payload type that the offer lacks. */
function withoutRtx({ codecs = [], ...rest }: RtpCapabilities): RtpCapabilities {
  return { ...rest, codecs: codecs.filter(({ mimeType }) => !isRtx(mimeType)) };
}

/** Returns every section of the connection, including those whose pusher closed. */
function answeredSections({ sections }: Offer, connection: PullConnection): ReadonlyMap<string, AnsweredSection> {
  const answered = new Map<string, AnsweredSection>();
  for (const [mid, { producer, consumer, rtpParameters }] of connection.sections) {
    if (!sections.some((section) => section.mid === mid && section.isReceiving)) continue;
    const msid = { streamId: streamIdOf(producer), trackId: producer.id };
    answered.set(
      mid,
      consumer.closed ? { direction: 'inactive', rtpParameters } : { direction: 'sendonly', rtpParameters, msid },
    );
  }
  return answered;
}

/** Returns the producers that a pull names, each once. RTCPilot ignores unknown pushers. */
function producersOf(context: RequestContext, targetUserId: string, specs: readonly PullSpec[]): readonly Producer[] {
  const { isRtcPilot } = context.settings;
  const found = specs.map((spec, index) => producerOf(context, targetUserId, spec, index));
  const producers = found.filter((producer) => producer !== undefined);
  const unknown = specs[found.indexOf(undefined)];
  if (unknown !== undefined && (!isRtcPilot || producers.length === 0))
    throw refused(refusals.pusherNotFound(unknown.pusherId));
  if (producers.length === 0)
    throw refused(refusals.invalid('pull', { path: 'specs', message: 'Expected at least 1' }));
  if (new Set(producers).size < producers.length)
    throw refused(refusals.invalid('pull', { path: 'specs', message: 'Expected each pusher once' }));
  return producers;
}

/**
 * Returns the producer that one spec of a pull names. The user's own pushers, closed pushers and those of other users all
 * count as unknown.
 */
function producerOf(
  { user: { roomId, peer }, registry }: RequestContext,
  targetUserId: string,
  { pusherId, type }: PullSpec,
  index: number,
): Producer | undefined {
  const target = registry.get(roomId)?.peers.get(targetUserId);
  const producer = target === peer ? undefined : target?.sending.producers.get(pusherId);
  if (producer === undefined || producer.kind === type) return producer;
  const message = `Expected ${producer.kind}`;
  throw refused(refusals.invalid('pull', { path: `specs.${String(index)}.type`, message }));
}
