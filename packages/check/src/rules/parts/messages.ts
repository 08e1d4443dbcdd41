/** What a page says over its sockets when it is pressed: an app may be told so of what others are told by a request. */
import type { Page, WebSocket } from "playwright-core";

export type Messages = {
  /** What is said from now on, and was not before, is of the press. */
  press(): void;
  /** Whether something was said since. */
  isSent(): boolean;
  /** Whether the app has said something after that. */
  isAnswered(): boolean;
};

/** @param open the sockets that the page has opened so far. */
export function watchMessages(
  page: Pick<Page, "on">,
  open: readonly Pick<WebSocket, "on" | "url">[],
): Messages {
  const known = new Set<string>();
  const saying = new Set<unknown>();
  let [isPressed, isAnswered] = [false, false];
  const hear = (socket: Pick<WebSocket, "on" | "url">) => {
    socket.on("framesent", ({ payload }) => {
      const what = `${socket.url()} ${payload.toString()}`;
      if (!isPressed) known.add(what);
      else if (!known.has(what)) saying.add(socket);
    });
    socket.on("framereceived", () => {
      if (saying.has(socket)) isAnswered = true;
    });
  };
  for (const socket of open) hear(socket);
  page.on("websocket", hear);
  return {
    press: () => {
      isPressed = true;
    },
    isSent: () => saying.size > 0,
    isAnswered: () => isAnswered,
  };
}
