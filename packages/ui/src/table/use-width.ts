import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/** The inner width of an element in CSS pixels, measured before it is first painted and whenever it changes. */
export function useWidth<Shown extends HTMLElement>(): readonly [
  RefObject<Shown | null>,
  number | undefined,
] {
  const element = useRef<Shown>(null);
  const [width, setWidth] = useState<number>();
  useLayoutEffect(() => {
    const measured = element.current;
    if (measured === null) return;
    setWidth(measured.clientWidth);
    const observer = new ResizeObserver(() => setWidth(measured.clientWidth));
    observer.observe(measured);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
