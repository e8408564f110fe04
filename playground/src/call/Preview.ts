import { type CaptureProblem, captureProblem } from '../logic/captureProblem.ts';
import { readSettings } from '../logic/settings.ts';

export type PreviewKind = 'camera' | 'microphone';

interface Slot {
  /** Whether the device will be on after joining. */
  isWanted: boolean;
  track: MediaStreamTrack | null;
  /** Why there is no track. */
  problem: CaptureProblem | null;
  /** Number of the latest attempt. Tracks from an earlier attempt are stopped. */
  turn: number;
}

const newSlot = (isWanted: boolean): Slot => ({ isWanted, track: null, problem: null, turn: 0 });

/** Preview of camera and microphone before the room is joined. */
export class Preview {
  readonly #onChange: () => void;
  readonly #slots: Readonly<Record<PreviewKind, Slot>>;

  constructor(wanted: { camera: boolean; microphone: boolean }, onChange: () => void) {
    this.#onChange = onChange;
    this.#slots = { camera: newSlot(wanted.camera), microphone: newSlot(wanted.microphone) };
  }

  isWanted(kind: PreviewKind): boolean {
    return this.#slots[kind].isWanted;
  }

  trackOf(kind: PreviewKind): MediaStreamTrack | null {
    return this.#slots[kind].track;
  }

  problemOf(kind: PreviewKind): CaptureProblem | null {
    return this.#slots[kind].problem;
  }

  /** Opens both devices in one request, so that the browser asks the user once. On failure, opens each separately. */
  async start(): Promise<void> {
    const { camera, microphone } = this.#slots;
    if (camera.isWanted && microphone.isWanted) {
      const turns = [++camera.turn, ++microphone.turn];
      try {
        const stream = await capture(['camera', 'microphone']);
        this.#take('camera', turns[0], stream.getVideoTracks());
        this.#take('microphone', turns[1], stream.getAudioTracks());
        return;
      } catch {
        // Camera or microphone alone may still work.
      }
    }
    await Promise.all([this.#open('camera'), this.#open('microphone')]);
  }

  async set(kind: PreviewKind, isWanted: boolean): Promise<void> {
    this.#slots[kind].isWanted = isWanted;
    await this.#open(kind);
  }

  /** Releases both devices. Keeps the choice of devices that will be on after joining. */
  stop(): void {
    for (const slot of Object.values(this.#slots)) {
      slot.turn += 1;
      slot.track?.stop();
      slot.track = null;
    }
  }

  /** Reopens a device. Also switches to a device that the user picked in the meantime. */
  async #open(kind: PreviewKind): Promise<void> {
    const slot = this.#slots[kind];
    const turn = ++slot.turn;
    slot.track?.stop();
    slot.track = null;
    slot.problem = null;
    this.#onChange();
    if (!slot.isWanted) return;
    try {
      this.#take(kind, turn, (await capture([kind])).getTracks());
    } catch (error) {
      if (turn !== slot.turn) return;
      slot.problem = captureProblem(error);
      this.#onChange();
    }
  }

  #take(kind: PreviewKind, turn: number | undefined, tracks: readonly MediaStreamTrack[]): void {
    const slot = this.#slots[kind];
    if (turn !== slot.turn) {
      for (const track of tracks) track.stop();
      return;
    }
    slot.track = tracks[0] ?? null;
    this.#onChange();
  }
}

async function capture(kinds: readonly PreviewKind[]): Promise<MediaStream> {
  // Without TLS `mediaDevices` is missing, although the types declare it.
  const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
  if (mediaDevices === undefined) throw new DOMException('no access to devices', 'SecurityError');
  const { cameraId, microphoneId } = readSettings();
  const constraints = (kind: PreviewKind, deviceId: string, more: MediaTrackConstraints = {}) =>
    kinds.includes(kind) ? { ...more, ...(deviceId === '' ? {} : { deviceId: { ideal: deviceId } }) } : false;
  return mediaDevices.getUserMedia({
    video: constraints('camera', cameraId, { width: { ideal: 1280 }, height: { ideal: 720 } }),
    audio: constraints('microphone', microphoneId),
  });
}
