/** Maps keys to actions. Ignores keys while the user types, and keys meant for the browser. */
export function listenForShortcuts(shortcuts: Readonly<Record<string, () => void>>, signal: AbortSignal): void {
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target)) return;
      const action = shortcuts[event.key] ?? shortcuts[event.key.toLowerCase()];
      if (action === undefined) return;
      event.preventDefault();
      action();
    },
    { signal },
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select, [role="textbox"]') !== null)
  );
}
