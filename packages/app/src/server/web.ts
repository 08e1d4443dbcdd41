import { type AnyAnswer, BodyTooLarge, type Exchange } from "../http/exchange.ts";

/** An exchange over a web-standard request. */
export function webExchange(request: Request, peer?: string): Exchange {
  const url = new URL(request.url);
  return {
    method: request.method,
    path: url.pathname,
    search: url.search,
    peer: () => peer,
    header: (name) => request.headers.get(name) ?? undefined,
    body: (limit) => readBody(request, limit),
    request: () => request,
  };
}

async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size > limit) throw new BodyTooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A web-standard response out of an answer. */
export function toResponse(answer: AnyAnswer): Response {
  if (answer instanceof Response) return answer;
  const { status, headers, body } = answer;
  return new Response((body as BodyInit | undefined) ?? null, { status, headers });
}
