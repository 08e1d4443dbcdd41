/** Short words about what was done, at the edge of the page. What shows them is loaded with the first. */
import { lazy, Suspense, useSyncExternalStore } from "react";

const Announcements = lazy(() => import("./announcements.tsx"));
const watchers = new Set<() => void>();
let begun = false;

export type Announcement = { readonly title: string; readonly message: string; readonly failed?: boolean };

/**
 * Says that something was done, or was not.
 *
 * @example
 * ```ts
 * announce({ title: "App registered", message: "It can now be installed." });
 * ```
 */
export function announce({ title, message, failed = false }: Announcement): void {
  begun = true;
  for (const changed of watchers) changed();
  void import("@mantine/notifications").then(({ notifications }) =>
    notifications.show({ title, message, ...(failed ? { color: "red" } : {}) }),
  );
}

function watch(onChange: () => void): () => void {
  watchers.add(onChange);
  return () => watchers.delete(onChange);
}

/** The place of the announcements, once in the page. */
export function AnnouncementPlace() {
  const shown = useSyncExternalStore(watch, () => begun);
  if (!shown) return null;
  return (
    <Suspense fallback={null}>
      <Announcements />
    </Suspense>
  );
}
