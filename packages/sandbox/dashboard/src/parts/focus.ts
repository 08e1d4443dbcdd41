/** Where the keyboard stands after what had it is gone: never nowhere. */
import { useLayoutEffect } from "react";
import { useLocation } from "react-router";

/** The page's own content, which can be given the focus though it takes none by itself. */
const pageContent = () => document.getElementById("content");

/** Gives the focus back to what opened something that closes now, or to the page where that is gone with it. */
export function focusAfterClose(opener: Element | null): void {
  // In the next frame: the page may have been inert until this very render, and what comes instead takes the focus first.
  const closing = document.activeElement;
  requestAnimationFrame(() => {
    const current = document.activeElement;
    if (current !== null && current !== document.body && current !== closing) return;
    const goal = opener instanceof HTMLElement && opener.isConnected ? opener : pageContent();
    goal?.focus({ preventScroll: true });
  });
}

/** For what leads to another page: the page has the focus, wherever it was. */
export function focusPage(): void {
  requestAnimationFrame(() => pageContent()?.focus({ preventScroll: true }));
}

/** For a dialog: what had the focus when it opened has it again when it closes, also where it closes by being gone. */
export function useFocusBack(opened: boolean): void {
  useLayoutEffect(() => {
    if (!opened) return;
    const opener = document.activeElement === document.body ? null : document.activeElement;
    return () => focusAfterClose(opener);
  }, [opened]);
}

/** Stands beside the pages: one that appears while nothing has the focus takes it, since what led here is gone. */
export function PageFocus() {
  const { key, pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another address is another page.
  useLayoutEffect(() => {
    const loaded = key === "default";
    if (!loaded && document.activeElement === document.body) pageContent()?.focus({ preventScroll: true });
  }, [pathname]);
  return null;
}
