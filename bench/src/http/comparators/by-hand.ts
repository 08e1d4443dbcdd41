/** The bare server both node:http comparators share; they differ in when they commit. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { doorOf, HandWritten, type Reply, readInstall } from "./hand-written.ts";

type Commit = (act: () => Reply, answer: (reply: Reply) => void) => void;

const largestBody = 64 * 1024;

export function serveByHand(name: string, committing: (work: HandWritten) => Commit): void {
  const work = new HandWritten(process.env["ANNEX_DATABASE"] ?? `${name}.db`);
  const commit = committing(work);
  const server = createServer((request, response) => {
    if (request.method === "GET" && request.url === "/portal/api/session")
      return send(response, work.session(request.headers.authorization));
    const door = doorOf(request.url ?? "");
    if (request.method !== "POST" || door === undefined)
      return send(response, { status: 404, body: '{"error":"not found"}' });
    readBody(request, (body) => {
      if (body === undefined) return send(response, { status: 400, body: '{"error":"not JSON"}' });
      const answer = (reply: Reply) => send(response, reply);
      if (door === "portal")
        return commit(() => work.launch(body as Parameters<HandWritten["launch"]>[0]), answer);
      const event = readInstall(body);
      if (event === undefined) return send(response, { status: 422, body: '{"error":"not an install"}' });
      const known = work.duplicate(event);
      if (known !== undefined) return answer(known);
      return commit(() => work.duplicate(event) ?? work.install(event), answer);
    });
  });
  server.listen(Number(process.env["PORT"] ?? 0), () => {
    const address = server.address();
    console.log(`ready ${name} http://localhost:${typeof address === "object" ? address?.port : address}`);
  });
}

function readBody(request: IncomingMessage, done: (body: unknown) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > largestBody) request.destroy();
    else chunks.push(chunk);
  });
  request.on("end", () => {
    try {
      done(JSON.parse(Buffer.concat(chunks).toString("utf8")));
    } catch {
      done(undefined);
    }
  });
}

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(reply.body),
  });
  response.end(reply.body);
}
