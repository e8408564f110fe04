import type { Plugin } from 'vite';

/**
 * Members that modules of this package share, and that no declaration file names. Each is one word of several parts, so that none
 * stands in a text or a comment. What a protocol, a browser or mediasoup-client reads by its name is not among them.
 */
const names = `
  answersHeartbeats applyJoin areSure askIf assertOpen breakBy closeThere closeWhere comesBackAnew deleteOf dialectName directionOf
  dropUnrestored dueAt forwardsDescriptor handleAccepted handleAnnounced handleClosed handleDisplayName handleEntered handleFailed
  handleInfo handleJoined handleLayers handleListeners handleOffer handleOffered handleOnline handlePreferredLayers handleRebuilt
  handleReconnecting handleRemotePaused handleResumed handleScore handleServerPaused handleSession handleSessionLost handleState
  handleStats handleTooSoon handleTransportState handleWake hasSctp hasSession ignoresModes inFlight isBlack isChange
  isConnectionClosed isCurrent isFormer isHastened isMidRewritten isMissed isOwnPusher isPardoned isResumable isSilent
  isTaken isTooSoon joinRequest joinWith keepChannel keepOnly limitLayers markEntered markReady mayFallSilent mayRejoin
  namesPeer ofStream ofTrack onAnswered onAttempt onBlocked onConnectLost onDead onEnded onEntered onEvent onForgotten onGivenUp
  onHeard onLayersRefused onLost onMuteChanged onNotification onPaused onPlaying onPublished 
  onRefused onReplaced onRequest onRollback onSample onSilent onSpeaker onStopRefused onUnanswered
  onWake pauseNews peerOf producerOf producesPaused queriesRoom readStats refusedOffers rejectAll reportListenerError sendCodecs
  sendsDescriptor sentAt setReconnecting setTrack takeOver toError wasConnected
`
  .trim()
  .split(/\s+/);

const shorts = new Map(names.map((name, index) => [name, `$${index.toString(36)}`]));
const member = new RegExp(`(?<![\\w$#])(?:${names.join('|')})(?![\\w$])`, 'g');
const quoted = new RegExp(`(["'\`])(?:${names.join('|')})\\1`);

/** Gives internal members of this package short names, the same in every module. Lines stay lines, for the source map. */
export const internalNames: Plugin = {
  name: 'internal-names',
  enforce: 'pre',
  transform(code, id) {
    if (!/\/client\/src\/.*\.ts$/.test(id)) return null;
    const text = quoted.exec(code);
    if (text !== null) this.error(`${id} reaches a member by its text: ${text[0]}`);
    return { code: code.replace(member, (name) => shorts.get(name) ?? name), map: null };
  },
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk' || !chunk.fileName.endsWith('.d.ts')) continue;
      const found = chunk.code.match(member) ?? [];
      if (found.length > 0) this.error(`${chunk.fileName} names ${found.join(', ')}`);
    }
  },
};
