/** Whether a person did anything since a moment ago, so that a page left open does not keep its session alive. */

const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

/** Tells calls that a person caused from those the page makes by itself. */
export interface Presence {
  /** Whether anything was done since this was last asked; true the first time, as the page was just opened. */
  take(): boolean;
}

/**
 * Watches for signs of a person.
 *
 * @example
 * const presence = watchPresence(window);
 * createPortalClient({ session, attended: presence.take });
 */
export function watchPresence(target: Pick<EventTarget, "addEventListener">): Presence {
  let seen = true;
  for (const sign of SIGNS) {
    target.addEventListener(
      sign,
      () => {
        seen = true;
      },
      { passive: true, capture: true },
    );
  }
  return {
    take: () => {
      const was = seen;
      seen = false;
      return was;
    },
  };
}
