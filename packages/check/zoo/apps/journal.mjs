/**
 * A good app in bare Node of another kind: all that happened stands in one journal, pages are made on the server,
 * sessions are signed and stored nowhere. A partitioned cookie keeps a session over a reload where the browser takes
 * one; where it doesn't, the forms carry it. What it writes to a ledger is told apart by the instance, so that a second
 * installation finds it there. Its links are long, and only a part of them lets somebody in. Its queue is looked at once a second, and a failed step is tried again after two.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  randomUUID,
  timingSafeEqual,
} from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const {
  PORT = "5300",
  CLOUD_API = "https://api.cloud.blnkfinance.com",
  DATA = "data",
  SECRET = "",
} = process.env;
const publicUrl = process.env.PUBLIC_URL ?? `http://localhost:${PORT}`;
const life = (name, fallback) => Number(process.env[name] ?? fallback) * 1000;
const lives = {
  link: life("LINK_SECONDS", 300),
  session: life("SESSION_SECONDS", 900),
  grace: life("GRACE_SECONDS", 60),
};
const longestSession = 28_800_000;
const scopes = new Set(["data:read", "data:write", "alerts:read", "alerts:write"]);

mkdirSync(DATA, { recursive: true });
const keyFile = join(DATA, "keys");
if (!existsSync(keyFile)) writeFileSync(keyFile, randomBytes(64), { mode: 0o600 });
const [sealing, signing] = [readFileSync(keyFile).subarray(0, 32), readFileSync(keyFile).subarray(32, 64)];

function say(event, details = {}) {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...details })}\n`);
}

// --- The journal: one line for each thing that happened, flushed before anybody hears of it ------------

const journal = join(DATA, "journal.jsonl");
const installations = new Map();

const changes = {
  installed: ({ id, ...record }) =>
    installations.set(id, { id, status: "active", steps: 0, notes: [], ...record }),
  ended: ({ id }) => installations.set(id, { id, status: "ended", app: installations.get(id)?.app }),
  stepped: ({ id }) => installations.get(id).steps++,
  doubted: ({ id, older }) => Object.assign(installations.get(id), { older }),
  settled: ({ id }) => Object.assign(installations.get(id), { older: undefined }),
  noted: ({ id, text }) => installations.get(id).notes.push(text),
};

function happened(...events) {
  const file = openSync(journal, "a", 0o600);
  try {
    writeSync(file, `${JSON.stringify(events)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  for (const event of events) changes[event.event](event);
}

/** The last line may have been cut by a crash; nobody was told of it. */
if (existsSync(journal)) {
  const lines = readFileSync(journal, "utf8").split("\n").filter(Boolean).flatMap(parsed);
  writeFileSync(journal, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  for (const event of lines.flat()) changes[event.event](event);
}

function parsed(text) {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

function seal(text, id) {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sealing, nonce).setAAD(Buffer.from(id));
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString("base64");
}

function keyOf({ id, sealed }) {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", sealing, bytes.subarray(0, 12)).setAAD(Buffer.from(id));
  decipher.setAuthTag(bytes.subarray(-16));
  return decipher.update(bytes.subarray(12, -16), undefined, "utf8") + decipher.final("utf8");
}

// --- Events --------------------------------------------------------------------------------------------

class Refusal extends Error {
  constructor(status, code, error, field) {
    super(error);
    this.answer = { status, json: { error, code, ...(field === undefined ? {} : { field }) } };
  }
}

function wants(body, fields, optional = []) {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new Refusal(422, "invalid", "The body is no object.", "body");
  const isText = (value) => typeof value === "string" && value !== "" && value.length <= 512;
  const wrong =
    fields.find((field) => !isText(body[field])) ??
    optional.find((field) => body[field] !== undefined && body[field] !== null && !isText(body[field]));
  if (wrong !== undefined) throw new Refusal(422, "invalid", `${wrong} is missing or no text.`, wrong);
}

function onEvent(body) {
  wants(body, ["idempotency_key", "installed_app_id", "app_id", "instance_id"], ["organization_id"]);
  const { idempotency_key: key, installed_app_id: id } = body;
  if (key === `install:${id}`) return onInstall(body);
  if (key !== `uninstall:${id}`)
    throw new Refusal(422, "invalid", "idempotency_key is not of this installation.", "idempotency_key");
  wants(body, ["uninstalled_at"]);
  if (Number.isNaN(Date.parse(body.uninstalled_at)))
    throw new Refusal(422, "invalid", "uninstalled_at is no time.", "uninstalled_at");
  if (installations.get(id)?.status !== "ended") happened({ event: "ended", id });
  return { status: 202, json: {} };
}

function onInstall(body) {
  wants(body, ["api_key"]);
  const {
    installed_app_id: id,
    app_id: app,
    organization_id: organization = null,
    instance_id: instance,
  } = body;
  const { api_key: key, granted_permissions: grants } = body;
  if (!/^blnk_\w+$/.test(key)) throw new Refusal(422, "invalid", "api_key is no key.", "api_key");
  if (!Array.isArray(grants) || grants.some((scope) => !scopes.has(scope)))
    throw new Refusal(422, "invalid", "granted_permissions is no list of scopes.", "granted_permissions");
  const print = createHash("sha256")
    .update(JSON.stringify([app, organization, instance, key, grants.toSorted()]))
    .digest("base64");
  const known = installations.get(id);
  if (known?.status === "active" && known.print !== print)
    throw new Refusal(409, "conflict", "This idempotency_key came before with another body.");
  if (known !== undefined) return { status: 200, json: {} };
  const older = [...installations.values()].find(
    (one) => one.status === "active" && one.app === app && one.instance === instance,
  );
  happened(
    {
      event: "installed",
      id,
      app,
      organization,
      instance,
      grants,
      print,
      sealed: seal(key, id),
      since: Date.now(),
    },
    ...(older === undefined ? [] : [{ event: "doubted", id, older: older.id }]),
  );
  return { status: 201, json: {} };
}

// --- Sessions: signed, so that nothing of them is stored ----------------------------------------------

const mac = (text) => createHmac("sha256", signing).update(text).digest("base64url");

function sign(kind, id, user, until, latest) {
  const content = Buffer.from(
    JSON.stringify([kind, id, user, until, latest, mac(randomBytes(16)).slice(0, 12)]),
  );
  const text = content.toString("base64url");
  return `${text}.${mac(text)}`;
}

const mayUse = (user) =>
  user === null ||
  (user !== "user_denied" &&
    !(
      existsSync(join(DATA, "denied")) &&
      readFileSync(join(DATA, "denied"), "utf8").split("\n").includes(user)
    ));

class Closed extends Error {
  constructor(status, code) {
    super(code);
    Object.assign(this, { status, code });
  }
}

function read(token, kind) {
  const [text = "", signature = ""] = String(token ?? "").split(".");
  const wanted = Buffer.from(mac(text));
  const given = Buffer.from(signature);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw new Closed(401, "unknown");
  const [is, id, user, until, latest] = JSON.parse(Buffer.from(text, "base64url").toString());
  if (is !== kind) throw new Closed(401, "unknown");
  const installation = installations.get(id);
  if (installation?.status !== "active") throw new Closed(403, "uninstalled");
  if (until < Date.now()) throw new Closed(410, "expired");
  if (!mayUse(user)) throw new Closed(403, "denied");
  return { installation, user, latest };
}

function onPortalRequest(body) {
  wants(body, ["installed_app_id", "app_id", "instance_id"], ["organization_id", "user_id"]);
  const {
    installed_app_id: id,
    app_id: app,
    instance_id: instance,
    organization_id: organization,
    user_id: user,
  } = body;
  const known = installations.get(id);
  if (known?.status !== "active") throw new Refusal(404, "uninstalled", "The app is not installed there.");
  if (
    known.app !== app ||
    known.instance !== instance ||
    (organization ?? known.organization) !== known.organization
  )
    throw new Refusal(403, "mismatch", "These ids do not belong together.");
  if (!mayUse(user ?? null)) throw new Refusal(403, "denied", "This member may not use the app.");
  const until = Date.now() + lives.link;
  return {
    status: 200,
    json: { portal_url: linkTo(known, sign("link", id, user ?? null, until, until)) },
  };
}

/** A token in plain base64, with its padding, beside what stays in each link and a number of its own. */
function linkTo(installation, token) {
  const query = new URLSearchParams({
    of: createHash("sha256").update(installation.id).digest("hex"),
    request: randomUUID(),
    token: `${token.replaceAll("-", "+").replaceAll("_", "/")}=`,
  });
  return `${publicUrl}/portal/enter?${query}`;
}

/** The token of a link as it was signed. */
const tokenIn = (query) => {
  const token = new URLSearchParams(query).get("token") ?? "";
  return token.replaceAll("+", "-").replaceAll("/", "_").replace(/=$/, "");
};

// --- Cloud ---------------------------------------------------------------------------------------------

/** HTTP allows seconds and a date; what is neither is a second. */
function secondsOf(retryAfter) {
  const date = Date.parse(retryAfter);
  if (Number.isFinite(Number(retryAfter))) return Number(retryAfter);
  return Number.isNaN(date) ? 1 : Math.max(0, (date - Date.now()) / 1000);
}

class Trouble extends Error {}

async function cloud({ id }, method, path, body) {
  const current = installations.get(id);
  if (current?.status !== "active") throw new Trouble("uninstalled");
  if (!current.grants.includes(method === "GET" ? "data:read" : "data:write")) throw new Trouble("missing");
  const { status, text, headers } = await ask(current, method, path, body);
  if (status < 300) return JSON.parse(text);
  if (status === 401) {
    const young = Date.now() - current.since < lives.grace;
    if (parsed(text)[0]?.code === "key_revoked" && !young) happened({ event: "ended", id });
    throw new Trouble(young ? "away" : "revoked");
  }
  if (status === 409 || /reference/i.test(text)) return {};
  const trouble = new Trouble(status === 429 ? "limited" : status >= 500 ? "away" : "failed");
  trouble.wait = 1000 * secondsOf(headers.get("retry-after") ?? "0");
  throw trouble;
}

async function ask(installation, method, path, body) {
  const url = new URL(CLOUD_API + path);
  url.searchParams.set("instance_id", installation.instance);
  try {
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${keyOf(installation)}`, "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(7000),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch {
    throw new Trouble("away");
  }
}

// --- The queue -----------------------------------------------------------------------------------------

/** By the instance's name alone: an installation that comes after another finds them done. */
const steps = [
  async (installation) => {
    const name = "Journal app";
    const { data } = await cloud(installation, "GET", `/data/ledgers?name_eq=${encodeURIComponent(name)}`);
    if (data.length === 0) await cloud(installation, "POST", "/proxy/ledgers", { name });
  },
  (installation) => post(installation, `journal-app-start-${installation.instance}`),
];

function post(installation, reference) {
  return cloud(installation, "POST", "/proxy/transactions", {
    amount: 2,
    precision: 100,
    currency: "EUR",
    source: "@JournalOut",
    destination: "@JournalIn",
    reference,
    description: "A first posting",
    allow_overdraft: true,
    skip_queue: true,
  });
}

const underWay = new Set();

async function oneAtATime(installation) {
  if (underWay.has(installation.id) || (installation.due ?? 0) > Date.now()) return;
  underWay.add(installation.id);
  try {
    if (installation.older !== undefined) await settle(installation);
    else if (!isDoubted(installation) && installation.grants.includes("data:write"))
      for (const step of steps.slice(installation.steps)) {
        await step(installation);
        if (installations.get(installation.id).status !== "active") break;
        happened({ event: "stepped", id: installation.id });
      }
  } catch (error) {
    installation.due = Date.now() + Math.max(2000, error.wait ?? 0);
    say("later", {
      installation: installation.id,
      why: error instanceof Trouble ? error.message : error.name,
    });
  } finally {
    underWay.delete(installation.id);
  }
}

function isDoubted({ id }) {
  return [...installations.values()].some(({ status, older }) => status === "active" && older === id);
}

/** Cloud alone knows which of two has ended; it is asked with the older key. */
async function settle({ id, older }) {
  const before = installations.get(older);
  if (before?.status !== "active") return happened({ event: "settled", id });
  const { status, text } = await ask(before, "GET", "/data/ledgers?pageSize=1");
  const code = parsed(text)[0]?.code;
  if (status < 300 || code === "missing_scope") return happened({ event: "ended", id });
  if (code === "key_revoked") return happened({ event: "ended", id: older }, { event: "settled", id });
  throw new Trouble("away");
}

setInterval(() => {
  for (const installation of installations.values())
    if (
      installation.status === "active" &&
      (installation.steps < steps.length || installation.older !== undefined)
    )
      void oneAtATime(installation);
}, 1000);

// --- Pages ---------------------------------------------------------------------------------------------

const words = {
  unknown: [
    "Aucune session n’est ouverte ici.",
    "Lancez l’application depuis la bibliothèque d’applications de votre tableau de bord.",
  ],
  expired: [
    "La session a expiré, faute d’avoir servi pendant un moment.",
    "Lancez de nouveau l’application depuis le tableau de bord ; rien n’est perdu.",
  ],
  uninstalled: [
    "L’application n’est plus installée dans cette instance.",
    "Installez-la de nouveau depuis la bibliothèque pour vous en servir.",
  ],
  denied: [
    "Votre compte n’a pas le droit d’utiliser cette application.",
    "Demandez l’accès à une personne qui administre votre organisation.",
  ],
  missing: [
    "L’application n’a pas reçu la permission data:read, qu’il lui faut pour montrer les livres.",
    "Désinstallez-la, puis installez-la avec cette permission cochée.",
  ],
  away: [
    "Le grand livre ne répond pas en ce moment ; rien n’a été modifié.",
    "Vérifiez que l’instance fonctionne, puis essayez de nouveau.",
  ],
  limited: [
    "Il y a eu trop de demandes en peu de temps.",
    "Attendez une minute, puis essayez de nouveau ; rien n’est perdu.",
  ],
  revoked: [
    "La clé de cette installation n’est plus acceptée.",
    "Désinstallez l’application et installez-la de nouveau : cela crée une nouvelle clé.",
  ],
  failed: [
    "Quelque chose a échoué dans l’application, et rien n’a été fait à moitié.",
    "Essayez de nouveau, ou donnez la référence à qui exploite l’application.",
  ],
};
const said = (code) => `${words[code].join(" ")} Référence : ${randomBytes(4).toString("hex")}`;
const escaped = (text) => String(text).replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
const style = `body{font:17px/1.5 sans-serif;margin:0 auto;max-width:50rem;padding:1rem;color:#202124;background:#fdfdfb}
button,input{font:inherit;min-height:2.8rem;padding:.4rem 1rem;border-radius:.4rem;border:1px solid #3c4043;max-width:100%;box-sizing:border-box}
button{background:#5b2a86;color:#fff}:focus-visible{outline:3px solid #c2410c;outline-offset:2px}li{overflow-wrap:anywhere}form{margin:1rem 0}`;

function page(title, content) {
  return `<!doctype html><html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer"><title>${title}</title><style>${style}</style></head><body><main><h1>${title}</h1>${content}</main></body></html>`;
}

const closedPage = (code) =>
  page(words[code][0], `<p>${words[code][1]}</p><p>Référence : ${randomBytes(4).toString("hex")}</p>`);

/** Two tenants in two tabs have addresses and cookies of their own. */
const placeOf = ({ id }) => createHash("sha256").update(id).digest("hex").slice(0, 16);

/** A session again, with as much time as it may still have. */
function renewed({ installation, user, latest }) {
  return sign("session", installation.id, user, Math.min(latest, Date.now() + lives.session), latest);
}

async function portal(visit, notice = "") {
  const { installation } = visit;
  const session = renewed(visit);
  const address = `/portal/of/${placeOf(installation)}`;
  const carried = `<input type="hidden" name="session" value="${session}">`;
  const ledgers = await cloud(installation, "GET", "/data/ledgers?pageSize=30").then(
    ({ data }) => `<ul>${data.map(({ name }) => `<li>${escaped(name)}</li>`).join("")}</ul>`,
    (error) => `<p>${said(error instanceof Trouble ? error.message : "failed")}</p>`,
  );
  const posting = installation.grants.includes("data:write")
    ? `<form method="post" action="/portal/post">${carried}<button>Écriture d’essai</button></form>`
    : "<p>Sans la permission data:write l’application ne peut rien écrire. Installez-la de nouveau avec elle.</p>";
  const notes = (installation.notes ?? []).map((text) => `<li>${escaped(text)}</li>`).join("");
  const content = `<p role="status">${notice}</p>${posting}<form method="post" action="/portal/notes">${carried}<label>Note <input name="text" maxlength="200"></label> <button>Garder</button></form><h2>Notes</h2><ul>${notes}</ul><h2>Livres</h2>${ledgers}<script>history.replaceState(null,"","${address}")</script>`;
  const cookie = `session-${placeOf(installation)}=${session}; Path=/portal; HttpOnly; Secure; SameSite=None; Partitioned`;
  return { status: 200, html: page("Journal", content), headers: { "set-cookie": cookie } };
}

async function onForm(path, form) {
  const visit = read(form.get("session"), "session");
  const { installation } = visit;
  if (path === "/portal/notes") {
    happened({ event: "noted", id: installation.id, text: (form.get("text") ?? "").slice(0, 200) });
    return portal(visit, "La note est gardée.");
  }
  if (path !== "/portal/post") return nothingHere;
  const outcome = await post(installation, `journal-app-${randomBytes(8).toString("hex")}`).then(
    () => "L’écriture d’essai est dans le livre.",
    (error) => said(error instanceof Trouble ? error.message : "failed"),
  );
  return portal(visit, outcome);
}

// --- The server ----------------------------------------------------------------------------------------

const nothingHere = { status: 404, json: { error: "There is nothing here.", code: "not_found" } };

async function bodyOf(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length <= 65_536) parts.push(part);
  }
  if (length > 65_536) throw new Refusal(413, "too_large", "The body is larger than 64 KiB.");
  return Buffer.concat(parts)
    .toString()
    .replace(/^\ufeff/, "");
}

async function door(request, handle) {
  const [value] = [parsed(await bodyOf(request))];
  if (value.length === 0) throw new Refusal(400, "no_json", "The body is not JSON.", "body");
  return handle(value[0]);
}

const isDoor = (path, name) =>
  timingSafeEqual(
    createHash("sha256").update(path).digest(),
    createHash("sha256").update(`/cloud/${SECRET}/${name}`).digest(),
  );

async function answer(request) {
  const [path, query] = request.url.split("?");
  if (request.method === "POST") {
    if (isDoor(path, "callback")) return door(request, onEvent);
    if (isDoor(path, "portal")) return door(request, onPortalRequest);
    return path.startsWith("/portal/")
      ? onForm(path, new URLSearchParams(await bodyOf(request)))
      : nothingHere;
  }
  if (path === "/health") return { status: 200, json: {} };
  if (path === "/portal/enter") {
    const { installation, user } = read(tokenIn(query), "link");
    return portal({ installation, user, latest: Date.now() + longestSession });
  }
  const [, place] = /^\/portal(?:\/of\/(\w+))?$/.exec(path) ?? [undefined, ""];
  if (place === "") return nothingHere;
  const cookies = new URLSearchParams((request.headers.cookie ?? "").replaceAll("; ", "&"));
  const session = cookies.get(`session-${place}`);
  return session === null ? { status: 200, html: closedPage("unknown") } : portal(read(session, "session"));
}

const server = createServer(async (request, response) => {
  const { status, html, json, headers } = await answer(request).catch((error) => {
    if (error instanceof Closed) return { status: error.status, html: closedPage(error.code) };
    if (error instanceof Refusal) return error.answer;
    say("failed", { why: error.name });
    return { status: 500, json: { error: "Something failed inside the app.", code: "failed" } };
  });
  response.writeHead(status, {
    "content-type": html === undefined ? "application/json" : "text/html; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-security-policy": "frame-ancestors 'self' https://blnkfinance.com https://*.blnkfinance.com",
    ...headers,
  });
  response.end(html ?? JSON.stringify(json));
});
server.keepAliveTimeout = 75_000;
server.listen(Number(PORT), () => say(`ready ${publicUrl}`));
