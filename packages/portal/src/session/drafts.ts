/** What members type before they send it: it outlives the part of the page that it is typed into. */
import { createContext, useContext, useSyncExternalStore } from "react";

/** Texts by name, of one page. */
export interface Drafts {
  readonly get: (name: string) => string | undefined;
  readonly set: (name: string, text: string) => void;
  readonly delete: (name: string) => void;
  /** What is worth keeping for the next launch: all that is not empty, within bounds. */
  readonly kept: () => Readonly<Record<string, string>>;
  readonly put: (kept: Readonly<Record<string, string>>) => void;
  readonly subscribe: (onChange: () => void) => () => void;
}

/** So many texts are kept for the next launch, those typed last. */
export const mostKept = 20;
const longestKept = 2000;

export function createDrafts(): Drafts {
  const texts = new Map<string, string>();
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  return {
    get: (name) => texts.get(name),
    set(name, text) {
      // The one typed last is kept first.
      texts.delete(name);
      texts.set(name, text);
      changed();
    },
    delete(name) {
      texts.delete(name);
      changed();
    },
    kept() {
      const worth = [...texts].filter(([, text]) => text !== "" && text.length <= longestKept);
      return Object.fromEntries(worth.slice(-mostKept));
    },
    put(kept) {
      for (const [name, text] of Object.entries(kept)) texts.set(name, text);
      changed();
    },
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}

export const DraftsContext = createContext<Drafts>(createDrafts());

/** What `useDraft` answers. */
export interface Draft {
  readonly text: string;
  readonly write: (text: string) => void;
  /** Once it is sent, it is no draft any more. */
  readonly clear: () => void;
}

/**
 * A text that a member types. It is still there when its form is closed and opened again, and when the session has ended:
 * the next launch by the same member opens the same page with it. Until then it is in the browser; what nobody came back for
 * within half a day is removed when the app is opened next. A session that names no member keeps nothing. Never for a secret:
 * that is `useSecret`.
 *
 * @param name of this text in the whole app, such as what it is about
 * @param initial what stands there before anybody types
 * @example
 * ```tsx
 * const reason = useDraft(`reason of ${finding.id}`);
 * <TextInput value={reason.text} onChange={(event) => reason.write(event.currentTarget.value)} />
 * ```
 */
export function useDraft(name: string, initial = ""): Draft {
  const drafts = useContext(DraftsContext);
  const typed = useSyncExternalStore(
    drafts.subscribe,
    () => drafts.get(name),
    () => undefined,
  );
  return {
    text: typed ?? initial,
    write: (text) => drafts.set(name, text),
    clear: () => drafts.delete(name),
  };
}
