import { walkCodecs } from './fixtures/codecTests.ts';
import { test } from './fixtures/test.ts';

// A client names a codec without its profile, so the server supports only this profile.
test.use({
  parts: {
    mediaCodecs: [
      { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
      {
        kind: 'video',
        mimeType: 'video/H264',
        clockRate: 90_000,
        parameters: { 'packetization-mode': 1, 'level-asymmetry-allowed': 1, 'profile-level-id': '4d0032' },
      },
    ],
  },
});
walkCodecs(['H264 main']);
