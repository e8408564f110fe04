/** Recorded offers and fake browser connections for `@tureen/testkit`. Needs vitest. Resolves in this workspace only. */
export {
  chromiumVideo,
  fakeBrowser,
  type FakeBrowserOptions,
  type FakeRtcPeerConnection,
  offerOf,
} from '../media/peerConnection/peerConnectionFixture.ts';
export { recordedOffer, recordedOffers } from '../media/peerConnection/sdpFixture.ts';
