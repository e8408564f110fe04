/** Runs the first generation of RTCPilot with media until standard input ends. Prints its URL first. */
import { RtcPilot } from './RtcPilot.ts';
import { WeriftMedia } from './WeriftMedia.ts';

const pilot = await RtcPilot.start({ media: new WeriftMedia() });
process.stdout.write(`${pilot.url}\n`);
process.stdin.resume();
process.stdin.once('end', () => {
  void pilot.close().then(() => {
    process.exit(0);
  });
});
