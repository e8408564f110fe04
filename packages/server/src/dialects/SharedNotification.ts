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

/** Notifications of each event that goes to several peers, by audience. */
const shared = new WeakMap<object, Map<string, SharedNotification>>();

/**
 * Returns the notification of an event, which is one object for all peers. `make` makes it once for each `audience`: a key of
 * everything on which the notification depends besides the event, including its method.
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
