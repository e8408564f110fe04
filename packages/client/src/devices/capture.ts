import { checkOptions } from '../shared/checks/development.ts';
import { TureenError } from '../shared/errors.ts';
import { toCaptureError } from './captureErrors.ts';
import { type DeviceChange, type LocalTrack, ownTrack } from './LocalTrack.ts';
import { requireMediaDevices } from './mediaDevices.ts';
import { presetOf, type ScreenPresetName, type VideoPreset, type VideoPresetName } from './presets.ts';

interface CaptureOptions {
  /** Gives up; a track that arrives afterwards is stopped. TureenError `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** Default: `navigator.mediaDevices`. */
  readonly mediaDevices?: MediaDevices | undefined;
}

export interface CameraOptions extends CaptureOptions {
  /** Exactly this camera. Default: chosen by the browser. */
  readonly deviceId?: string | undefined;
  /** Camera of a phone: front (`user`) or back (`environment`). */
  readonly facingMode?: 'user' | 'environment' | undefined;
  /** Default `h720`. */
  readonly preset?: VideoPresetName | VideoPreset | undefined;
  /** Anything else that getUserMedia knows; wins over the preset. */
  readonly constraints?: MediaTrackConstraints | undefined;
}

export interface MicrophoneOptions extends CaptureOptions {
  /** Exactly this microphone. Default: chosen by the browser. */
  readonly deviceId?: string | undefined;
  /** Default true. */
  readonly echoCancellation?: boolean | undefined;
  /** Default true. */
  readonly noiseSuppression?: boolean | undefined;
  /** Default true. */
  readonly autoGainControl?: boolean | undefined;
  /** Anything else that getUserMedia knows. */
  readonly constraints?: MediaTrackConstraints | undefined;
}

export interface ScreenOptions extends CaptureOptions {
  /** Default `screen15`. */
  readonly preset?: ScreenPresetName | VideoPreset | undefined;
  /**
   * The sound of the tab or system too, where the browser has it and the user permits it. `true` captures it in stereo and
   * unprocessed, without echo cancellation, noise suppression and gain control; constraints change or add to that. Default false.
   */
  readonly audio?: boolean | MediaTrackConstraints | undefined;
  /** What the encoder keeps when bandwidth is short: `detail` and `text` sharpness, `motion` smoothness. Default `detail`. */
  readonly contentHint?: 'detail' | 'text' | 'motion' | undefined;
}

export interface ScreenTracks {
  readonly video: LocalTrack;
  /** Null where no audio was requested or captured. */
  readonly audio: LocalTrack | null;
}

/**
 * Opens a camera. TureenError `permissionDenied`, `deviceNotFound`, `deviceInUse`, `captureFailed`, `aborted`, or
 * `unsupported` where the page has no access to devices at all (it is not served over HTTPS).
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

/** Opens a microphone. TureenError as {@link captureCamera}. */
export async function captureMicrophone(options: MicrophoneOptions = {}): Promise<LocalTrack> {
  checkOptions(options);
  const { echoCancellation = true, noiseSuppression = true, autoGainControl = true } = options;
  const constraints = { echoCancellation, noiseSuppression, autoGainControl, ...options.constraints };
  const { deviceId, mediaDevices, signal } = options;
  return captureDevice({ what: 'microphone', constraints, mediaDevices, device: { deviceId }, signal });
}

/** Lets the user choose a screen, window or tab. Call it in a click. TureenError as {@link captureCamera}, `invalidState`. */
export async function captureScreen(options: ScreenOptions = {}): Promise<ScreenTracks> {
  checkOptions(options);
  const { width, height, frameRate } = presetOf(options.preset ?? 'screen15');
  const devices = requireMediaDevices(options.mediaDevices);
  // Missing on phones, despite the types.
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
  if (videoTrack === undefined) throw new TureenError('captureFailed', 'the browser gave no picture of the screen');
  videoTrack.contentHint = options.contentHint ?? 'detail';
  if (audioTrack !== undefined) audioTrack.contentHint = 'music';
  return {
    video: ownTrack(videoTrack, null),
    audio: audioTrack === undefined ? null : ownTrack(audioTrack, null),
  };
}

/** Turns processing off: it is made for speech, and damages music and films. */
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
    // Without an exact device the other constraints are at fault: any video is better than none.
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
