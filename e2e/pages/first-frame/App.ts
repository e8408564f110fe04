import { videoPresets } from '@tureen/client';

export interface JoinRequest {
  readonly serverUrl: string;
  readonly roomId: string;
  readonly peerId: string;
}

/** A meeting app on one SDK. */
export interface App {
  /** Does ahead what the join would wait for, in a lobby. Absent where an app cannot. */
  prepare?(request: JoinRequest): Promise<void>;
  /** Joins a room. Calls back with an element for each picture that it receives. Resolves once joined. */
  join(request: JoinRequest, onPicture: (element: HTMLVideoElement) => void): Promise<void>;
  /** The user clicks on the camera. `encodings`: other ones than those of the camera's preset, where the app has a choice. */
  enableCamera(encodings?: RTCRtpEncodingParameters[]): Promise<void>;
  leave(): Promise<void>;
}

/** Preset of the camera in each app: small, for a machine with two cores. */
export const camera = videoPresets.h180;
