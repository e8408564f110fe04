/** Why a camera or microphone could not be opened. */
export type CaptureProblem = 'blocked' | 'missing' | 'busy' | 'insecure' | 'other';

type Device = 'camera' | 'microphone';

/** Classifies a rejection of `getUserMedia`. */
export function captureProblem(error: unknown): CaptureProblem {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
      return 'blocked';
    case 'NotFoundError':
      return 'missing';
    case 'NotReadableError':
      return 'busy';
    case 'SecurityError':
      return 'insecure';
    default:
      return 'other';
  }
}

const sentences: Readonly<Record<CaptureProblem, (what: string, isBoth: boolean) => string>> = {
  blocked: (what, isBoth) =>
    `${what} ${isBoth ? 'are' : 'is'} blocked. Allow ${isBoth ? 'them' : 'it'} beside the address of this page.`,
  missing: (what, isBoth) => `${what} ${isBoth ? 'were' : 'was'} not found.`,
  busy: (what, isBoth) => `${what} ${isBoth ? 'are' : 'is'} in use by another program.`,
  insecure: (what, isBoth) => `${what} ${isBoth ? 'need' : 'needs'} a page over https, or on localhost.`,
  other: (what) => `${what} could not be opened.`,
};

/** Returns the message for the user: one sentence if both devices have the same problem. Empty if neither has a problem. */
export function problemText(problems: Readonly<Record<Device, CaptureProblem | null>>): string {
  const { camera, microphone } = problems;
  if (camera !== null && camera === microphone) return sentences[camera]('Camera and microphone', true);
  return [
    camera === null ? '' : sentences[camera]('The camera', false),
    microphone === null ? '' : sentences[microphone]('The microphone', false),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}
