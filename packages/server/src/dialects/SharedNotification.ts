/** Notification for several clients. The first connection that sends the notification encodes it for all. */
export class SharedNotification {
  readonly method: string;
  readonly data: unknown;
  #encoded: unknown;

  constructor(method: string, data: unknown) {
    this.method = method;
    this.data = data;
  }

  /** Returns the encoded form, created once. All connections that share a notification use the same encoding. */
  encoded<Encoded>(encode: (method: string, data: unknown) => Encoded): Encoded {
    this.#encoded ??= encode(this.method, this.data);
    return this.#encoded as Encoded;
  }
}

/** Notifications of each event that goes to several peers, by audience. */
const shared = new WeakMap<object, Map<string, SharedNotification>>();

/**
 * Returns the notification of an event, which is one object for all peers. `make` is called once for each `audience`: a key
 * of everything apart from the event that the notification depends on, including its method.
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
