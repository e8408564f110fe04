/** Event of the page after which the connection may be dead, or the network different. */
export type PageActiveReason = 'online' | 'offline' | 'visibilitychange' | 'pageshow' | 'resume';

/** Returns whether the browser reports that there is no network. False without a browser, as in Node. */
export const isOffline = (): boolean => globalThis.navigator?.onLine === false;

/** Sources of the events, for tests. Default: those of the browser; none in Node. */
export interface PageActiveTargets {
  readonly window?: EventTarget | undefined;
  readonly document?: (EventTarget & { readonly visibilityState?: string | undefined }) | undefined;
}

/**
 * Calls `listener` when the network appears or disappears, and when the page becomes visible or resumes. Returns a function that
 * removes the listener.
 */
export function onPageActive(
  listener: (reason: PageActiveReason) => void,
  { window, document }: PageActiveTargets = globalThis,
): () => void {
  const removal = new AbortController();
  const listen = (
    target: EventTarget | undefined,
    reason: PageActiveReason,
    isRelevant: (event: Event) => boolean = () => true,
  ) =>
    target?.addEventListener?.(
      reason,
      (event) => {
        if (isRelevant(event)) listener(reason);
      },
      { signal: removal.signal },
    );
  listen(window, 'online');
  listen(window, 'offline');
  // Not persisted: the page has just loaded.
  listen(window, 'pageshow', (event) => (event as PageTransitionEvent).persisted);
  listen(document, 'visibilitychange', () => document?.visibilityState === 'visible');
  listen(document, 'resume');
  return () => {
    removal.abort();
  };
}
