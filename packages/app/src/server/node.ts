/** A listener for `node:http`, which every connection gets an answer from. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { errorState } from "../errors/app-error.ts";
import { errorAnswer, newReference } from "../errors/index.ts";
import type { Handle } from "../http/exchange.ts";
import type { Log } from "../log/index.ts";
import { send } from "./node-answer.ts";
import { nodeExchange } from "./node-exchange.ts";

/** What `node:http` calls for each request. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse) => void;

/** A listener over a handler. */
export function nodeListener(handle: Handle, log: Log): NodeListener {
  return (request, response) => {
    handle(nodeExchange(request))
      .then((answer) => send(answer, request, response))
      .catch((error: unknown) => giveUp(error, response, log));
  };
}

// An answer that cannot be sent, such as a stream that fails: said as a failure while nothing is on its way, else broken off.
function giveUp(error: unknown, response: ServerResponse, log: Log): void {
  const reference = newReference();
  log.error("An answer could not be sent.", { reference, error });
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { status, headers, body } = errorAnswer(errorState("app_failed"), reference);
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.writeHead(status, headers).end(body);
}
