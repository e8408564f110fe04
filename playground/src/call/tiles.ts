import type { Consumer, Peer, Producer } from '@tureen/client';
import type { Call } from './Call.ts';

/** Content of a tile: a person, or a screen that a person shares. */
export interface TileModel {
  /** Identifies a tile across renderings. */
  readonly key: string;
  readonly kind: 'camera' | 'screen';
  readonly peerId: string;
  readonly name: string;
  readonly isLocal: boolean;
  /** Dialect of the peer. Null where the server does not report it. */
  readonly dialect: string | null;
  /** `off`: the peer has no microphone producer. */
  readonly microphone: 'on' | 'muted' | 'off';
  readonly camera: 'on' | 'off';
  readonly isSpeaking: boolean;
  readonly isReconnecting: boolean;
  /** Why there is no picture. Null where a picture shows, or without a track. */
  readonly note: string | null;
  /** Consumers that the tile plays. */
  readonly consumers: readonly Consumer[];
  /** Local producers that the tile shows. Empty for remote peers. */
  readonly producers: readonly Producer[];
}

/** Returns all tiles: the local peer first, then the remote peers in join order, each followed by their screens. */
export function tilesOf(call: Call): TileModel[] {
  return [...localTiles(call), ...[...call.room.peers.values()].flatMap((peer) => peerTiles(call, peer))];
}

function localTiles({ room, media, speakers }: Call): TileModel[] {
  const microphone = media.producerOf('microphone');
  const camera = media.producerOf('camera');
  const screen = media.producerOf('screen');
  const own = {
    peerId: room.peerId,
    name: room.displayName,
    isLocal: true,
    dialect: room.dialect,
    isReconnecting: false,
    note: null,
  };
  const tiles: TileModel[] = [
    {
      ...own,
      key: 'self',
      kind: 'camera',
      microphone: microphone === null ? 'off' : microphone.paused ? 'muted' : 'on',
      camera: media.isOn('camera') ? 'on' : 'off',
      isSpeaking: media.isOn('microphone') && speakers.has(room.peerId),
      consumers: [],
      producers: [camera, microphone].filter((producer) => producer !== null),
    },
  ];
  if (screen !== null) {
    tiles.push({
      ...own,
      key: 'self/screen',
      kind: 'screen',
      microphone: 'off',
      camera: 'on',
      isSpeaking: false,
      consumers: [],
      producers: [screen],
    });
  }
  return tiles;
}

function peerTiles({ speakers }: Call, peer: Peer): TileModel[] {
  const consumers = newestOfEachSource(peer);
  const videos = consumers.filter((consumer) => consumer.kind === 'video');
  const bySource = (source: string) => consumers.find((consumer) => consumer.source === source);
  // Clients that don't name their sources usually send a camera.
  const camera = bySource('camera') ?? videos.find((consumer) => consumer.source !== 'screen') ?? null;
  const screens = videos.filter((consumer) => consumer !== camera);
  const screenSound = screens.length === 0 ? undefined : bySource('screenAudio');
  const sounds = consumers.filter((consumer) => consumer.kind === 'audio' && consumer !== screenSound);
  const microphone = sounds.find((consumer) => consumer.source !== 'screenAudio') ?? null;
  const theirs = {
    peerId: peer.id,
    name: peer.displayName,
    isLocal: false,
    dialect: peer.dialect ?? null,
    isReconnecting: peer.reconnecting,
    producers: [],
  };
  return [
    {
      ...theirs,
      key: `peer/${peer.id}`,
      kind: 'camera',
      microphone: microphone === null ? 'off' : microphone.remotePaused ? 'muted' : 'on',
      camera: camera !== null && isShown(camera) ? 'on' : 'off',
      isSpeaking: microphone?.remotePaused === false && speakers.has(peer.id),
      note: camera === null ? null : noteOf(camera),
      consumers: camera === null ? sounds : [camera, ...sounds],
    },
    ...screens.map((screen, index): TileModel => ({
      ...theirs,
      key: `peer/${peer.id}/screen/${screen.producerId}`,
      kind: 'screen',
      microphone: 'off',
      camera: isShown(screen) ? 'on' : 'off',
      isSpeaking: false,
      note: noteOf(screen),
      consumers: index === 0 && screenSound !== undefined ? [screen, screenSound] : [screen],
    })),
  ];
}

/** After a reconnect, an old and a new consumer of a source briefly coexist. Keeps all consumers without a source. */
function newestOfEachSource(peer: Peer): Consumer[] {
  const consumers = [...peer.consumers.values()];
  const key = ({ kind, source }: Consumer) => `${kind} ${source}`;
  const newest = new Map(consumers.map((consumer) => [key(consumer), consumer]));
  return consumers.filter((consumer) => consumer.source === 'unknown' || newest.get(key(consumer)) === consumer);
}

const isShown = (consumer: Consumer) => consumer.supported && consumer.subscribed && !consumer.paused;

function noteOf(consumer: Consumer): string | null {
  if (!consumer.supported) return 'This browser cannot decode the video';
  return null;
}
