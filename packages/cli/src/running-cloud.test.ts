/** Finding what is meant on a Cloud that runs, and saying so where that cannot be known. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { findApp, findInstance, findMember, findOrganization, type RunningCloud } from "./running-cloud.ts";
import { runHere } from "./testing/run-here.ts";

const organization = (name: string) => ({
  organization_id: `org_${name}`,
  instances: [{ instance_id: `inst_${name}`, name: "Production" }],
  members: ["Admin", "Analyst"].map((role) => ({
    user_id: `user_${name}_${role}`,
    email: `${role}@${name}.test`,
    role,
    totp_secret: "",
  })),
});
const runFile = {
  pid: 1,
  cloud: { url: "http://127.0.0.1:9", admin_token: "token" },
  organizations: [organization("one"), organization("two")],
  apps: [
    { app_id: "app_1", name: "支払い" },
    { app_id: "app_2", name: "決済" },
    { app_id: "app_3", name: "Stripe Sync" },
    { app_id: "app_4", name: "Twice" },
    { app_id: "app_5", name: "twice" },
    { app_id: "app_6", name: "…" },
  ],
};
const installations = [{ installed_app_id: "instapp_1", organization_id: "org_two" }];
const cloud: RunningCloud = { runFile, call: async () => ({ status: 200, body: { installations } }) };

describe("an app", () => {
  test.each([
    ["決済", "app_2"],
    ["stripe-sync", "app_3"],
    ["app_5", "app_5"],
    ["…", "app_6"],
    ["app_later", "app_later"],
  ])("called %s is %s", (wanted, id) => {
    expect(findApp(cloud, wanted)).toBe(id);
  });

  test.each(["!!", "支払", "nobody"])("called %s is none", (wanted) => {
    expect(() => findApp(cloud, wanted)).toThrow(`There is no app "${wanted}".`);
  });

  test("of a name that two have is named by its id", () => {
    expect(() => findApp(cloud, "TWICE")).toThrow(
      expect.objectContaining({ message: '"TWICE" can mean 2 things.', next: "Name one of: app_4, app_5." }),
    );
  });
});

describe("with several organizations", () => {
  test("an instance of a name that each has is named by its id", () => {
    expect(() => findInstance(cloud, "production")).toThrow(
      expect.objectContaining({ next: "Name one of: inst_one, inst_two." }),
    );
    expect(findInstance(cloud, "inst_two")).toBe("inst_two");
  });

  test("a member is one of the organization that is meant", async () => {
    expect(() => findMember(cloud, "Admin")).toThrow(
      expect.objectContaining({ next: "Name one of: Admin@one.test, Admin@two.test." }),
    );
    expect(findMember(cloud, "Admin@two.test")).toBe("user_two_Admin");
    const meant = await findOrganization(cloud, "instapp_1");
    expect(findMember(cloud, "Analyst", meant)).toBe("user_two_Analyst");
    expect(findMember(cloud, undefined, meant)).toBe("user_two_Admin");
    expect(findMember(cloud, undefined)).toBe("user_one_Admin");
  });
});

describe("a Cloud that was killed", () => {
  let directory: string;
  let stranger: Server;
  let answer: (response: ServerResponse) => void;
  let file: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "annex-killed-"));
    stranger = createServer((_request, response) => answer(response));
    await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    file = join(directory, "annex.json");
    writeFileSync(file, JSON.stringify({ ...runFile, cloud: { url, admin_token: "token" } }));
  });
  afterAll(() => {
    stranger.close();
    rmSync(directory, { recursive: true });
  });

  test.each([
    ["a page", "<!doctype html>"],
    ["nothing", ""],
    ["a text", '"hello"'],
  ])("and whose port is another program's, which answers %s, is said to be none", async (_what, text) => {
    answer = (response) => response.end(text);
    const { failure } = await runHere(["installations", "--run-file", file]);
    expect(failure).toEqual([
      expect.stringMatching(/^What answers at .* is no local Cloud\.$/),
      expect.any(String),
    ]);
  });

  test("and whose folder is given for its file is told so", async () => {
    const { failure } = await runHere(["installations", "--run-file", directory]);
    expect(failure).toEqual([`${directory} is a folder, where a file is wanted.`, "Name a file in it."]);
  });

  test.each([["installations"], ["logs", "--follow"]])(
    "and of which only the file is left is said to run no more: %j",
    async (...words) => {
      const gone = createServer();
      await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
      const url = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
      await new Promise((resolve) => gone.close(resolve));
      const left = join(directory, "left.json");
      writeFileSync(left, JSON.stringify({ ...runFile, cloud: { url, admin_token: "token" } }));
      const { failure } = await runHere([...words, "--run-file", left]);
      expect(failure).toEqual([
        `The local Cloud of this run file runs no more: nothing listens at ${url}.`,
        "It was killed before it could remove the file. Start it again on the same folder, with `annex dev` or `annex cloud`.",
      ]);
    },
  );

  test("and whose connection is lost before it answers is named with what happened", async () => {
    answer = (response) => response.destroy();
    const { failure } = await runHere(["installations", "--run-file", file]);
    expect(failure[0]).toMatch(/^The local Cloud at http:.* does not answer \(\w+\)\.$/);
  });

  test.each([
    { cloud: { url: "http://127.0.0.1:4400", admin_token: "token" } },
    { ...runFile, cloud: { url: "ftp://x", admin_token: "token" } },
    null,
  ])("and what is no run file of it is said to be none: %j", async (content) => {
    const other = join(directory, "other.json");
    writeFileSync(other, JSON.stringify(content));
    const { failure } = await runHere(["code", "--run-file", other]);
    expect(failure[0]).toBe(`${other} is not the run file of a local Cloud.`);
  });

  test("while it is followed is said to have ended", async () => {
    answer = (response) => response.writeHead(200).write(": listening\n\n", () => response.destroy());
    const { failure } = await runHere(["logs", "--follow", "--run-file", file]);
    expect(failure).toEqual([
      expect.stringContaining("ended in the middle of what it told."),
      expect.any(String),
    ]);
  });
});

/** A Cloud that answers everything in one way, and the folder of its run file. */
async function answeringCloud(answer: (response: ServerResponse) => void): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "annex-older-"));
  const older = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => older.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    older.close();
    rmSync(directory, { recursive: true });
  });
  const url = `http://127.0.0.1:${(older.address() as AddressInfo).port}`;
  const content = { ...runFile, cloud: { url, admin_token: "t" } };
  writeFileSync(join(directory, "annex.json"), JSON.stringify(content));
  return directory;
}

test("a Cloud of an older version, which says nothing of an app's address, registers it all the same", async () => {
  const directory = await answeringCloud(
    (response) => void response.writeHead(201).end('{"app_id":"app_9"}'),
  );
  const manifest = join(directory, "manifest.json");
  writeFileSync(manifest, "{}");
  const { output } = await runHere(["app", "register", manifest, "--data", directory]);
  expect(output).toBe("Registered: app_9\n");
});

test.each([
  [["apps"], { app_id: "app_9" }],
  [["installations"], { installed_app_id: "instapp_9" }],
  [["deliveries"], { delivery_id: "dlv_9" }],
])("a Cloud of another version, whose rows lack a list, is told of all the same: %j", async (words, row) => {
  const directory = await answeringCloud(
    (response) => void response.end(JSON.stringify({ data: [row], total: 1 })),
  );
  const { output } = await runHere([...words, "--data", directory]);
  expect(output).toContain(Object.values(row).join());
});

test("and so is what happens in it", async () => {
  const event = 'event: delivery\ndata: {"kind":"install","status":200,"duration_ms":1}\n\n';
  const directory = await answeringCloud((response) => void response.write(event, () => response.destroy()));
  const { output } = await runHere(["logs", "--follow", "--data", directory]);
  expect(output).toBe("[Cloud] sent install  200  1 ms\n");
});
