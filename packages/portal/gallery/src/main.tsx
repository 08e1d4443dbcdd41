/**
 * The gallery: every part of `@annex/ui` and `@annex/portal` in every state it has, on one page, over answers that are
 * written down beside it. For the eyes of whoever changes a part, and for the test that photographs it; no app ships it.
 * `#name` of a part in the address shows that part alone.
 */
import { schemeVariables } from "@annex/ui";
import { MantineProvider } from "@mantine/core";
import { StrictMode, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import { portalTheme } from "../../src/theme/theme.ts";
import { framePieces } from "./frame-pieces.tsx";
import type { Piece } from "./pieces.ts";
import { runPieces } from "./run-pieces.tsx";
import { statePieces } from "./state-pieces.tsx";
import { uiPieces } from "./ui-pieces.tsx";
import "./gallery.css";

const pieces: readonly Piece[] = [...uiPieces, ...framePieces, ...runPieces, ...statePieces];

function Gallery() {
  const wanted = decodeURIComponent(useSyncExternalStore(watchHash, () => window.location.hash).slice(1));
  return (
    <main className="annex-shell gallery">
      <h1>Gallery</h1>
      {pieces
        .filter(({ name }) => wanted === "" || name === wanted)
        .map(({ name, show }) => (
          <section key={name} className="gallery__piece" data-piece={name} aria-label={name}>
            <h2>{name}</h2>
            {show}
          </section>
        ))}
    </main>
  );
}

function watchHash(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={portalTheme()} defaultColorScheme="auto" cssVariablesResolver={schemeVariables}>
        <Gallery />
      </MantineProvider>
    </StrictMode>,
  );
}
