type AttributeValue = string | number | boolean | null | undefined;
type Child = Node | string | null;

export interface ElementProps {
  readonly class?: string;
  /** `data-testid`: what browser tests hold on to; the list is in README.md. */
  readonly testid?: string;
  readonly attrs?: Readonly<Record<string, AttributeValue>>;
  readonly on?: { readonly [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
}

/** Makes an element. Text only ever goes in as text: nothing that others write becomes markup. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: ElementProps = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (props.class !== undefined) element.className = props.class;
  if (props.testid !== undefined) element.dataset.testid = props.testid;
  for (const [name, value] of Object.entries(props.attrs ?? {})) setAttribute(element, name, value);
  for (const [type, listener] of Object.entries(props.on ?? {}))
    element.addEventListener(type, listener as EventListener);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** `true` is the bare attribute; `false`, null and undefined take it off. Writes only what differs. */
export function setAttribute(element: Element, name: string, value: AttributeValue): void {
  if (value === false || value == null) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const text = value === true ? '' : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/** Writes only what differs, so that a selection or a screen reader is not disturbed. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
