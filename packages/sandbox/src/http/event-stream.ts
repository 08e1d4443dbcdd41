import { holding, type ResponseOf } from "./answers.ts";

/** Server-sent events as a response: never kept, never buffered in between. */
export function eventStream(events: ReadableStream<Uint8Array>): ResponseOf<never> {
  const response = new Response(events, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-accel-buffering": "no",
    },
  });
  return holding(response);
}
