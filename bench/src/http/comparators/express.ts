/** Express 5, one commit an event. */
import express from "express";
import { doorOf, HandWritten, type Reply, readInstall } from "./hand-written.ts";

const work = new HandWritten(process.env["ANNEX_DATABASE"] ?? "express.db");
const app = express();
app.use(express.json({ limit: 64 * 1024 }));

app.post("/cloud/:secret/:door", (request, response) => {
  const door = doorOf(request.path);
  if (door === undefined) return send(response, { status: 404, body: '{"error":"not found"}' });
  if (door === "portal")
    return send(
      response,
      committed(() => work.launch(request.body)),
    );
  const event = readInstall(request.body);
  if (event === undefined) return send(response, { status: 422, body: '{"error":"not an install"}' });
  return send(response, work.duplicate(event) ?? committed(() => work.install(event)));
});

app.get("/portal/api/session", (request, response) =>
  send(response, work.session(request.headers.authorization)),
);

const server = app.listen(Number(process.env["PORT"] ?? 0), () => {
  const address = server.address();
  console.log(`ready express http://localhost:${typeof address === "object" ? address?.port : address}`);
});

function committed(act: () => Reply): Reply {
  work.begin();
  const reply = act();
  work.commit();
  return reply;
}

function send(response: express.Response, reply: Reply): void {
  response.status(reply.status).type("application/json").send(reply.body);
}
