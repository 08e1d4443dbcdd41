const mostRemembered = 10_000;

/** Lets each name through once, and then not again for a while. */
export function createRest(milliseconds: number, clock: () => number) {
  const passedAt = new Map<string, number>();
  return {
    /** Whether it may pass now; if so, its rest begins anew. */
    isOver: (name: string): boolean => {
      const now = clock();
      const before = passedAt.get(name);
      // A time that lies ahead was a wrong clock's.
      if (before !== undefined && before <= now && now - before < milliseconds) return false;
      if (passedAt.size >= mostRemembered) passedAt.clear();
      passedAt.set(name, now);
      return true;
    },
  };
}
