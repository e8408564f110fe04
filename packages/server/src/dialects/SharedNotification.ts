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

interface Made {
  readonly audience: string;
  readonly method: string;
  readonly notification: SharedNotification;
}

/** Notifications of each event that goes to several peers. */
const shared = new WeakMap<object, Made[]>();

/** Recipients of an event with the same form of a notification. */
export interface Audience {
  readonly method: string;
  /** Key of everything else apart from the event that the notification depends on. Best the same string each time. */
  readonly audience: string;
}

/** Returns the notification of an event, which is one object for all peers. `make` is called once for each audience. */
export function sharedNotification(
  event: object,
  { method, audience }: Audience,
  make: () => SharedNotification,
): SharedNotification {
  let all = shared.get(event);
  if (all === undefined) {
    all = [];
    shared.set(event, all);
  }
  // An event has few audiences, and many peers in each.
  for (const made of all) if (made.method === method && made.audience === audience) return made.notification;
  const notification = make();
  all.push({ audience, method, notification });
  return notification;
}
