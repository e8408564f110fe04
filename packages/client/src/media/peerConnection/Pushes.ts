import type { MediaKind } from '@tureen/protocol/common';

import { toTureenError } from '../../shared/errors.ts';
import {
  mayBeTheOther,
  type PeerConnectionHandlers,
  type PeerConnectionPushOptions,
  type PushExchange,
} from '../PeerConnectionMedia.ts';
import { canOffer } from './codecs.ts';
import { PushConnection, type PushConnectionOptions } from './PushConnection.ts';
import type { PushedTrack } from './PushedTrack.ts';

/**
 * Pushes of a session. In profile `standard` each track has a connection, which closes with the track. RTCPilot never ends a
 * push, and its own client pulls the pushers of a single `newPusher`. In profile `rtcpilot` the first push therefore offers an
 * audio and a video section, one of them without a track. A free section carries the next track of its kind.
 */
export class Pushes {
  readonly #options: Omit<PushConnectionOptions, 'kinds' | 'isKept'>;
  readonly #connections = new Set<PushConnection>();
  /** Whether the server or the browser refuses an offer with two sections. */
  #isJointRefused = false;

  constructor(options: Omit<PushConnectionOptions, 'kinds' | 'isKept'>) {
    this.#options = options;
  }

  async push(
    options: PeerConnectionPushOptions,
    exchange: PushExchange,
    handlers: PeerConnectionHandlers,
  ): Promise<PushedTrack> {
    const kind = options.track.kind as MediaKind;
    if (this.#options.profile !== 'rtcpilot') return this.#open([kind], options, exchange, handlers);
    for (const connection of this.#connections) {
      const section = connection.reserve(kind);
      if (section === null) continue;
      await connection.ready;
      if (!connection.closed) return connection.attach(section, options, handlers);
    }
    const isJoint = [...this.#connections].some((one) => !one.closed && one.has('audio') && one.has('video'));
    if (!isJoint && !this.#isJointRefused && canOffer('video', 'rtcpilot')) {
      try {
        return await this.#open(['audio', 'video'], options, exchange, handlers);
      } catch (error) {
        if (!mayBeTheOther.has(toTureenError(error, 'mediaFailed').code)) throw error;
      }
    }
    const producer = await this.#open([kind], options, exchange, handlers);
    this.#isJointRefused ||= !isJoint;
    return producer;
  }

  #open(
    kinds: readonly MediaKind[],
    ...push: [PeerConnectionPushOptions, PushExchange, PeerConnectionHandlers]
  ): Promise<PushedTrack> {
    for (const one of this.#connections) if (one.closed) this.#connections.delete(one);
    const isKept = this.#options.profile === 'rtcpilot';
    const connection = new PushConnection({ ...this.#options, kinds, isKept }, ...push);
    if (isKept) this.#connections.add(connection);
    return connection.first;
  }
}
