import { checkOptions } from '../shared/checks/development.ts';
import { TureenError } from '../shared/errors.ts';
import { toCaptureError } from './captureErrors.ts';
import { type DeviceChange, type LocalTrack, ownTrack } from './LocalTrack.ts';
import { requireMediaDevices } from './mediaDevices.ts';
import { presetOf, type ScreenPresetName, type VideoPreset, type VideoPresetName } from './presets.ts';

interface CaptureOptions {
  /** Cancels the capture, which rejects with `aborted`. A track that arrives later is stopped. */
  readonly signal?: AbortSignal | undefined;
  /** Source of the devices. Default: `navigator.mediaDevices`. */
  readonly mediaDevices?: MediaDevices | undefined;
}

/** Options of `captureCamera()`. */
export interface CameraOptions extends CaptureOptions {
  /** ID of the camera. Default: the browser chooses. */
  readonly deviceId?: string | undefined;
  /** Camera of a phone: front (`user`) or back (`environment`). */
  readonly facingMode?: 'user' | 'environment' | undefined;
  /** Size, frame rate and encodings. Default `h720`. */
  readonly preset?: VideoPresetName | VideoPreset | undefined;
  /** Further constraints for getUserMedia, which override the preset. */
  readonly constraints?: MediaTrackConstraints | undefined;
}

/** Options of `captureMicrophone()`. */
export interface MicrophoneOptions extends CaptureOptions {
  /** ID of the microphone. Default: the browser chooses. */
  readonly deviceId?: string | undefined;
  /** Whether the browser removes echo. Default true. */
  readonly echoCancellation?: boolean | undefined;
  /** Whether the browser removes noise. Default true. */
  readonly noiseSuppression?: boolean | undefined;
  /** Whether the browser adjusts the volume. Default true. */
  readonly autoGainControl?: boolean | undefined;
  /** Further constraints for getUserMedia, which override the options above. */
  readonly constraints?: MediaTrackConstraints | undefined;
}

/** Options of `captureScreen()`. */
export interface ScreenOptions extends CaptureOptions {
  /** Size, frame rate and encodings. Default `screen15`. */
  readonly preset?: ScreenPresetName | VideoPreset | undefined;
  /**
   * Captures the sound of the tab or system too, where the browser supports that and the user allows it. `true`: in stereo,
   * without echo cancellation, noise suppression and gain control. Constraints change or extend that. Default false.
   */
  readonly audio?: boolean | MediaTrackConstraints | undefined;
  /**
   * Quality that the encoder keeps when bandwidth is short: `detail` and `text` sharpness, `motion` smoothness. Default `detail`.
   */
  readonly contentHint?: 'detail' | 'text' | 'motion' | undefined;
}

/** Tracks of a captured screen. */
export interface ScreenTracks {
  /** Track of the picture. */
  readonly video: LocalTrack;
  /** Track of the sound. Null where no sound was requested or captured. */
  readonly audio: LocalTrack | null;
}

/**
 * Captures a camera. Rejects with `permissionDenied`, `deviceNotFound`, `deviceInUse`, `captureFailed`, `aborted`, or with
 * `unsupported` where the page has no access to devices (no HTTPS).
 *
 * @example
 * ```ts
 * const camera = await captureCamera({ facingMode: 'environment', preset: 'h1080' });
 * video.srcObject = new MediaStream([camera.track]);
 * ```
 */
export async function captureCamera(options: CameraOptions = {}): Promise<LocalTrack> {
  checkOptions(options);
  const { width, height, frameRate } = presetOf(options.preset ?? 'h720');
  const constraints: MediaTrackConstraints = {
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: frameRate },
    ...options.constraints,
  };
  const { deviceId, facingMode, mediaDevices, signal } = options;
  return captureDevice({ what: 'camera', constraints, mediaDevices, device: { deviceId, facingMode }, signal });
}

/** Captures a microphone. Rejects as {@link captureCamera}. */
export async function captureMicrophone(options: MicrophoneOptions = {}): Promise<LocalTrack> {
  checkOptions(options);
  const { echoCancellation = true, noiseSuppression = true, autoGainControl = true } = options;
  const constraints = { echoCancellation, noiseSuppression, autoGainControl, ...options.constraints };
  const { deviceId, mediaDevices, signal } = options;
  return captureDevice({ what: 'microphone', constraints, mediaDevices, device: { deviceId }, signal });
}

/**
 * Prompts the user for a screen, window or tab. Requires a click. Rejects as {@link captureCamera}, and with `invalidState`
 * without a click.
 */
export async function captureScreen(options: ScreenOptions = {}): Promise<ScreenTracks> {
  checkOptions(options);
  const { width, height, frameRate } = presetOf(options.preset ?? 'screen15');
  const devices = requireMediaDevices(options.mediaDevices);
  // Missing on phones, although the types declare the method.
  const { getDisplayMedia } = devices as Partial<MediaDevices>;
  if (getDisplayMedia === undefined) throw new TureenError('unsupported', 'this browser cannot share its screen');
  const video = { width: { max: width }, height: { max: height }, frameRate: { max: frameRate } };
  const stream = await getStream(
    'screen',
    () => getDisplayMedia.call(devices, { video, audio: audioConstraintsOf(options) }),
    options.signal,
  );
  const [videoTrack] = stream.getVideoTracks();
  const [audioTrack] = stream.getAudioTracks();
  if (videoTrack === undefined) throw new TureenError('captureFailed', 'the browser gave no screen track');
  videoTrack.contentHint = options.contentHint ?? 'detail';
  if (audioTrack !== undefined) audioTrack.contentHint = 'music';
  return {
    video: ownTrack(videoTrack, null),
    audio: audioTrack === undefined ? null : ownTrack(audioTrack, null),
  };
}

/** Turns audio processing off: it is made for speech, and damages music and films. */
function audioConstraintsOf({ audio = false }: ScreenOptions): boolean | MediaTrackConstraints {
  if (audio === false) return false;
  return {
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
    channelCount: 2,
    ...(audio === true ? {} : audio),
  };
}

interface CaptureRequest {
  readonly what: 'camera' | 'microphone';
  readonly constraints: MediaTrackConstraints;
  readonly mediaDevices: MediaDevices | undefined;
  readonly device: DeviceChange;
  readonly signal: AbortSignal | undefined;
}

async function captureDevice(request: CaptureRequest): Promise<LocalTrack> {
  const { what, constraints, device } = request;
  const kind = what === 'camera' ? 'video' : 'audio';
  const devices = requireMediaDevices(request.mediaDevices);
  const open = (wanted: MediaTrackConstraints | true) =>
    getStream(what, () => devices.getUserMedia({ [kind]: wanted }), request.signal);
  const deviceId = device.deviceId == null ? {} : { deviceId: { exact: device.deviceId } };
  const facingMode = device.facingMode === undefined ? {} : { facingMode: { ideal: device.facingMode } };
  let stream: MediaStream;
  try {
    stream = await open({ ...facingMode, ...constraints, ...deviceId });
  } catch (error) {
    const isOverconstrained = ((error as TureenError).cause as Error | undefined)?.name === 'OverconstrainedError';
    // Without an exact device the other constraints are at fault, and any video is better than none.
    if (!isOverconstrained || device.deviceId != null) throw error;
    stream = await open(true);
  }
  const target: DeviceChange = device.asDefault === true ? {} : device;
  return ownTrack(
    only(stream, kind),
    ({ signal, ...change }) => {
      const isSame = change.deviceId === undefined && change.facingMode === undefined;
      return captureDevice({ ...request, device: isSame ? target : change, signal });
    },
    {
      kind: what,
      isNamed: (target.deviceId ?? 'default') !== 'default' || constraints.deviceId !== undefined,
      mediaDevices: request.mediaDevices,
    },
  );
}

/** Returns the track of `kind`, and stops the others. */
function only(stream: MediaStream, kind: 'audio' | 'video'): MediaStreamTrack {
  const track = stream.getTracks().find((one) => one.kind === kind);
  for (const other of stream.getTracks()) if (other !== track) other.stop();
  if (track === undefined) throw new TureenError('captureFailed', `the browser gave no ${kind}`);
  return track;
}

function getStream(
  what: string,
  open: () => Promise<MediaStream>,
  signal: AbortSignal | undefined,
): Promise<MediaStream> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(new TureenError('aborted', `capturing the ${what} was aborted`, { cause: signal?.reason }));
    };
    if (signal?.aborted === true) {
      abort();
      return;
    }
    signal?.addEventListener('abort', abort, { once: true });
    // An async function, so that a synchronous throw is a rejection like any other.
    (async () => open())()
      .then((stream) => {
        if (signal?.aborted === true) for (const track of stream.getTracks()) track.stop();
        else resolve(stream);
      })
      .catch((error: unknown) => {
        reject(toCaptureError(error, what));
      })
      .finally(() => {
        signal?.removeEventListener('abort', abort);
      });
  });
}
