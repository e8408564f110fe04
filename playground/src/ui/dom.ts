type AttributeValue = string | number | boolean | null | undefined;
type Child = Node | string | null;

export interface ElementProps {
  readonly class?: string;
  /** `data-testid`, by which browser tests find elements. README.md has the list. */
  readonly testid?: string;
  readonly attrs?: Readonly<Record<string, AttributeValue>>;
  readonly on?: { readonly [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
}

/** Creates an element. Text from others is inserted as text, never as markup. */
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

/** Sets an attribute. `true` sets it empty; `false`, null and undefined remove it. Writes only differences. */
export function setAttribute(element: Element, name: string, value: AttributeValue): void {
  if (value === false || value == null) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const text = value === true ? '' : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/** Sets the text. Writes only differences, so that a selection or a screen reader is not disturbed. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
