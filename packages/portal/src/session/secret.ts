/** A secret that a member types: unlike a draft it is kept nowhere, and is gone with the session. */
import { useContext, useLayoutEffect, useState } from "react";
import { SessionEndedContext } from "../states/session-ended.ts";
import type { Draft } from "./drafts.ts";

/**
 * A key or password that a member types and sends. It lives in its form only: once the session has ended it can be sent no
 * more, and leaves the page, which may stay open on a desk.
 *
 * @example
 * ```tsx
 * const key = useSecret();
 * <PasswordInput value={key.text} onChange={(event) => key.write(event.currentTarget.value)} />
 * ```
 */
export function useSecret(): Draft {
  const hasEnded = useContext(SessionEndedContext);
  const [text, write] = useState("");
  useLayoutEffect(() => {
    if (hasEnded) write("");
  }, [hasEnded]);
  return { text: hasEnded ? "" : text, write, clear: () => write("") };
}
