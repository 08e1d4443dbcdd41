import { SearchIcon } from "@annex/ui";
import { Button } from "@mantine/core";
import { lazy, Suspense, useEffect, useState } from "react";

const Palette = lazy(() => import("./palette.tsx"));

/** Opens the command palette, as ⌘K or Ctrl+K does, which closes it too. */
export function PaletteButton() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.shiftKey) return;
      event.preventDefault();
      // Held down, the keys come again many times a second.
      if (!event.repeat) setOpen((before) => !before);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
  return (
    <>
      <Button
        variant="default"
        size="compact-md"
        className="annex-palette-button"
        leftSection={<SearchIcon size={14} aria-hidden />}
        aria-haspopup="dialog"
        aria-keyshortcuts="Meta+K Control+K"
        onClick={() => setOpen(true)}
      >
        <span className="annex-palette-button__words">Go to…</span>
        <kbd>{isApple() ? "⌘K" : "Ctrl K"}</kbd>
      </Button>
      {open ? (
        <Suspense fallback={null}>
          <Palette onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
