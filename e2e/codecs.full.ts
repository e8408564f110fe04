import { walkCodecs } from './fixtures/codecTests.ts';

walkCodecs(['VP8', 'VP9', 'H264', 'AV1']);
