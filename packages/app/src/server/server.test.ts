import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { ended, type Running, start, temporaryDirectory } from "../../test/process.ts";
import {
  callbackSecret,
  installBody,
  pathOf,
  portalRequest,
  sessionIn,
  uninstallBody,
} from "../../test/support.ts";

async function launchStatus(app: Running, number = 1): Promise<number> {
  const body = portalRequest({ installed_app_id: `instapp_${number}`, instance_id: `inst_${number}` });
  return (await app.post(`/cloud/${callbackSecret}/portal`, body)).status;
}

describe("a process", () => {
  test("says ready, answers, ends with 0 on SIGTERM, and knows everything when it starts again", async () => {
    const directory = temporaryDirectory();
    const first = await start(directory);
    expect((await fetch(`${first.url}/health`)).status).toBe(200);
    expect((await first.callback(installBody())).status).toBe(200);
    const end = ended(first.process);
    first.process.kill("SIGTERM");
    expect(await end).toEqual({ code: 0, signal: null, errors: "" });
    expect(await launchStatus(await start(directory))).toBe(200);
  });

  test("ends with 0 on SIGINT, with connections open", async () => {
    const app = await start(temporaryDirectory());
    const socket = connect(Number(new URL(app.url).port));
    await new Promise((resolve) => socket.once("connect", resolve));
    await app.callback(installBody());
    const end = ended(app.process);
    app.process.kill("SIGINT");
    expect(await end).toMatchObject({ code: 0 });
    socket.destroy();
  });

  test("the link leads to itself where no public address is set", async () => {
    const app = await start(temporaryDirectory());
    await app.callback(installBody());
    const { portal_url: link } = (await (
      await app.post(`/cloud/${callbackSecret}/portal`, portalRequest())
    ).json()) as { portal_url: string };
    expect(new URL(link).origin).toBe(app.url);
    const session = sessionIn(await (await fetch(`${app.url}${pathOf(link)}`)).text());
    const answer = await app.post("/portal/api/echo", {}, { authorization: `Bearer ${session}` });
    expect(await answer.json()).toEqual({ instance: "inst_1" });
  });

  test("10 MB are refused over the wire with the reason, and the process goes on", async () => {
    const app = await start(temporaryDirectory());
    const refused = await app.callback("x".repeat(10_000_000));
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
      413,
      "body_too_large",
    ]);
    expect((await app.post("/nowhere", "x".repeat(1_000_000))).status).toBe(404);
    expect((await app.callback(installBody())).status).toBe(200);
  });

  // Hung up on with the answer, a sender whose next write failed never read it.
  test("who is refused is listened to for a while, so that he hears why", async () => {
    const app = await start(temporaryDirectory());
    const [sendingOn, stopping, endless] = await Promise.all([
      refusedSender(app, { told: 10_000_000, sends: 10_000_000 }),
      refusedSender(app, { told: 10_000_000, sends: 100_000 }),
      refusedSender(app, { told: 99_999_999_999, sends: Number.POSITIVE_INFINITY }),
    ]);
    expect([sendingOn, stopping]).toEqual([
      { left: 0, errors: [] },
      { left: 0, errors: [] },
    ]);
    expect(endless.left).toBe(Number.POSITIVE_INFINITY);
    expect((await app.callback(installBody())).status).toBe(200);
  });
});

/** Sends so much of a body that is too large when it has heard the refusal, and waits until it is hung up on. */
async function refusedSender(
  app: Running,
  { told, sends }: { readonly told: number; readonly sends: number },
) {
  const sender = connect(app.port, "localhost");
  onTestFinished(() => void sender.destroy());
  const errors: Error[] = [];
  let heard = "";
  sender.on("error", (error) => errors.push(error));
  sender.on("data", (chunk) => {
    heard += chunk;
  });
  const hungUp = new Promise((resolve) => sender.once("close", resolve));
  sender.write(
    `POST /cloud/${callbackSecret}/callback HTTP/1.1\r\nHost: app\r\nContent-Length: ${told}\r\n\r\n`,
  );
  await expect.poll(() => heard, { timeout: 30_000 }).toMatch(/^HTTP\/1\.1 413 .*"code":"body_too_large"/s);
  const part = Buffer.alloc(100_000, "x");
  let left = sends;
  const sendOn = () => {
    while (left > 0 && !sender.destroyed) {
      left -= part.length;
      if (!sender.write(part)) return void sender.once("drain", sendOn);
    }
  };
  sendOn();
  await hungUp;
  return { left, errors };
}

describe("killed", () => {
  const points = [
    "event-accepted",
    "before-commit",
    "after-commit",
    "before-erase",
    "after-erase",
    "before-answer",
  ] as const;

  test.each(points)("at %s it loses nothing that was acknowledged", async (point) => {
    const directory = temporaryDirectory();
    const app = await start(directory, { ANNEX_CRASH_AT: `${point}:${point.endsWith("erase") ? 1 : 4}` });
    const end = ended(app.process);
    const acknowledged = new Map<number, string>();
    for (const number of [1, 2, 3, 4, 5, 6]) {
      const send = async (kind: string, body: unknown) => {
        const answer = await app.callback(body).catch(() => undefined);
        if (answer?.status === 200) acknowledged.set(number, kind);
        // Sent but not answered, an uninstall may have been carried out or not; Cloud sends it again.
        else if (kind === "uninstall") acknowledged.delete(number);
      };
      await send("install", installBody(number));
      if (number % 2 === 0) await send("uninstall", uninstallBody(number));
    }
    expect((await end).signal).toBe("SIGKILL");

    const again = await start(directory);
    for (const [number, kind] of acknowledged) {
      expect([number, await launchStatus(again, number)]).toEqual([number, kind === "install" ? 200 : 403]);
    }
    for (const number of [1, 2, 3, 4, 5, 6]) {
      expect((await again.callback(installBody(number))).status).toBe(200);
    }
    const files = Buffer.concat(readdirSync(directory).map((name) => readFileSync(join(directory, name))));
    expect(files.includes("planted_key")).toBe(false);
  });
});

test("two processes on one file take the same event once", async () => {
  const directory = temporaryDirectory();
  const apps = await Promise.all([start(directory), start(directory)]);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_none, index) => apps[index % 2]?.callback(installBody())),
  );
  const told = await Promise.all(
    answers.map(async (answer) => (await answer?.json()) as { because: string }),
  );
  expect(told.filter(({ because }) => because === "installed")).toHaveLength(1);
  expect(told.filter(({ because }) => because === "duplicate")).toHaveLength(19);
});
