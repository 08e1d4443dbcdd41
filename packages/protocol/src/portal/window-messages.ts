/** What the messages between a framed page and the dashboard around it have in common. Nobody's word is taken for a type. */

/** A field of a message, whatever the message is. */
export function fieldOf(message: unknown, name: string): unknown {
  return typeof message === "object" && message !== null ? Reflect.get(message, name) : undefined;
}
