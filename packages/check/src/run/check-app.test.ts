import { execFileSync, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { CheckError, type CheckOptions, type Cloud, openCloud } from "../world/index.ts";
import { ruleDescriptions, rulesAsMarkdown } from "./catalogue.ts";
import { type CheckTools, checkApp } from "./check-app.ts";

const secret = "0123456789abcdef0123456789abcdef01234567";

function optionsFor(port: number, given: Partial<CheckOptions> = {}): CheckOptions {
  return {
    callback: `http://127.0.0.1:${port}/cloud/${secret}/callback`,
    portal: `http://127.0.0.1:${port}/cloud/${secret}/portal`,
    linkSeconds: 300,
    sessionSeconds: 900,
    graceSeconds: 60,
    edition: "both",
    fast: true,
    ...given,
  };
}

/** What tests that run side by side leave behind, which is put away when all are through. */
const leftBehind: (() => void)[] = [];
const afterwards = (putAway: () => void) => leftBehind.push(putAway);
afterAll(() => {
  for (const putAway of leftBehind) putAway();
});

/** A server in place of an app. */
async function serving(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterwards(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const failure = (options: CheckOptions) =>
  checkApp(options).then(
    () => undefined,
    (error: unknown) => error,
  );

test.concurrent("URLs that nobody answers are no verdict but an error with a next step", async () => {
  const error = await failure(optionsFor(await closedPort()));
  expect(error).toBeInstanceOf(CheckError);
  expect((error as CheckError).message).toContain("ECONNREFUSED");
  expect((error as CheckError).next).not.toBe("");
});

test.concurrent("what answers in no HTTP is named as such, and not said to be away", async () => {
  const server = createTcpServer((socket) => socket.on("data", () => socket.end("220 mail.example\r\n")));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const error = await failure(optionsFor((server.address() as AddressInfo).port));
  server.close();
  expect(error).toBeInstanceOf(CheckError);
  expect((error as CheckError).message).toMatch(/^What http:\S+ answers is no HTTP/);
});

const openssl = spawnSync("openssl", ["version"]).status === 0;

test.skipIf(!openssl)("a certificate that nobody trusts is named as such", async () => {
  const directory = mkdtempSync(join(tmpdir(), "annex-certificate-"));
  afterwards(() => rmSync(directory, { recursive: true, force: true }));
  const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-days", "2"];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, ...subject],
    { stdio: "ignore" },
  );
  const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) =>
    response.end(),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterwards(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const error = await failure({
    ...optionsFor(port),
    callback: `https://127.0.0.1:${port}/cloud/${secret}/callback`,
    portal: `https://127.0.0.1:${port}/cloud/${secret}/portal`,
  });
  expect(error).toBeInstanceOf(CheckError);
  expect((error as CheckError).message).toContain("certificate");
  expect((error as CheckError).next).toContain("NODE_EXTRA_CA_CERTS");
});

test.concurrent("a rule that does not exist is named, with those there are", async () => {
  const error = await failure(optionsFor(await closedPort(), { only: ["no-such-rule"] }));
  expect((error as CheckError).message).toContain('"no-such-rule"');
  expect((error as CheckError).next).toContain("duplicate-install");
});

test.concurrent("a command that ends is an error with its last words", { timeout: 90_000 }, async () => {
  const error = await failure(
    optionsFor(await closedPort(), { start: "echo no database today >&2; exit 3" }),
  );
  expect((error as CheckError).message).toContain("ended with code 3");
  expect((error as CheckError).message).toContain("no database today");
});

/** One for all: each check would wait some seconds for its own, and a dozen at once take the machine. */
let shared: Cloud | undefined;
function sharedCloud(): Cloud {
  shared ??= openCloud();
  return shared;
}
afterAll(() => shared?.close());

/** A check beside the Cloud of all. */
function checked(options: CheckOptions, tools: CheckTools = {}): ReturnType<typeof checkApp> {
  return checkApp(options, { cloud: sharedCloud(), ...tools });
}

/**
 * Ends with the first event whose kind is no text, its connections a moment before itself, and at each start after that; other
 * events are answered a moment later.
 */
const poisoned = (file: string, port: number) => `exec "${process.execPath}" -e '
  const { existsSync, writeFileSync } = require("node:fs");
  if (existsSync("${file}")) throw new Error("The journal is broken");
  const server = require("node:http").createServer((request, response) => {
    let text = "";
    request.on("data", (part) => { text += part; });
    request.on("end", () => {
      if (!/idempotency_key.:42/.test(text)) return setTimeout(() => response.end("{}"), 20);
      writeFileSync("${file}", "");
      server.close();
      server.closeAllConnections();
      setTimeout(() => process.exit(1), 300);
    });
  }).listen(${port}, "127.0.0.1")'`;

test.concurrent("an app that one body takes down for good fails the rule that sent it, and no other", {
  timeout: 90_000,
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), "annex-poisoned-"));
  afterwards(() => rmSync(directory, { recursive: true, force: true }));
  const port = await closedPort();
  const start = poisoned(join(directory, "journal"), port);
  const only = [
    "bad-input-named",
    "bad-input-refused",
    "forged-install",
    "token-entropy",
    "wrong-path-alike",
  ];
  const { rules } = await checked(optionsFor(port, { start, only }));
  expect(rules.filter(({ verdict }) => verdict === "fail").map(({ id }) => id)).toEqual([
    "bad-input-refused",
  ]);
  const verdictOf = (id: string) => rules.find((rule) => rule.id === id);
  expect(verdictOf("bad-input-refused")?.evidence).toContain("The journal is broken");
  expect(verdictOf("bad-input-named")).toMatchObject({
    verdict: "not_tested",
    evidence: expect.stringMatching(/was down since .*bad-input-refused/),
  });
});

test.concurrent("an app that somebody else runs and that is taken down fails the rule that did it", {
  timeout: 90_000,
}, async () => {
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part) => {
      text += String(part);
    });
    request.on("end", () => {
      if (text.includes('"idempotency_key":42')) {
        server.close();
        server.closeAllConnections();
      } else response.end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterwards(() => server.close());
  const { port } = server.address() as AddressInfo;
  const only = ["bad-input-named", "bad-input-refused"];
  const { rules } = await checked(optionsFor(port, { only }));
  expect(rules.map(({ id, verdict }) => [id, verdict])).toEqual([
    ["bad-input-refused", "fail"],
    ["bad-input-named", "not_tested"],
  ]);
});

test.concurrent("a host that an app leads on to and that refuses connections is not the app's end", async () => {
  const location = `http://127.0.0.1:${await closedPort()}/dashboard`;
  const port = await serving((request, response) => {
    const portal_url = `http://127.0.0.1:${port}/open/${randomUUID()}`;
    if (request.url?.startsWith("/open/")) response.writeHead(302, { location }).end();
    else response.end(JSON.stringify({ portal_url }));
  });
  const { rules } = await checked(optionsFor(port, { only: ["embedding-header"], edition: "guide" }));
  expect(rules[0]?.evidence).not.toContain("took no connection");
});

/** Ends for good when it is asked for that. */
const mortal = (file: string, port: number) => `exec "${process.execPath}" -e '
  const { existsSync, writeFileSync } = require("node:fs");
  if (existsSync("${file}")) throw new Error("Never again");
  require("node:http").createServer((request, response) => {
    response.end("{}");
    if (request.url !== "/end") return;
    writeFileSync("${file}", "");
    process.exit(1);
  }).listen(${port}, "127.0.0.1")'`;

test.concurrent("an app that is down when the check ends, by nobody's doing, was not judged", {
  timeout: 90_000,
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), "annex-mortal-"));
  afterwards(() => rmSync(directory, { recursive: true, force: true }));
  const port = await closedPort();
  const start = mortal(join(directory, "end"), port);
  // Until it is gone, which it is a moment after it has answered.
  const asking = `(async () => { for (;;) await fetch("http://127.0.0.1:${port}/end"); })().catch(() => undefined)`;
  const end = () => spawnSync(process.execPath, ["-e", asking], { timeout: 20_000 });
  const error = await checked(optionsFor(port, { start, only: ["urls-https"] }), {
    onRule: end,
  }).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(CheckError);
  expect((error as CheckError).message).toMatch(/was down when the check ended.*Never again/s);
  expect((error as CheckError).next).not.toBe("");
});

test.concurrent("an app whose Cloud was gone when the check ended was not judged either", {
  timeout: 90_000,
}, async () => {
  const port = await closedPort();
  const start = mortal(join(tmpdir(), "never-there", "end"), port);
  const dead = { ...sharedCloud(), admin: () => Promise.reject(new Error("fetch failed")) };
  const error = await checked(optionsFor(port, { start, only: ["install-accepted"] }), {
    cloud: dead,
  }).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(CheckError);
  expect((error as CheckError).message).toMatch(/Cloud was gone.*fetch failed/);
});

test.concurrent("something that listens already is not checked in place of the command's app", {
  timeout: 90_000,
}, async () => {
  const port = await serving((_, response) => response.end());
  const error = await failure(optionsFor(port, { start: "sleep 60" }));
  expect((error as CheckError).message).toContain("answers");
});

test.concurrent("a server that refuses everything fails where that is wrong, and is not tested elsewhere", {
  timeout: 60_000,
}, async () => {
  const port = await serving((request, response) => {
    request.resume();
    response.writeHead(404).end();
  });
  const only = ["install-accepted", "duplicate-install", "token-entropy", "key-at-rest", "work-after-answer"];
  const { rules } = await checked(optionsFor(port, { only }));
  const verdicts = Object.fromEntries(rules.map(({ id, verdict }) => [id, verdict]));
  expect(verdicts).toEqual({
    "install-accepted": "fail",
    "duplicate-install": "not_tested",
    "token-entropy": "not_tested",
    "key-at-rest": "not_tested",
    "work-after-answer": "not_tested",
  });
  for (const { verdict, evidence } of rules)
    if (verdict === "not_tested") expect(evidence).toMatch(/needs|Give/);
});

test.concurrent("an app that takes events and launches nothing fails one rule, and the others wait for it", {
  timeout: 60_000,
}, async () => {
  const port = await serving((request, response) => {
    request.resume();
    response.writeHead(request.url?.endsWith("/callback") === true ? 200 : 500).end("{}");
  });
  const waiting = [
    "tolerant-json",
    "forged-install",
    "portal-foreign-ids",
    "uninstall-names-one",
    "changed-key",
  ];
  const told: string[] = [];
  const { rules } = await checked(optionsFor(port, { only: ["portal-accepted", ...waiting] }), {
    onRule: ({ id, verdict }) => told.push(`${id} ${verdict}`),
  });
  expect(told.toSorted()).toEqual(rules.map(({ id, verdict }) => `${id} ${verdict}`).toSorted());
  const failed = rules.filter(({ verdict }) => verdict === "fail").map(({ id }) => id);
  expect(failed).toEqual(["portal-accepted"]);
  const named = rules.filter(({ mendFirst }) => mendFirst === "portal-accepted").map(({ id }) => id);
  const untested = rules.filter(({ verdict }) => verdict === "not_tested").map(({ id }) => id);
  expect(untested.toSorted()).toEqual(waiting.toSorted());
  expect(named).toEqual(expect.arrayContaining(["tolerant-json", "forged-install", "portal-foreign-ids"]));
});

test.concurrent("an app that takes nothing shows nothing by what it does not launch", {
  timeout: 60_000,
}, async () => {
  const port = await serving((request, response) => {
    request.resume();
    response.writeHead(500).end("{}");
  });
  const only = ["install-accepted", "portal-accepted", "forged-install"];
  const { rules } = await checked(optionsFor(port, { only }));
  expect(rules.map(({ id, verdict, mendFirst }) => [id, verdict, mendFirst])).toEqual([
    ["install-accepted", "fail", undefined],
    ["forged-install", "not_tested", "install-accepted"],
    ["portal-accepted", "not_tested", undefined],
  ]);
});

/** Without anything where it is no JSON, as some of what is sent is not. */
function eventIn(text: string): { readonly api_key?: string } {
  try {
    return JSON.parse(text || "{}");
  } catch {
    return {};
  }
}

/** An app that refuses its first launches and then gives URLs; its very first answer tells the key. */
function hesitant(refusals: number): RequestListener {
  let launches = 0;
  let answers = 0;
  return (request, response) => {
    let text = "";
    request.on("data", (part) => {
      text += String(part);
    });
    request.on("end", () => {
      const { api_key: key } = eventIn(text);
      answers += key === undefined ? 0 : 1;
      if (request.url?.endsWith("/portal") === true) launches += 1;
      const url = `http://${request.headers.host}/portal/enter?token=${launches}`;
      if (request.url?.endsWith("/portal") === true && launches <= refusals)
        response.writeHead(404).end("{}");
      else response.end(JSON.stringify({ portal_url: url, key: answers === 1 ? key : undefined }));
    });
  };
}

const hesitating = async (refusals: number, only: readonly string[]) =>
  (await checked(optionsFor(await serving(hesitant(refusals)), { only }))).rules.map(
    ({ verdict, evidence }) => ({ verdict, evidence }),
  );

test.concurrent("what slowness alone could bring about is looked at again before it counts", {
  timeout: 60_000,
}, async () => {
  const [rule] = await hesitating(3, ["kept-connections"]);
  expect(rule?.verdict).toBe("pass");
  expect(rule?.evidence).toContain("A first look");
});

test.concurrent("what the second look finds again fails", { timeout: 60_000 }, async () => {
  const [rule] = await hesitating(Number.POSITIVE_INFINITY, ["kept-connections"]);
  expect(rule?.verdict).toBe("fail");
  expect(rule?.evidence).toContain("Seen twice");
});

test.concurrent("what was seen to go wrong once counts, though it would not be seen again", {
  timeout: 60_000,
}, async () => {
  const [rule] = await hesitating(0, ["key-in-answers"]);
  expect(rule?.verdict).toBe("fail");
});

test.concurrent("no rule begins when the check has taken its time, and none is waited for any longer", {
  timeout: 60_000,
}, async () => {
  // Takes every connection and answers nobody but who asks whether it is there.
  const port = await serving((request, response) => {
    if (request.method === "GET") response.end();
  });
  const lives = { linkSeconds: 0.5, sessionSeconds: 0.25, graceSeconds: 0.25 };
  const evidenceWithin = async (longestSeconds: number) => {
    const options = { ...optionsFor(port, { only: ["install-accepted"] }), ...lives };
    const { rules } = await checked(options, { longestSeconds });
    return rules.map(({ verdict, evidence }) => `${verdict}: ${evidence}`);
  };
  expect(await evidenceWithin(-1)).toEqual([
    expect.stringMatching(/^not_tested: The check had taken 0 s before it was/),
  ]);
  // Whether it is the first look or the second that time runs out in depends on the machine.
  expect(await evidenceWithin(0)).toEqual([expect.stringMatching(/^not_tested: .*not through after [01] s/)]);
});

test("every rule says what it holds an app to, how, and how to mend it, in the guide's page too", () => {
  const page = rulesAsMarkdown();
  expect(new Set(ruleDescriptions.map(({ id }) => id)).size).toBe(ruleDescriptions.length);
  expect(page).toContain("**Stands on:** `uninstall-accepted`");
  for (const { id, holdsTo, how, fix } of ruleDescriptions) {
    expect(page).toContain(`\`${id}\``);
    for (const text of [holdsTo, how, fix]) expect(text.length).toBeGreaterThan(15);
  }
});
