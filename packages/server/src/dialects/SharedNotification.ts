/** One notification for several clients. Whichever connection sends the notification first encodes it for all. */
export class SharedNotification {
  readonly method: string;
  readonly data: unknown;
  #encoded: unknown;

  constructor(method: string, data: unknown) {
    this.method = method;
    this.data = data;
  }

  /** The form for the wire, made once. All connections that share a notification encode alike. */
  encoded<Encoded>(encode: (method: string, data: unknown) => Encoded): Encoded {
    this.#encoded ??= encode(this.method, this.data);
    return this.#encoded as Encoded;
  }
}

/** Of each event of a room that goes to several peers: what was made of it for which kind of client. */
const shared = new WeakMap<object, Map<string, SharedNotification>>();

/**
 * The notification that `make` makes of an event, which is the same object to all peers that hear of it. Made once for each
 * `audience`: a key that tells apart all that the notification depends on beside the event, its method included.
 */
export function sharedNotification(
  event: object,
  audience: string,
  make: () => SharedNotification,
): SharedNotification {
  let byAudience = shared.get(event);
  if (byAudience === undefined) {
    byAudience = new Map();
    shared.set(event, byAudience);
  }
  let notification = byAudience.get(audience);
  if (notification === undefined) {
    notification = make();
    byAudience.set(audience, notification);
  }
  return notification;
}
