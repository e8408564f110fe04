/** What may have changed while nobody looked: the event of the page that says so. */
export type PageActiveReason = 'online' | 'offline' | 'visibilitychange' | 'pageshow' | 'resume';

/** Whether the browser says that there is no network. Node and other programs without a page say nothing. */
export const isOffline = (): boolean => globalThis.navigator?.onLine === false;

/** Where such events come from. For tests; default what the browser has, which in Node and on a server is nothing. */
export interface PageActiveTargets {
  readonly window?: EventTarget | undefined;
  readonly document?: (EventTarget & { readonly visibilityState?: string | undefined }) | undefined;
}

/**
 * Tells whenever the network came or went, or the page is looked at or runs again: `offline` too, which is news and no wake.
 * The answer ends it.
 */
export function onPageActive(
  listener: (reason: PageActiveReason) => void,
  { window, document }: PageActiveTargets = globalThis,
): () => void {
  const ends = new AbortController();
  const listen = (
    target: EventTarget | undefined,
    reason: PageActiveReason,
    isOne: (event: Event) => boolean = () => true,
  ) =>
    target?.addEventListener?.(
      reason,
      (event) => {
        if (isOne(event)) listener(reason);
      },
      { signal: ends.signal },
    );
  listen(window, 'online');
  listen(window, 'offline');
  // Any other one is the page's first appearance.
  listen(window, 'pageshow', (event) => (event as PageTransitionEvent).persisted);
  listen(document, 'visibilitychange', () => document?.visibilityState === 'visible');
  listen(document, 'resume');
  return () => {
    ends.abort();
  };
}
