/** Which dialog or sheet lies on top of which: Esc closes the topmost alone, and what lies below it is out of reach. */
import { useEffect, useId, useLayoutEffect, useRef, useSyncExternalStore } from "react";

/** The ids of those that are open, the topmost last. */
let layers: readonly string[] = [];
const watchers = new Set<() => void>();

function change(next: readonly string[]): void {
  layers = next;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

const topmost = () => layers.at(-1);

/**
 * Makes a dialog or sheet one of the layers while it is open. Esc calls `onClose` where nothing lies above it.
 *
 * @returns whether something lies above it.
 */
export function useLayer(opened: boolean, onClose: () => void): boolean {
  const id = useId();
  const top = useSyncExternalStore(watch, topmost);
  const close = useRef(onClose);
  useLayoutEffect(() => {
    close.current = onClose;
  });
  useLayoutEffect(() => {
    if (!opened) return;
    change([...layers, id]);
    return () => change(layers.filter((one) => one !== id));
  }, [opened, id]);
  useEffect(() => {
    if (!opened) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || topmost() !== id || isForPartOf(event)) return;
      event.preventDefault();
      close.current();
    };
    // Before whatever else listens: what lies below finds by `defaultPrevented` that this key was somebody's.
    window.addEventListener("keydown", onKeyDown, { capture: true });
    return () => window.removeEventListener("keydown", onKeyDown, { capture: true });
  }, [opened, id]);
  return opened && top !== id;
}

/** Whether the key belongs to an open list within, or to somebody who writes with an input method. */
function isForPartOf({ target, isComposing }: KeyboardEvent): boolean {
  if (isComposing) return true;
  return target instanceof Element && target.getAttribute("data-mantine-stop-propagation") === "true";
}
