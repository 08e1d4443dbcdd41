/** Ending a connection without an answer, or in the middle of one, as a fault of the gateway wants it. */
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";

/** Sends nothing of a response, or its head and the first half of its body, and ends the connection. */
export async function cutConnection(
  { outgoing }: HttpBindings,
  response: Response,
  withheld: "all" | "half",
): Promise<Response> {
  if (withheld === "all") {
    outgoing.destroy();
    return RESPONSE_ALREADY_SENT;
  }
  const body = Buffer.from(await response.arrayBuffer());
  outgoing.writeHead(response.status, {
    ...Object.fromEntries(response.headers),
    "content-length": String(body.length),
  });
  outgoing.write(body.subarray(0, Math.floor(body.length / 2)), () => outgoing.destroy());
  return RESPONSE_ALREADY_SENT;
}
