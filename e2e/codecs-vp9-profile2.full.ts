import { walkCodecs } from './fixtures/codecTests.ts';
import { test } from './fixtures/test.ts';

// A client names a codec without its profile, so the server supports only this profile.
test.use({
  parts: {
    mediaCodecs: [
      { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
      { kind: 'video', mimeType: 'video/VP9', clockRate: 90_000, parameters: { 'profile-id': 2 } },
    ],
  },
});
walkCodecs(['VP9 profile 2']);
