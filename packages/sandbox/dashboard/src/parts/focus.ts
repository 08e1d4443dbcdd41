/** Where the keyboard stands after what had it is gone: never nowhere. */
import { type RefObject, useLayoutEffect } from "react";
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

/** For what closes by leading elsewhere: the page has the focus and not the opener, except where a drawer opens there. */
export function focusPage(): void {
  focusAfterClose(null);
}

/** For a dialog: what had the focus when it opened has it again when it closes, also where it closes by being gone. */
export function useFocusBack(opened: boolean): void {
  useLayoutEffect(() => {
    if (!opened) return;
    const opener = document.activeElement === document.body ? null : document.activeElement;
    return () => focusAfterClose(opener);
  }, [opened]);
}

/**
 * Stands beside the pages: one that appears while nothing has the focus takes it, since what led here is gone.
 * The first page leaves it where a browser begins, before the link that skips the navigation.
 *
 * @param shown The path of the page before, kept by what outlives the pages; `undefined` until there was one.
 */
export function PageFocus({ shown }: { readonly shown: RefObject<string | undefined> }) {
  const { pathname } = useLocation();
  useLayoutEffect(() => {
    const moved = shown.current !== undefined && shown.current !== pathname;
    shown.current = pathname;
    if (moved && document.activeElement === document.body) pageContent()?.focus({ preventScroll: true });
  }, [pathname, shown]);
  return null;
}
