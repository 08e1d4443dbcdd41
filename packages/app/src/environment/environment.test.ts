import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { developmentSecret, generateCallbackSecret, generateKeyRing } from "./development-secrets.ts";
import { EnvironmentError, readSettings } from "./index.ts";

const secret = "0123456789abcdef0123456789abcdef";
const production = {
  NODE_ENV: "production",
  ANNEX_PUBLIC_URL: "https://app.example.com",
  ANNEX_KEY_RING: "a:…",
  ANNEX_CALLBACK_SECRET: secret,
};

test("without any variable an app has the defaults of the doors", () => {
  expect(readSettings({}, "stripe-sync")).toEqual({
    production: false,
    port: undefined,
    publicUrl: undefined,
    cloudUrl: "https://api.cloud.blnkfinance.com",
    databaseFile: "data/stripe-sync.db",
    databaseUrl: undefined,
    keyRing: undefined,
    callbackSecrets: undefined,
    linkMilliseconds: 300_000,
    sessionMilliseconds: 900_000,
    sessionMaximumMilliseconds: 28_800_000,
    keyGraceMilliseconds: 60_000,
    embedOrigins: [],
    logFile: undefined,
    keepAliveMilliseconds: 75_000,
    allowedSources: undefined,
    trustedProxies: undefined,
    descriptionFile: undefined,
    crashAt: undefined,
  });
});

test.each([
  { ANNEX_DATABASE: "postgres://db/app" },
  { ANNEX_DATABASE: "postgres:///app?host=/run/postgresql" },
  { ANNEX_DATABASE: "postgres://user@/app?host=/run/postgresql" },
  { ANNEX_DATABASE: "postgresql://user:password@/app?host=/run/postgresql" },
  { ANNEX_DATABASE: "postgres://%2Frun%2Fpostgresql/app" },
  { ANNEX_DATABASE: "postgres:///app", PGHOST: "db" },
])("a server is named in each way that the driver knows: %j", (environment) => {
  expect(readSettings(environment, "stripe-sync").databaseUrl?.reveal()).toBe(environment.ANNEX_DATABASE);
});

test("what is set is taken", () => {
  const settings = readSettings(
    {
      PORT: "0",
      NODE_ENV: "development",
      ANNEX_PUBLIC_URL: "http://localhost:5002/",
      ANNEX_CLOUD_URL: "http://localhost:4400",
      ANNEX_DATABASE: "/var/lib/app.db",
      ANNEX_CALLBACK_SECRET: `${secret}, ${secret}older`,
      ANNEX_LINK_SECONDS: "60",
      ANNEX_SESSION_SECONDS: "3",
      ANNEX_SESSION_MAX_SECONDS: "9",
      ANNEX_KEY_GRACE_SECONDS: "0",
      ANNEX_EMBED_ORIGINS: "http://localhost:4400,http://127.0.0.1:4400",
      ANNEX_LOG: "app.log",
      ANNEX_KEEP_ALIVE_SECONDS: "120",
      ANNEX_CRASH_AT: "after-commit:3",
    },
    "stripe-sync",
  );
  expect(settings).toMatchObject({
    port: 0,
    publicUrl: "http://localhost:5002",
    cloudUrl: "http://localhost:4400",
    databaseFile: "/var/lib/app.db",
    databaseUrl: undefined,
    callbackSecrets: [secret, `${secret}older`],
    linkMilliseconds: 60_000,
    sessionMilliseconds: 3000,
    sessionMaximumMilliseconds: 9000,
    keyGraceMilliseconds: 0,
    embedOrigins: ["http://localhost:4400", "http://127.0.0.1:4400"],
    logFile: "app.log",
    keepAliveMilliseconds: 120_000,
    crashAt: "after-commit:3",
  });
});

test("production starts with what it needs", () => {
  expect(readSettings(production, "x")).toMatchObject({ production: true, embedOrigins: [] });
});

describe("strictness", () => {
  const strict = (environment: Readonly<Record<string, string>>) =>
    readSettings({ ...production, ...environment }, "x").production;

  test.each([
    ["production", "https://app.example.com", true],
    [" production\t\n", "http://localhost:5002", "refused"],
    ["\uFEFFproduction\u00A0", "https://app.example.com", true],
    ["development", "https://app.example.com", false],
    [" development ", "http://localhost:5002", false],
    ["development", "http://app.example.com", "refused"],
    ["development", "http://192.168.1.2:5002", "refused"],
    ["", "http://localhost:5002", false],
    ["  ", "http://127.0.0.1", false],
    ["", "http://127.1:80", false],
    ["", "http://[::1]:5002", false],
    ["", "http://app.localhost:5002", false],
    ["", "http://localhost.:5002", false],
    ["", "https://app.example.com", true],
    ["", "http://192.168.1.2:5002", "refused"],
    ["", "http://0.0.0.0:5002", "refused"],
    ["", "https://localhost.example.com", true],
    ["", "https://127.0.0.1.example.com", true],
  ] as const)("NODE_ENV %j at %s", (mode, publicUrl, wanted) => {
    const read = () => strict({ NODE_ENV: mode, ANNEX_PUBLIC_URL: publicUrl });
    if (wanted === "refused") expect(read).toThrow(expect.objectContaining({ variable: "ANNEX_PUBLIC_URL" }));
    else expect(read()).toBe(wanted);
  });

  test.each([
    ["ANNEX_EMBED_ORIGINS", "http://localhost:4400"],
    ["ANNEX_CRASH_AT", "after-commit"],
  ])(
    "development at an address that others can reach switches nothing off for them: %s",
    (variable, value) => {
      const development = { NODE_ENV: "development", [variable]: value };
      const read = (publicUrl: string) => readSettings({ ...development, ANNEX_PUBLIC_URL: publicUrl }, "x");
      expect(() => read("https://three-plain-words.trycloudflare.com")).toThrow(
        expect.objectContaining({ variable }),
      );
      expect(() => read("http://localhost:5002")).not.toThrow();
    },
  );

  test("development through a tunnel has its secrets generated", () => {
    const settings = readSettings(
      { NODE_ENV: "development", ANNEX_PUBLIC_URL: "https://three-plain-words.trycloudflare.com" },
      "x",
    );
    expect(settings).toMatchObject({ production: false, keyRing: undefined, callbackSecrets: undefined });
  });

  // A process manager's file had "production " in it, and the app ran with generated keys for weeks.
  test.each([
    "prod",
    "Production",
    "PRODUCTION",
    "production\u200B",
    "productіon",
    "dev",
    "test",
    "false",
    "0",
  ])("NODE_ENV %j is refused by name", (mode) => {
    expect(() => strict({ NODE_ENV: mode })).toThrow(expect.objectContaining({ variable: "NODE_ENV" }));
  });
});

describe("addresses and networks", () => {
  const allowed = (list: string) => {
    const { allowedSources } = readSettings({ ANNEX_ALLOWED_SOURCES: list }, "x");
    return (address: string) => allowedSources?.(address);
  };

  test.each([
    ["161.35.166.95, 161.35.171.250", "161.35.171.250", true],
    ["161.35.166.95", "161.35.166.96", false],
    ["161.35.166.95", "::ffff:161.35.166.95", true],
    ["161.35.166.95", "::FFFF:161.35.166.95", true],
    ["10.0.0.0/8", "10.255.1.2", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["0.0.0.0/0", "203.0.113.7", true],
    ["0.0.0.0/0", "2001:db8::1", false],
    ["2001:db8::/32", "2001:db8:ffff::1", true],
    ["2001:db8::/32", "2001:db9::1", false],
    ["::1", "0:0:0:0:0:0:0:1", true],
    ["127.0.0.1", "localhost", false],
    ["127.0.0.1", "", false],
  ])("%s holds %s: %s", (list, address, wanted) => {
    expect(allowed(list)(address)).toBe(wanted);
  });

  test.each([
    "cloud.example.com",
    "10.0.0.0/33",
    "10.0.0/8",
    "::1/129",
    "10.0.0.1/8/8",
    "10.0.0.1/-1",
    "10.0.0.0/08",
    "10.0.0.0/",
    ",",
  ])("%s is refused", (list) => {
    expect(() => allowed(list)).toThrow(/^ANNEX_ALLOWED_SOURCES must be addresses or networks/);
  });
});

test.each([
  ["PORT", { PORT: "http" }],
  ["PORT", { PORT: "70000" }],
  ["ANNEX_PUBLIC_URL", { ANNEX_PUBLIC_URL: "app.example.com" }],
  ["ANNEX_PUBLIC_URL", { ANNEX_PUBLIC_URL: "ftp://app.example.com" }],
  ["ANNEX_PUBLIC_URL", { ANNEX_PUBLIC_URL: "https://me:pw@app.example.com" }],
  ["ANNEX_PUBLIC_URL", { ANNEX_PUBLIC_URL: "https://example.com/portal/mine" }],
  ["ANNEX_PUBLIC_URL", { ANNEX_PUBLIC_URL: "https://example.com/cloud" }],
  ["ANNEX_CLOUD_URL", { ANNEX_CLOUD_URL: "https://cloud/?key=1" }],
  ["ANNEX_DATABASE", { ANNEX_DATABASE: "mysql://localhost/app" }],
  ["ANNEX_DATABASE", { ANNEX_DATABASE: "postgres://" }],
  ["ANNEX_DATABASE", { ANNEX_DATABASE: "postgres:///app" }],
  ["ANNEX_DATABASE", { ANNEX_DATABASE: "postgres://user@/app" }],
  ["ANNEX_CALLBACK_SECRET", { ANNEX_CALLBACK_SECRET: "short" }],
  ["ANNEX_CALLBACK_SECRET", { ANNEX_CALLBACK_SECRET: `${secret},short` }],
  ["ANNEX_CALLBACK_SECRET", { ANNEX_CALLBACK_SECRET: `${secret}/slash` }],
  ["ANNEX_LINK_SECONDS", { ANNEX_LINK_SECONDS: "0" }],
  ["ANNEX_SESSION_SECONDS", { ANNEX_SESSION_SECONDS: "1.5" }],
  ["ANNEX_SESSION_MAX_SECONDS", { ANNEX_SESSION_MAX_SECONDS: "-1" }],
  ["ANNEX_KEY_GRACE_SECONDS", { ANNEX_KEY_GRACE_SECONDS: "a minute" }],
  ["ANNEX_EMBED_ORIGINS", { ANNEX_EMBED_ORIGINS: "http://localhost:4400/page" }],
  ["ANNEX_EMBED_ORIGINS", { ANNEX_EMBED_ORIGINS: "*" }],
  ["ANNEX_EMBED_ORIGINS", { ...production, NODE_ENV: "", ANNEX_EMBED_ORIGINS: "http://localhost:4400" }],
  ["ANNEX_KEEP_ALIVE_SECONDS", { ANNEX_KEEP_ALIVE_SECONDS: "0" }],
  ["ANNEX_TRUSTED_PROXIES", { ANNEX_TRUSTED_PROXIES: "the balancer" }],
  ["ANNEX_CRASH_AT", { ANNEX_CRASH_AT: "somewhere:now" }],
  ["ANNEX_PUBLIC_URL", { ...production, ANNEX_PUBLIC_URL: undefined }],
  ["ANNEX_PUBLIC_URL", { ...production, ANNEX_PUBLIC_URL: "http://app.example.com" }],
  ["ANNEX_CLOUD_URL", { ...production, ANNEX_CLOUD_URL: "http://localhost:4400" }],
  ["ANNEX_KEY_RING", { ...production, ANNEX_KEY_RING: undefined }],
  ["ANNEX_CALLBACK_SECRET", { ...production, ANNEX_CALLBACK_SECRET: "" }],
  ["ANNEX_EMBED_ORIGINS", { ...production, ANNEX_EMBED_ORIGINS: "http://localhost:4400" }],
  ["ANNEX_CRASH_AT", { ...production, ANNEX_CRASH_AT: "after-commit" }],
])("%s is refused by name when it is wrong: %j", (variable, environment) => {
  const read = () => readSettings(environment, "x");
  expect(read).toThrow(EnvironmentError);
  expect(read).toThrow(expect.objectContaining({ variable }));
  expect(read).toThrow(new RegExp(`^${variable} must `));
  // In a server of the author's Node prints it as it is.
  expect(read).toThrow(expect.objectContaining({ stack: expect.not.stringMatching(/\n\s+at /) }));
});

test("a development secret is generated once, for its owner's eyes only", () => {
  const directory = mkdtempSync(join(tmpdir(), "annex-secret-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "deep", "app.db.key-ring");
  const first = developmentSecret(file, generateKeyRing);
  expect(developmentSecret(file, generateKeyRing)).toBe(first);
  expect(readFileSync(file, "utf8")).toBe(`${first}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a generated callback secret is one that is accepted", () => {
  const generated = generateCallbackSecret();
  expect(readSettings({ ANNEX_CALLBACK_SECRET: generated }, "x").callbackSecrets).toEqual([generated]);
});

describe("nothing is switched off by what nobody sees", () => {
  test.each([
    ["ANNEX_DATABASE", "\u200Bpostgres://app:secret@db/app"],
    ["ANNEX_PUBLIC_URL", "https://app.example.com/\u2060desk"],
    ["ANNEX_ALLOWED_SOURCES", "10.0.0.0/8\u202C"],
    ["ANNEX_LOG", "app\u0007.log"],
    ["ANNEX_EMBED_ORIGINS", "http://localhost:4400\u00AD"],
    ["NODE_ENV", "\u2063production"],
    ["ANNEX_SESSION_SECONDS", "9\u30640".replace("\u3064", "\u3164")],
  ])("an invisible character in %s", (name, value) => {
    expect(() => readSettings({ [name]: value }, "x")).toThrow(
      expect.objectContaining({
        variable: name,
        happened: expect.stringMatching(new RegExp(`^${name} has an invisible character, U\\+[0-9A-F]{4}`)),
      }),
    );
  });

  test.each([
    ["ANNEX_PUBLICURL", "ANNEX_PUBLIC_URL"],
    ["annex_public_url", "ANNEX_PUBLIC_URL"],
    ["ANEX_PUBLIC_URL", "ANNEX_PUBLIC_URL"],
    ["ANNEX_PUBLIC_URI", "ANNEX_PUBLIC_URL"],
    ["ANNEX_PUBLIC_URL ", "ANNEX_PUBLIC_URL"],
    ["ANNEX-KEY-RING", "ANNEX_KEY_RING"],
    ["ANNEX_KEYRING", "ANNEX_KEY_RING"],
    ["ANNEX_DATABASE_URL", "ANNEX_DATABASE"],
    ["ANNEX_ALLOWED_SOURCE", "ANNEX_ALLOWED_SOURCES"],
    ["ANNEX_TRUSTED_PROXY", "ANNEX_TRUSTED_PROXIES"],
    ["ANNEX_SESSION_TTL", "ANNEX_SESSION_SECONDS"],
    ["ANNEX_CALLBACK_SECRETS", "ANNEX_CALLBACK_SECRET"],
    ["Node_Env", "NODE_ENV"],
    ["NODE_ENV\u200B", "NODE_ENV"],
    ["NODE_EVN", "NODE_ENV"],
    // The first letter is a Cyrillic one.
    ["\u0410NNEX_PUBLIC_URL", "ANNEX_PUBLIC_URL"],
    ["ANNEX_SOURCES", "ANNEX_ALLOWED_SOURCES"],
    ["ANNEX_PROXIES", "ANNEX_TRUSTED_PROXIES"],
    ["ANNEX_URL", "ANNEX_PUBLIC_URL"],
    ["ANNEX_SECRET", "ANNEX_CALLBACK_SECRET"],
  ])("the name %s, which nobody reads", (name, meant) => {
    expect(() => readSettings({ [name]: "x" }, "x")).toThrow(`must be written ${meant}, or not be set`);
  });

  test("names of others are none of ours", () => {
    const others = [
      "PATH",
      "NODE_OPTIONS",
      "NODE_PATH",
      "ANNEX_KEY",
      "ANNEX_ZOO",
      "ANNEX_LEDGER_FLUSH",
      "APEX",
      "NODE_ENVIRONMENT",
    ];
    const environment = Object.fromEntries(others.map((name) => [name, "x"]));
    expect(readSettings(environment, "x").production).toBe(false);
  });
});

test.each(["-", "/dev/stdout"])("the log %s is standard output", (file) => {
  expect(readSettings({ ANNEX_LOG: file }, "x").logFile).toBeUndefined();
});
