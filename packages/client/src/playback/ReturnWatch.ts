/**
 * Waits for elements to return to a document. Observes their documents and shadow roots only while one is away, as an observer
 * of a whole document costs something with every change in it.
 */
export class ReturnWatch {
  readonly #onReturn: (element: HTMLMediaElement) => void;
  readonly #away = new Set<HTMLMediaElement>();
  #observer: MutationObserver | null = null;

  constructor(onReturn: (element: HTMLMediaElement) => void) {
    this.#onReturn = onReturn;
  }

  has(element: HTMLMediaElement): boolean {
    return this.#away.has(element);
  }

  /** `root`: where the element was. It is looked for there, and in the document of the page. */
  add(element: HTMLMediaElement, root: Node | null): void {
    this.#away.add(element);
    this.#observer ??= new MutationObserver(() => {
      for (const one of this.#away)
        if (one.isConnected) {
          this.delete(one);
          this.#onReturn(one);
        }
    });
    for (const node of [document, root ?? document]) this.#observer.observe(node, { childList: true, subtree: true });
  }

  delete(element: HTMLMediaElement): void {
    this.#away.delete(element);
    if (this.#away.size > 0) return;
    this.#observer?.disconnect();
    this.#observer = null;
  }
}
