/** Kept connections, and how they end with the process. */
import { connect, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { ended, type Running, start, temporaryDirectory } from "../../test/process.ts";

const ask = "GET /health HTTP/1.1\r\nHost: app\r\n\r\n";

type Connection = { readonly socket: Socket; readonly heard: () => string; readonly closed: Promise<void> };

async function connection(app: Running): Promise<Connection> {
  const socket = connect(app.port, "localhost");
  onTestFinished(() => {
    socket.destroy();
  });
  let heard = "";
  socket.on("data", (chunk) => {
    heard += chunk;
  });
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  await new Promise((resolve) => socket.once("connect", resolve));
  return { socket, heard: () => heard, closed };
}

describe("a kept connection", () => {
  // A balancer keeps its connections for a minute: one that the app closes sooner loses the request that comes then.
  test.each([
    [{}, "timeout=75"],
    [{ ANNEX_KEEP_ALIVE_SECONDS: "120" }, "timeout=120"],
  ])("is kept as long as it is told: %j", async (variables, told) => {
    const app = await start(temporaryDirectory(), variables as Record<string, string>);
    const { headers } = await fetch(`${app.url}/health`);
    expect([headers.get("connection"), headers.get("keep-alive")]).toEqual(["keep-alive", told]);
  });

  test("is there for that long though nothing is said on it, and is closed then", async () => {
    const app = await start(temporaryDirectory(), { ANNEX_KEEP_ALIVE_SECONDS: "2" });
    const kept = await connection(app);
    // Before it is asked: when the answer is noticed here says nothing of when it was given.
    const since = performance.now();
    kept.socket.write(ask);
    await expect.poll(kept.heard).toContain("200 OK");
    await kept.closed;
    // Node adds a second of its own, so that who was told two may ask until then.
    expect(performance.now() - since).toBeGreaterThan(1900);
  });

  test("answers again and again in that time", async () => {
    const app = await start(temporaryDirectory(), { ANNEX_KEEP_ALIVE_SECONDS: "30" });
    const kept = await connection(app);
    for (let asked = 1; asked <= 3; asked += 1) {
      kept.socket.write(ask);
      await expect.poll(() => kept.heard().split("200 OK").length - 1).toBe(asked);
    }
  });
});

describe("on SIGTERM", () => {
  test("idle connections, and those on which nobody ever asked, hold nothing up", async () => {
    const app = await start(temporaryDirectory());
    const [silent, kept] = [await connection(app), await connection(app)];
    kept.socket.write(ask);
    await expect.poll(kept.heard).toContain("200 OK");
    const end = ended(app.process);
    const before = Date.now();
    app.process.kill("SIGTERM");
    expect(await end).toMatchObject({ code: 0, errors: "" });
    await Promise.all([silent.closed, kept.closed]);
    // Far below the five seconds that a request under way is given.
    expect(Date.now() - before).toBeLessThan(4000);
  });

  test("who is in the middle of asking is answered, told that it is the last answer, and let go", async () => {
    const app = await start(temporaryDirectory());
    const asking = await connection(app);
    asking.socket.write(ask.slice(0, 20));
    await fetch(`${app.url}/health`);
    const end = ended(app.process);
    app.process.kill("SIGTERM");
    await expect
      .poll(() =>
        fetch(`${app.url}/health`).then(
          () => "up",
          () => "down",
        ),
      )
      .toBe("down");
    asking.socket.write(ask.slice(20));
    await asking.closed;
    expect(asking.heard()).toMatch(/^HTTP\/1\.1 200 OK\r\n(.*\r\n)*Connection: close\r\n/i);
    expect(await end).toMatchObject({ code: 0 });
  });
});

test("one Ctrl-C is one, however often it arrives", async () => {
  const app = await start(temporaryDirectory());
  const end = ended(app.process);
  for (const signal of ["SIGINT", "SIGINT", "SIGTERM", "SIGINT"] as const) app.process.kill(signal);
  expect(await end).toEqual({ code: 0, signal: null, errors: "" });
});
