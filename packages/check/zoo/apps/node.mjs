/**
 * A good app in bare Node: no package, a scripted page, SQLite, a session in the tab's own storage.
 * It lists the ledgers, keeps notes, posts a test transaction, and sets up a ledger after the install.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const setting = (name, fallback) => process.env[name] ?? fallback;
const port = Number(setting("PORT", "5100"));
const publicUrl = setting("PUBLIC_URL", `http://localhost:${port}`);
const cloudUrl = setting("CLOUD_API", "https://api.cloud.blnkfinance.com");
const folder = setting("DATA", "data");
const secret = setting("SECRET", "");
const seconds = {
  link: Number(setting("LINK_SECONDS", "300")),
  session: Number(setting("SESSION_SECONDS", "900")),
  sessionMaximum: 28_800,
  grace: Number(setting("GRACE_SECONDS", "60")),
};
const scopes = ["data:read", "data:write", "alerts:read", "alerts:write"];
const bodyLimit = 64 * 1024;
const now = () => Date.now();

mkdirSync(folder, { recursive: true });
/** What can't be written down is lost; nobody is refused for it. */
const log = (event, details = {}) => {
  try {
    appendFileSync(
      join(folder, "app.log"),
      `${JSON.stringify({ time: new Date().toISOString(), event, ...details })}\n`,
    );
  } catch {
    process.stderr.write("The log can't be written.\n");
  }
};

// --- What is stored -------------------------------------------------------------------------------

const keyFile = join(folder, "seal.key");
if (!existsSync(keyFile)) writeFileSync(keyFile, randomBytes(32), { mode: 0o600 });
const sealingKey = readFileSync(keyFile);

const db = new DatabaseSync(join(folder, "app.db"), { timeout: 5000 });
db.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS installations (
    id TEXT PRIMARY KEY, app_id TEXT, organization_id TEXT, instance_id TEXT, status TEXT NOT NULL,
    sealed_key BLOB, grants TEXT, fingerprint TEXT, installed_at INTEGER, suspended INTEGER DEFAULT 0);
  CREATE TABLE IF NOT EXISTS sessions (
    hash TEXT PRIMARY KEY, installation TEXT, user TEXT, kind TEXT, until INTEGER, latest INTEGER);
  CREATE TABLE IF NOT EXISTS jobs (installation TEXT PRIMARY KEY, step INTEGER, due INTEGER, attempts INTEGER);
  CREATE TABLE IF NOT EXISTS doubts (newer TEXT PRIMARY KEY, older TEXT, due INTEGER, attempts INTEGER, until INTEGER);
  CREATE TABLE IF NOT EXISTS notes (id TEXT PRIMARY KEY, installation TEXT, text TEXT);
`);
const one = (sql, ...values) => db.prepare(sql).get(...values);
const all = (sql, ...values) => db.prepare(sql).all(...values);
const run = (sql, ...values) => db.prepare(sql).run(...values);

function transaction(work) {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}

function seal(text, id) {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sealingKey, nonce).setAAD(Buffer.from(id));
  return Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
}

function unseal(sealed, id) {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv("aes-256-gcm", sealingKey, bytes.subarray(0, 12)).setAAD(Buffer.from(id));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString("utf8");
}

const hash = (text) => createHash("sha256").update(text).digest("hex");
const newToken = () => randomBytes(32).toString("base64url");
const find = (id) => one("SELECT * FROM installations WHERE id = ?", id);

// --- The callback: installs and uninstalls --------------------------------------------------------

const isText = (value) => typeof value === "string" && value.length > 0 && value.length <= 512;

/** The first field that does not fit. */
function wrongField(body, required) {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return "body";
  const wrong = required.find((field) => !isText(body[field]));
  if (wrong !== undefined) return wrong;
  if (body.organization_id !== undefined && body.organization_id !== null && !isText(body.organization_id))
    return "organization_id";
  return undefined;
}

function onEvent(body) {
  const wrong = wrongField(body, ["installed_app_id", "app_id", "instance_id", "idempotency_key"]);
  if (wrong !== undefined) return refusal(422, "invalid_event", wrong);
  if (body.idempotency_key.startsWith("install:")) return onInstall(body);
  if (body.idempotency_key.startsWith("uninstall:")) return onUninstall(body);
  return refusal(422, "invalid_event", "idempotency_key");
}

function onInstall(body) {
  if (!isText(body.api_key) || !body.api_key.startsWith("blnk_"))
    return refusal(422, "invalid_event", "api_key");
  const grants = body.granted_permissions;
  if (!Array.isArray(grants) || grants.some((scope) => !scopes.includes(scope)))
    return refusal(422, "invalid_event", "granted_permissions");
  const fingerprint = hash(
    JSON.stringify([body.app_id, body.organization_id ?? null, body.instance_id, body.api_key, grants]),
  );
  return transaction(() => {
    const known = find(body.installed_app_id);
    if (known?.status === "ended") return ok();
    if (known !== undefined && known.fingerprint !== fingerprint) return conflict(body.installed_app_id);
    if (known !== undefined) return ok();
    const older = one(
      "SELECT * FROM installations WHERE app_id = ? AND instance_id = ? AND status = 'active'",
      body.app_id,
      body.instance_id,
    );
    run(
      "INSERT INTO installations VALUES (?, ?, ?, ?, 'active', ?, ?, ?, ?, 0)",
      body.installed_app_id,
      body.app_id,
      body.organization_id ?? null,
      body.instance_id,
      seal(body.api_key, body.installed_app_id),
      JSON.stringify(grants),
      fingerprint,
      now(),
    );
    if (grants.includes("data:write"))
      run("INSERT INTO jobs VALUES (?, 0, ?, 0)", body.installed_app_id, now());
    if (older !== undefined)
      run(
        "INSERT INTO doubts VALUES (?, ?, ?, 0, ?)",
        body.installed_app_id,
        older.id,
        now(),
        now() + 86_400_000,
      );
    log("installed", { installation: body.installed_app_id });
    return ok();
  });
}

function onUninstall(body) {
  if (!isText(body.uninstalled_at) || Number.isNaN(Date.parse(body.uninstalled_at)))
    return refusal(422, "invalid_event", "uninstalled_at");
  return transaction(() => {
    if (find(body.installed_app_id) === undefined)
      run("INSERT INTO installations (id, status) VALUES (?, 'ended')", body.installed_app_id);
    end(body.installed_app_id);
    log("uninstalled", { installation: body.installed_app_id });
    return ok();
  });
}

/** Ends one installation and all that hangs on it. */
function end(id) {
  run("UPDATE installations SET status = 'ended', sealed_key = NULL WHERE id = ?", id);
  run("DELETE FROM jobs WHERE installation = ?", id);
  run("DELETE FROM doubts WHERE newer = ? OR older = ?", id, id);
  run("DELETE FROM notes WHERE installation = ?", id);
}

const ok = () => ({ status: 200, body: { ok: true } });
function refusal(status, code, field) {
  return {
    status,
    body: { error: `The field ${field} is missing or not as the contract says.`, code, field },
  };
}
function conflict(id) {
  log("conflict", { installation: id });
  return {
    status: 409,
    body: { error: "This idempotency_key came before with another body.", code: "conflict" },
  };
}

// --- The portal generator -------------------------------------------------------------------------

function mayUse(user) {
  const file = join(folder, "denied");
  const denied = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  return user === undefined || user === null || (user !== "user_denied" && !denied.includes(user));
}

function onPortalRequest(body) {
  const wrong = wrongField(body, ["installed_app_id", "app_id", "instance_id"]);
  if (wrong !== undefined) return refusal(422, "invalid_request", wrong);
  if (body.user_id !== undefined && body.user_id !== null && !isText(body.user_id))
    return refusal(422, "invalid_request", "user_id");
  const installation = find(body.installed_app_id);
  if (installation?.status !== "active") return { status: 404, body: describe("app_uninstalled") };
  const same =
    installation.app_id === body.app_id &&
    installation.instance_id === body.instance_id &&
    (body.organization_id == null || installation.organization_id === body.organization_id);
  if (!same) return { status: 403, body: { error: "These ids do not belong together.", code: "mismatch" } };
  if (!mayUse(body.user_id)) return { status: 403, body: describe("user_not_allowed") };
  const token = newToken();
  run(
    "INSERT INTO sessions VALUES (?, ?, ?, 'link', ?, ?)",
    hash(token),
    installation.id,
    body.user_id ?? null,
    now() + seconds.link * 1000,
    now() + seconds.link * 1000,
  );
  return { status: 200, body: { portal_url: `${publicUrl}/portal/enter?token=${token}` } };
}

/** What a token is good for: an installation, or the reason why not. */
function authorize(token, kind) {
  const session = one("SELECT * FROM sessions WHERE hash = ? AND kind = ?", hash(token), kind);
  if (session === undefined) return { status: 401, code: "session_unknown" };
  const installation = find(session.installation);
  if (installation?.status !== "active") return { status: 403, code: "app_uninstalled" };
  if (session.until < now()) return { status: 410, code: "session_expired" };
  if (!mayUse(session.user)) return { status: 403, code: "user_not_allowed" };
  if (kind === "session")
    run(
      "UPDATE sessions SET until = ? WHERE hash = ?",
      Math.min(session.latest, now() + seconds.session * 1000),
      session.hash,
    );
  return { status: 200, installation, user: session.user };
}

const words = {
  session_unknown: [
    "There is no session here.",
    "Open the app from the Apps library of your dashboard; that starts a session.",
  ],
  session_expired: [
    "This session has expired because it was not used for a while.",
    "Launch the app again from your dashboard; nothing is lost.",
  ],
  app_uninstalled: [
    "The app is not installed in this instance any more.",
    "To use it again, install it from the Apps library and launch it.",
  ],
  user_not_allowed: [
    "Your account may not use this app.",
    "Ask an administrator of your organization to give you access.",
  ],
  missing_permission: [
    "The app was installed without the permission data:write, which posting needs.",
    "Uninstall it and install it again with this permission ticked.",
  ],
  instance_unavailable: [
    "The ledger does not answer at the moment, and nothing was changed.",
    "Check that the instance is running, then try again.",
  ],
  key_revoked: [
    "The dashboard refuses the key of this installation, so the app can do nothing.",
    "Uninstall the app and install it again: that makes a new key.",
  ],
  rate_limited: [
    "The dashboard asks the app to slow down for a moment.",
    "Wait a minute and try again; nothing is lost.",
  ],
  app_failed: [
    "Something went wrong inside the app, and nothing was half done.",
    "Try again; if it comes back, give the reference to whoever runs the app.",
  ],
};
const statuses = {
  missing_permission: 403,
  instance_unavailable: 503,
  key_revoked: 403,
  rate_limited: 429,
  app_failed: 500,
};
function describe(code) {
  return { error: words[code][0], next: words[code][1], code, reference: randomBytes(4).toString("hex") };
}

// --- Calls to Cloud -------------------------------------------------------------------------------

class CloudProblem extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** One call with an installation's key, in its own instance; tried again where that is safe. */
async function cloud(installation, method, path, body, tries = 3) {
  const current = find(installation.id);
  if (current?.status !== "active") throw new CloudProblem("app_uninstalled");
  const scope = method === "GET" ? "data:read" : "data:write";
  if (!JSON.parse(current.grants).includes(scope)) throw new CloudProblem("missing_permission");
  const url = new URL(cloudUrl + path);
  url.searchParams.set("instance_id", current.instance_id);
  let response;
  try {
    response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${unseal(current.sealed_key, current.id)}`,
        "content-type": "application/json",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(6000),
    });
  } catch {
    if (tries <= 1) throw new CloudProblem("instance_unavailable");
    await sleep(300);
    return cloud(installation, method, path, body, tries - 1);
  }
  const text = await response.text().catch(() => "");
  if (response.ok) {
    if (current.suspended) run("UPDATE installations SET suspended = 0 WHERE id = ?", current.id);
    return JSON.parse(text);
  }
  if (response.status === 401) return refusedKey(current, text);
  if (response.status === 409 || /reference.*(exist|used)/i.test(text)) return { duplicate: true };
  if (response.status === 429) {
    const wait = secondsOf(response.headers.get("retry-after"));
    if (tries <= 1 || wait > 5) throw new CloudProblem("rate_limited");
    await sleep(wait * 1000);
    return cloud(installation, method, path, body, tries - 1);
  }
  if (response.status >= 500) {
    if (tries <= 1) throw new CloudProblem("instance_unavailable");
    await sleep(300);
    return cloud(installation, method, path, body, tries - 1);
  }
  throw new CloudProblem("app_failed");
}

/** HTTP allows seconds and a date; what is neither is a second. */
function secondsOf(retryAfter) {
  const seconds = Number(retryAfter ?? "1");
  if (!Number.isNaN(seconds)) return seconds;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? 1 : Math.max(0, (date - now()) / 1000);
}

/** Only Cloud's own word, and not in the first minute, ends an installation. */
function refusedKey(installation, text) {
  const young = now() - installation.installed_at < seconds.grace * 1000;
  let code;
  try {
    code = JSON.parse(text).code;
  } catch {
    code = undefined;
  }
  if (code === "key_revoked" && !young) {
    transaction(() => end(installation.id));
    throw new CloudProblem("key_revoked");
  }
  run("UPDATE installations SET suspended = 1 WHERE id = ?", installation.id);
  throw new CloudProblem(young ? "instance_unavailable" : "key_revoked");
}

// --- Work in the background -----------------------------------------------------------------------

/** Sets up a ledger of the app's own and posts a first transaction; each step survives a kill and a lost answer. */
const steps = [
  async (installation) => {
    const name = `Zoo ${installation.id}`;
    const found = await cloud(installation, "GET", `/data/ledgers?name_eq=${encodeURIComponent(name)}`);
    if (found.data.length === 0)
      await cloud(installation, "POST", "/proxy/ledgers", { name, meta_data: { zoo: 1 } }, 1);
  },
  (installation) => post(installation, `zoo-${installation.id}-setup`),
];

function post(installation, reference) {
  return cloud(installation, "POST", "/proxy/transactions", {
    amount: 1,
    precision: 100,
    currency: "USD",
    source: "@ZooOut",
    destination: "@ZooIn",
    reference,
    description: "A test posting",
    allow_overdraft: true,
    skip_queue: true,
  });
}

const busy = new Set();
let working = false;
async function work() {
  if (working) return;
  working = true;
  try {
    for (const doubt of all("SELECT * FROM doubts WHERE due <= ?", now())) await settle(doubt);
    const due = all(
      "SELECT * FROM jobs WHERE due <= ? AND installation NOT IN (SELECT newer FROM doubts UNION SELECT older FROM doubts)",
      now(),
    );
    for (const job of due.filter(({ installation }) => !busy.has(installation))) void proceed(job);
  } finally {
    working = false;
  }
}

async function proceed(job) {
  const step = steps[job.step];
  if (step === undefined) return run("DELETE FROM jobs WHERE installation = ?", job.installation);
  busy.add(job.installation);
  try {
    await step({ id: job.installation });
    run(
      "UPDATE jobs SET step = step + 1, due = ?, attempts = 0 WHERE installation = ?",
      now(),
      job.installation,
    );
  } catch (error) {
    const wait = Math.min(60_000, 500 * 2 ** Math.min(job.attempts, 7));
    run(
      "UPDATE jobs SET due = ?, attempts = attempts + 1 WHERE installation = ?",
      now() + wait,
      job.installation,
    );
    log("job_failed", { installation: job.installation, code: error.code ?? "app_failed" });
  } finally {
    busy.delete(job.installation);
  }
}

/** Asks Cloud with the older key which of two installations of one instance has ended. */
async function settle(doubt) {
  const older = find(doubt.older);
  const verdict = older?.status === "active" ? await askWith(older) : "refused";
  if (verdict === "refused" || now() > doubt.until) return transaction(() => end(doubt.older));
  if (verdict === "accepted") return transaction(() => end(doubt.newer));
  const wait = Math.min(3_600_000, 1000 * 2 ** doubt.attempts);
  return run("UPDATE doubts SET due = ?, attempts = attempts + 1 WHERE newer = ?", now() + wait, doubt.newer);
}

async function askWith(installation) {
  try {
    const response = await fetch(
      `${cloudUrl}/data/ledgers?pageSize=1&instance_id=${installation.instance_id}`,
      {
        headers: { authorization: `Bearer ${unseal(installation.sealed_key, installation.id)}` },
        signal: AbortSignal.timeout(5000),
      },
    );
    const answer = await response.json().catch(() => ({}));
    if (response.ok || answer.code === "missing_scope") return "accepted";
    return answer.code === "key_revoked" ? "refused" : "unclear";
  } catch {
    return "unclear";
  }
}

setInterval(() => work().catch((error) => log("work_failed", { error: error.message })), 100);

// --- The page and its calls -----------------------------------------------------------------------

const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "frame-ancestors 'self' https://blnkfinance.com https://*.blnkfinance.com",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};
const style = `
  :root { color-scheme: light; }
  body { font: 16px/1.5 system-ui, sans-serif; margin: 0; padding: 16px; color: #1c2733; background: #ffffff; }
  h1 { font-size: 22px; margin: 0 0 12px; }
  button { font: inherit; min-height: 44px; padding: 8px 16px; border: 0; border-radius: 6px; background: #0b4f9e; color: #ffffff; cursor: pointer; }
  button:focus-visible, input:focus-visible, a:focus-visible { outline: 3px solid #d97706; outline-offset: 2px; }
  input { font: inherit; min-height: 40px; padding: 4px 8px; border: 1px solid #59636e; border-radius: 6px; max-width: 100%; box-sizing: border-box; }
  ul { padding-left: 20px; } li { overflow-wrap: anywhere; }
  form { display: flex; flex-wrap: wrap; gap: 8px; align-items: end; margin: 16px 0; }
`;

function errorPage(code) {
  const { error, next, reference } = describe(code);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${error}</title><meta name="viewport" content="width=device-width"><style>${style}</style></head><body><main><h1>${error}</h1><p>${next}</p><p>Reference: ${reference}</p></main></body></html>`;
}

const script = `
  const address = new URL(location.href);
  const link = address.searchParams.get("token");
  history.replaceState(null, "", "/portal");
  const say = (text) => { document.querySelector("#state").textContent = text; };
  async function call(method, path, body) {
    const session = sessionStorage.getItem("session");
    const response = await fetch("/portal/api" + path, {
      method,
      headers: { "content-type": "application/json", ...(session ? { authorization: "Bearer " + session } : {}) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (!response.ok) { say(answer.error + " " + answer.next + " Reference: " + answer.reference); throw new Error(answer.code); }
    return answer;
  }
  function show(id, texts) {
    const list = document.querySelector(id);
    list.replaceChildren(...texts.map((text) => { const item = document.createElement("li"); item.textContent = text; return item; }));
  }
  async function refresh() {
    const notes = await call("GET", "/notes");
    show("#notes", notes.notes.map((note) => note.text));
    for (const note of notes.notes.slice(0, 1)) await call("GET", "/notes/" + note.id);
    const overview = await call("GET", "/overview");
    show("#ledgers", overview.ledgers.map((ledger) => ledger.name));
    document.querySelector("#post").hidden = !overview.may_post;
    say(overview.may_post ? "Ready." : "This app was installed without data:write, so it can show but not post. Install it again with data:write ticked to post.");
  }
  document.querySelector("#post").addEventListener("click", async () => {
    await call("POST", "/post", {});
    say("Posted. The transaction is in the ledger.");
  });
  document.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    await call("POST", "/notes", { text: document.querySelector("#text").value });
    document.querySelector("#text").value = "";
    await refresh();
  });
  (async () => {
    if (link) sessionStorage.setItem("session", (await call("POST", "/session", { token: link })).session);
    if (!sessionStorage.getItem("session")) return say("There is no session here. Launch the app from the Apps library of your dashboard.");
    await refresh();
  })().catch(() => undefined);
`;

function page() {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Zoo</title><meta name="viewport" content="width=device-width"><style>${style}</style></head><body><main>
<h1>Zoo</h1><p id="state" role="status">Loading.</p><button id="post" hidden>Post a test transaction</button>
<form><label for="text">Note</label><input id="text" name="text" maxlength="200"><button>Keep the note</button></form>
<h2>Notes</h2><ul id="notes"></ul><h2>Ledgers</h2><ul id="ledgers"></ul></main><script>${script}</script></body></html>`;
}

async function portalApi(method, path, token, body) {
  if (method === "POST" && path === "/session") {
    const entered = authorize(String(body?.token ?? ""), "link");
    if (entered.status !== 200) return { status: entered.status, body: describe(entered.code) };
    const session = newToken();
    run(
      "INSERT INTO sessions VALUES (?, ?, ?, 'session', ?, ?)",
      hash(session),
      entered.installation.id,
      entered.user,
      now() + seconds.session * 1000,
      now() + seconds.sessionMaximum * 1000,
    );
    return { status: 200, body: { session } };
  }
  const { status, code, installation } = authorize(token, "session");
  if (status !== 200) return { status, body: describe(code) };
  if (method === "GET" && path === "/overview") {
    const found = await cloud(installation, "GET", "/data/ledgers?pageSize=50", undefined, 2);
    const ledgers = found.data.map(({ ledger_id, name }) => ({ ledger_id, name }));
    return {
      status: 200,
      body: { ledgers, may_post: JSON.parse(installation.grants).includes("data:write") },
    };
  }
  if (method === "POST" && path === "/post") {
    await post(installation, `zoo-${randomBytes(8).toString("hex")}`);
    return { status: 200, body: { ok: true } };
  }
  if (method === "GET" && path === "/notes") {
    const notes = all("SELECT id, text FROM notes WHERE installation = ?", installation.id);
    return { status: 200, body: { notes } };
  }
  if (method === "POST" && path === "/notes") {
    if (!isText(body?.text) || body.text.length > 200)
      return {
        status: 422,
        body: { ...describe("app_failed"), error: "The text must have 1 to 200 characters.", field: "text" },
      };
    run("INSERT INTO notes VALUES (?, ?, ?)", newToken(), installation.id, body.text);
    return { status: 201, body: { ok: true } };
  }
  if (method === "GET" && path.startsWith("/notes/")) {
    const note = one(
      "SELECT id, text FROM notes WHERE id = ? AND installation = ?",
      path.slice(7),
      installation.id,
    );
    return note === undefined
      ? { status: 404, body: { ...describe("app_failed"), error: "There is no such note." } }
      : { status: 200, body: note };
  }
  return { status: 404, body: { ...describe("app_failed"), error: "There is no such call." } };
}

// --- The server -----------------------------------------------------------------------------------

function readBody(request) {
  return new Promise((resolve, reject) => {
    const parts = [];
    let length = 0;
    request.on("data", (part) => {
      length += part.length;
      if (length > bodyLimit) resolve(undefined);
      else parts.push(part);
    });
    request.on("end", () =>
      resolve(
        Buffer.concat(parts)
          .toString("utf8")
          .replace(/^\ufeff/, ""),
      ),
    );
    request.on("error", reject);
  });
}

function parse(text) {
  try {
    return { ok: true, value: text === "" ? undefined : JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

function isDoor(path, name) {
  const wanted = Buffer.from(hash(`/cloud/${secret}/${name}`));
  return timingSafeEqual(Buffer.from(hash(path)), wanted);
}

async function answerDoor(request, handle) {
  const text = await readBody(request);
  if (text === undefined)
    return { status: 413, body: { error: "The body is larger than 64 KiB.", code: "too_large" } };
  const parsed = parse(text);
  if (!parsed.ok)
    return { status: 400, body: { error: "The body is not JSON.", code: "invalid_json", field: "body" } };
  const handled = handle(parsed.value);
  return handled;
}

async function answer(request) {
  const { pathname, searchParams } = new URL(request.url, publicUrl);
  if (request.method === "POST" && isDoor(pathname, "callback")) return answerDoor(request, onEvent);
  if (request.method === "POST" && isDoor(pathname, "portal")) return answerDoor(request, onPortalRequest);
  if (request.method === "GET" && pathname === "/health") return ok();
  if (request.method === "GET" && pathname === "/portal/enter") {
    const entered = authorize(searchParams.get("token") ?? "", "link");
    return entered.status === 200
      ? { status: 200, html: page() }
      : { status: entered.status, html: errorPage(entered.code) };
  }
  if (request.method === "GET" && pathname === "/portal") return { status: 200, html: page() };
  if (pathname.startsWith("/portal/api/")) {
    const parsed = parse((await readBody(request)) ?? "");
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    return portalApi(request.method, pathname.slice("/portal/api".length), token, parsed.value).catch(
      (error) => {
        const code = error.code in words ? error.code : "app_failed";
        return { status: statuses[code] ?? 403, body: describe(code) };
      },
    );
  }
  return { status: 404, body: { error: "There is nothing here.", code: "not_found" } };
}

const server = createServer(async (request, response) => {
  const { status, html, body } = await answer(request).catch((error) => {
    log("failed", { error: error.message });
    return { status: 500, body: describe("app_failed") };
  });
  if (html !== undefined) response.writeHead(status, pageHeaders).end(html);
  else
    response
      .writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })
      .end(JSON.stringify(body));
  log("request", { method: request.method, status });
});
server.keepAliveTimeout = 75_000;
server.listen(port, () => process.stdout.write(`ready ${publicUrl}\n`));
