import type { KeyboardEvent, PointerEvent } from "react";

/** The floating preview's own width, in CSS pixels. */
export const narrowestPanel = 412;
const keyboardStep = 32;

type ResizeHandleProps = {
  readonly width: number;
  readonly onWidth: (width: number) => void;
  readonly onResizing: (resizing: boolean) => void;
};

/** The left edge of the panel: drag it, or move it with the arrow keys. */
export function ResizeHandle({ width, onWidth, onResizing }: ResizeHandleProps) {
  const widest = () => Math.max(narrowestPanel, window.innerWidth - 32);
  const resize = (next: number) => onWidth(Math.round(Math.min(widest(), Math.max(narrowestPanel, next))));

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    onResizing(true);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const panel = event.currentTarget.parentElement?.getBoundingClientRect();
    if (panel !== undefined) resize(panel.right - event.clientX);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = { ArrowLeft: keyboardStep, ArrowRight: -keyboardStep };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    resize(width + step);
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be dragged; a focusable separator is the pattern for splitters.
    <div
      className="annex-panel-handle"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the app panel"
      aria-valuenow={width}
      aria-valuemin={narrowestPanel}
      aria-valuemax={widest()}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onLostPointerCapture={() => onResizing(false)}
      onKeyDown={onKeyDown}
    />
  );
}
