/** What is wrong with each defective app: the change, and the rule meant to find it. */
import type { AppName } from "./apps.ts";
import { asksForNews, worksWhenPressed } from "./pressed.ts";

export type Defect = {
  readonly name: string;
  readonly app: AppName;
  readonly rule: string;
  /** Rules that rightly fail as well, since the defect breaks what they hold too. */
  readonly alsoBreaks?: readonly string[];
  /** Rules that rightly fail as well where other rules happen to run beside them, or one thing to come before another. */
  readonly mayBreak?: readonly string[];
  /** What somebody presses on its page to begin its work. */
  readonly press?: string;
  /** Each text, which must stand in the app once, and what takes its place. */
  readonly changes: readonly (readonly [find: string, replacement: string])[];
};

const node = (
  rule: string,
  name: string,
  changes: Defect["changes"],
  alsoBreaks: readonly string[] = [],
  mayBreak: readonly string[] = [],
): Defect => ({ name, app: "node", rule, alsoBreaks, mayBreak, changes });

const python = (
  rule: string,
  name: string,
  changes: Defect["changes"],
  alsoBreaks: readonly string[] = [],
  mayBreak: readonly string[] = [],
): Defect => ({ name, app: "python", rule, alsoBreaks, mayBreak, changes });

const framework = (
  rule: string,
  name: string,
  changes: Defect["changes"],
  alsoBreaks: readonly string[] = [],
): Defect => ({ name, app: "framework", rule, alsoBreaks, changes });

const journal = (rule: string, name: string, changes: Defect["changes"]): Defect => ({
  name,
  app: "journal",
  rule,
  changes,
});

const sessionInQuery: Defect["changes"] = [
  ['fetch("/portal/api" + path, {', 'fetch("/portal/api" + path + (session ? "?session=" + session : ""), {'],
  ['...(session ? { authorization: "Bearer " + session } : {})', ""],
  [
    'const token = /^Bearer (\\S+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";',
    'const token = searchParams.get("session") ?? "";',
  ],
];

export const defects: readonly Defect[] = [
  // Events.
  node("install-accepted", "wants organization_id, so refuses the later edition", [
    [
      'wrongField(body, ["installed_app_id", "app_id", "instance_id", "idempotency_key"])',
      'wrongField(body, ["installed_app_id", "app_id", "organization_id", "instance_id", "idempotency_key"])',
    ],
  ]),
  node("install-accepted", "answers an install with 302", [
    [
      "const ok = () => ({ status: 200, body: { ok: true } });",
      "const ok = () => ({ status: 302, body: { ok: true } });",
    ],
  ]),
  node("uninstall-accepted", "fails on uninstall", [
    ["    end(body.installed_app_id);\n    log", '    throw new Error("not yet");\n    log'],
  ]),
  node(
    "uninstall-ends-launch",
    "only logs the uninstall",
    [["    end(body.installed_app_id);\n", ""]],
    // It goes on posting for whoever is gone, and showing records.
    ["uninstall-stops-work", "session-ends-with-uninstall"],
  ),
  node("uninstall-ends-launch", "refuses who is gone with 200", [
    [
      'if (installation?.status !== "active") return { status: 404, body: describe("app_uninstalled") };',
      'if (installation?.status !== "active")\n    return { status: installation === undefined ? 404 : 200, body: describe("app_uninstalled") };',
    ],
  ]),
  node("duplicate-install", "answers a copy of an install with 409", [
    [
      "    if (known !== undefined) return ok();\n",
      "    if (known !== undefined) return conflict(body.installed_app_id);\n",
    ],
  ]),
  node("duplicate-install", "crashes on a copy of an install", [
    ["    if (known !== undefined) return ok();\n", ""],
  ]),
  node("duplicate-install-work", "starts the work again for a copy of an install", [
    [
      "    if (known !== undefined) return ok();\n",
      '    if (known !== undefined) {\n      run("INSERT OR REPLACE INTO jobs VALUES (?, 1, ?, 0)", body.installed_app_id, now());\n      return ok();\n    }\n',
    ],
  ]),
  node("duplicate-uninstall", "answers a second uninstall with 404", [
    [
      "    end(body.installed_app_id);\n    log",
      '    if (find(body.installed_app_id).app_id !== null && find(body.installed_app_id).status === "ended") return { status: 404, body: {} };\n    end(body.installed_app_id);\n    log',
    ],
  ]),
  node("unknown-uninstall", "refuses an uninstall it knows no install of", [
    [
      "    if (find(body.installed_app_id) === undefined)\n      run(\"INSERT INTO installations (id, status) VALUES (?, 'ended')\", body.installed_app_id);\n",
      "    if (find(body.installed_app_id) === undefined) return { status: 404, body: {} };\n",
    ],
  ]),
  node("unknown-uninstall", "acknowledges an unknown uninstall and forgets it", [
    [
      "    if (find(body.installed_app_id) === undefined)\n      run(\"INSERT INTO installations (id, status) VALUES (?, 'ended')\", body.installed_app_id);\n",
      "",
    ],
  ]),
  node("late-install", "deletes what was uninstalled, so a late copy brings it back", [
    [
      "run(\"UPDATE installations SET status = 'ended', sealed_key = NULL WHERE id = ?\", id);",
      'run("DELETE FROM installations WHERE id = ? AND app_id IS NOT NULL", id);',
    ],
  ]),
  node("reinstall", "refuses a second install in the same instance for ever", [
    [
      "    const older = one(",
      '    if (one("SELECT * FROM installations WHERE app_id = ? AND instance_id = ?", body.app_id, body.instance_id)) return { status: 409, body: { error: "Installed already." } };\n    const older = one(',
    ],
  ]),
  node("uninstall-names-one", "uninstalls by instance", [
    [
      "    end(body.installed_app_id);\n    log",
      '    for (const { id } of all("SELECT id FROM installations WHERE instance_id = ?", body.instance_id)) end(id);\n    end(body.installed_app_id);\n    log',
    ],
  ]),
  node("conflicting-install", "overwrites an installation with whatever comes under its key", [
    [
      "    if (known !== undefined && known.fingerprint !== fingerprint) return conflict(body.installed_app_id);\n",
      '    if (known !== undefined && known.fingerprint !== fingerprint) {\n      run("UPDATE installations SET instance_id = ?, app_id = ? WHERE id = ?", body.instance_id, body.app_id, body.installed_app_id);\n      return ok();\n    }\n',
    ],
  ]),
  node("tolerant-json", "wants the content type word for word", [
    [
      "async function answerDoor(request, handle) {\n",
      'async function answerDoor(request, handle) {\n  if (request.headers["content-type"] !== "application/json") return { status: 415, body: { error: "JSON only." } };\n',
    ],
  ]),
  node("tolerant-json", "stumbles over a byte order mark", [['.replace(/^\\ufeff/, "")', ""]]),
  node("tolerant-json", "refuses fields it does not know", [
    [
      '  if (body.idempotency_key.startsWith("install:")) return onInstall(body);',
      '  if (Object.keys(body).length > 8) return refusal(422, "unknown_field", "body");\n  if (body.idempotency_key.startsWith("install:")) return onInstall(body);',
    ],
  ]),
  node("bad-input-refused", "grants scopes that do not exist", [
    ["!Array.isArray(grants) || grants.some((scope) => !scopes.includes(scope))", "!Array.isArray(grants)"],
  ]),
  node("bad-input-refused", "answers 500 to what is no JSON", [
    [
      '  if (!parsed.ok) return { status: 400, body: { error: "The body is not JSON.", code: "invalid_json", field: "body" } };\n',
      '  if (!parsed.ok) throw new Error("no JSON");\n',
    ],
  ]),
  node("bad-input-refused", "takes an install without a key", [
    [
      '  if (!isText(body.api_key) || !body.api_key.startsWith("blnk_")) return refusal(422, "invalid_event", "api_key");\n',
      "",
    ],
    ["seal(body.api_key, body.installed_app_id),", "seal(String(body.api_key), body.installed_app_id),"],
  ]),
  node("bad-input-named", "refuses without saying what", [
    [
      "{ error: `The field ${field} is missing or not as the contract says.`, code, field }",
      '{ error: "Bad request.", code }',
    ],
  ]),
  node("oversized-body", "reads bodies of any size", [
    ["const bodyLimit = 64 * 1024;", "const bodyLimit = 64 * 1024 * 1024;"],
  ]),
  // The two doors.
  node(
    "forged-install",
    "checks the secret of the portal door alone",
    [['isDoor(pathname, "callback")', 'pathname.endsWith("/callback")']],
    ["forged-uninstall", "wrong-path-alike"],
  ),
  node(
    "forged-portal-request",
    "checks the secret of the callback door alone",
    [['isDoor(pathname, "portal")', 'pathname.endsWith("/portal")']],
    ["wrong-path-alike"],
  ),
  node("wrong-path-alike", "answers 401 to a wrong secret", [
    [
      '  if (request.method === "GET" && pathname === "/health") return ok();',
      '  if (pathname.startsWith("/cloud/")) return { status: 401, body: { error: "Wrong secret." } };\n  if (request.method === "GET" && pathname === "/health") return ok();',
    ],
  ]),
  // Launch.
  node("portal-accepted", "wants user_id, so refuses the later edition", [
    ["body.user_id !== undefined && body.user_id !== null && !isText(body.user_id)", "!isText(body.user_id)"],
  ]),
  node("portal-foreign-ids", "looks at the installation's id alone", [
    ["  if (!same) return", "  if (false) return"],
  ]),
  node("portal-foreign-ids", "launches whom it has never heard of", [
    [
      '  if (installation?.status !== "active") return { status: 404, body: describe("app_uninstalled") };\n  const same =\n    installation.app_id === body.app_id',
      '  if (installation !== undefined && installation.status !== "active") return { status: 404, body: describe("app_uninstalled") };\n  const same =\n    installation === undefined || installation.app_id === body.app_id',
    ],
    [
      "    installation.id,\n    body.user_id ?? null,\n    now() + seconds.link * 1000,\n    now() + seconds.link",
      "    body.installed_app_id,\n    body.user_id ?? null,\n    now() + seconds.link * 1000,\n    now() + seconds.link",
    ],
  ]),
  node("portal-foreign-ids", "does not compare the organization", [
    [
      "    (body.organization_id == null || installation.organization_id === body.organization_id);",
      "    true;",
    ],
  ]),
  node(
    "fresh-portal-url",
    "one permanent link an installation",
    [
      [
        "  const token = newToken();\n  run(\n    \"INSERT INTO sessions VALUES (?, ?, ?, 'link', ?, ?)\",",
        "  const token = hash(installation.id + secret);\n  run(\n    \"INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, 'link', ?, ?)\",",
      ],
    ],
    ["token-entropy"],
  ),
  node("token-entropy", "tokens that count up", [
    [
      "  const token = newToken();\n",
      '  globalThis.count = (globalThis.count ?? Date.now()) + 1;\n  const token = Buffer.from(`session-${globalThis.count}-of-the-portal`).toString("base64url");\n',
    ],
  ]),
  node("token-entropy", "tokens of eight characters", [
    ["  const token = newToken();\n", "  const token = newToken().slice(0, 8);\n"],
  ]),
  node("embedding-header", "no embedding header", [
    [
      '  "content-security-policy": "frame-ancestors \'self\' https://blnkfinance.com https://*.blnkfinance.com",\n',
      "",
    ],
  ]),
  node("embedding-header", "may be framed by anybody", [
    ["frame-ancestors 'self' https://blnkfinance.com https://*.blnkfinance.com", "frame-ancestors *"],
  ]),
  node("embedding-header", "X-Frame-Options beside the header", [
    [
      '  "referrer-policy": "no-referrer",\n',
      '  "referrer-policy": "no-referrer",\n  "x-frame-options": "SAMEORIGIN",\n',
    ],
  ]),
  // Work and time.
  node(
    "answers-while-cloud-hangs",
    "asks Cloud before it answers an install",
    [
      [
        "const handled = handle(parsed.value);",
        'const handled = handle(parsed.value);\n  if (handled.status === 200 && parsed.value.api_key && parsed.value.granted_permissions.includes("data:read")) await fetch(`${cloudUrl}/data/ledgers?instance_id=${parsed.value.instance_id}`, { headers: { authorization: `Bearer ${parsed.value.api_key}` } }).catch(() => undefined);',
      ],
    ],
    [],
    // Where that call is the first, nobody hears what Cloud says of when to ask again.
    ["waits-as-told"],
  ),
  node("work-after-answer", "gives the work up at the first failure", [
    [
      "const wait = Math.min(60_000, 500 * 2 ** Math.min(job.attempts, 7));",
      'run("DELETE FROM jobs WHERE installation = ?", job.installation);\n    const wait = 0;',
    ],
  ]),
  node("uninstall-stops-work", "goes on working after an uninstall", [
    ['  run("DELETE FROM jobs WHERE installation = ?", id);\n', ""],
    ["status = 'ended', sealed_key = NULL WHERE id", "status = 'ended' WHERE id"],
    ['  if (current?.status !== "active") throw new CloudProblem("app_uninstalled");\n', ""],
  ]),
  node(
    "instance-id-on-each-call",
    "leaves instance_id out",
    [['  url.searchParams.set("instance_id", current.instance_id);\n', ""]],
    ["work-after-answer"],
  ),
  // Sessions.
  node("link-again", "the link works once", [
    [
      'const entered = authorize(searchParams.get("token") ?? "", "link");',
      'const entered = authorize(searchParams.get("token") ?? "", "link");\n    run("UPDATE sessions SET until = 0 WHERE hash = ?", hash(searchParams.get("token") ?? ""));',
    ],
  ]),
  node("unknown-token", "crashes on a token it does not know", [
    ['  if (session === undefined) return { status: 401, code: "session_unknown" };\n', ""],
  ]),
  node("unknown-token", "exchanges a token it does not know for somebody's session", [
    [
      'const session = one("SELECT * FROM sessions WHERE hash = ? AND kind = ?", hash(token), kind);',
      'const session =\n    one("SELECT * FROM sessions WHERE hash = ? AND kind = ?", hash(token), kind) ??\n    one("SELECT sessions.* FROM sessions JOIN installations ON id = installation WHERE status = \'active\' AND kind = ? ORDER BY sessions.rowid DESC", kind);',
    ],
  ]),
  python("unknown-token", "opens the page of somebody for a token it does not know", [
    [
      'session = load("sessions", token) if token else None',
      'session = load("sessions", token) or next((one for one in every("sessions") if load("installations", one["installation"])["status"] == "active"), None)',
    ],
  ]),
  node("link-expires", "links live for ever", [
    ["if (session.until < now()) return", 'if (kind === "session" && session.until < now()) return'],
  ]),
  node("session-expires", "sessions live for ever", [
    ["if (session.until < now()) return", 'if (kind === "link" && session.until < now()) return'],
  ]),
  node("session-ends-with-uninstall", "does not ask whether the session's installation is active", [
    ['if (installation?.status !== "active") return { status: 403, code: "app_uninstalled" };', ""],
    ['run("DELETE FROM notes WHERE installation = ?", id);', ""],
  ]),
  node("denied-member", "lets everybody in", [
    ['if (!mayUse(body.user_id)) return { status: 403, body: describe("user_not_allowed") };', ""],
  ]),
  node("denied-later", "asks who may use it at launch alone", [
    ['if (!mayUse(session.user)) return { status: 403, code: "user_not_allowed" };', ""],
  ]),
  node("two-tabs", "keeps the session in the storage that all tabs share", [
    [
      'const session = sessionStorage.getItem("session");',
      'const session = localStorage.getItem("session");',
    ],
    ['if (link) sessionStorage.setItem("session",', 'if (link) localStorage.setItem("session",'],
    ['if (!sessionStorage.getItem("session"))', 'if (!localStorage.getItem("session"))'],
  ]),
  node("without-cookies", "keeps the session in a cookie", [
    [
      'const session = sessionStorage.getItem("session");',
      'const session = document.cookie.split("session=")[1]?.split(";")[0];',
    ],
    [
      'if (link) sessionStorage.setItem("session", (await call("POST", "/session", { token: link })).session);',
      'if (link) document.cookie = "session=" + (await call("POST", "/session", { token: link })).session;',
    ],
    ['if (!sessionStorage.getItem("session"))', 'if (!document.cookie.includes("session="))'],
  ]),
  node("token-leaves-address", "leaves the token in the address", [
    ['history.replaceState(null, "", "/portal");', ""],
  ]),
  node("bare-portal-page", "names an installation to whoever opens the page without a token", [
    [
      ": { status: entered.status, html: errorPage(entered.code) };",
      ': { status: entered.status, html: errorPage(entered.code) + (searchParams.has("token") ? "" : all("SELECT id FROM installations").map(({ id }) => id).join()) };',
    ],
  ]),
  // Tenants.
  node("tenants-in-pages", "lists the notes of all tenants", [
    [
      'const notes = all("SELECT id, text FROM notes WHERE installation = ?", installation.id);',
      'const notes = all("SELECT id, text FROM notes ORDER BY rowid DESC");',
    ],
  ]),
  node("tenants-in-pages", "keeps the first tenant's ledgers in a cache for all", [
    [
      "const ledgers = found.data.map(({ ledger_id, name }) => ({ ledger_id, name }));",
      "globalThis.ledgers ??= found.data.map(({ ledger_id, name }) => ({ ledger_id, name }));\n    const { ledgers } = globalThis;",
    ],
  ]),
  node("tenants-in-calls", "finds a note by its id alone", [
    ["FROM notes WHERE id = ? AND installation = ?", "FROM notes WHERE id = ? AND 'x' <> ?"],
  ]),
  node("tenants-in-calls", "shows a note to whoever knows its address", [
    [
      'const { status, code, installation } = authorize(token, "session");',
      'if (method === "GET" && path.startsWith("/notes/")) return { status: 200, body: one("SELECT id, text FROM notes WHERE id = ?", path.slice(7)) ?? {} };\n  const { status, code, installation } = authorize(token, "session");',
    ],
  ]),
  node("tenants-in-calls", "believes the installation that a note's body names", [
    [
      '{ text: document.querySelector("#text").value }',
      '{ text: document.querySelector("#text").value, to: window.own }',
    ],
    [
      'run("INSERT INTO notes VALUES (?, ?, ?)", newToken(), installation.id, body.text);',
      'run("INSERT INTO notes VALUES (?, ?, ?)", newToken(), body.to ?? installation.id, body.text);',
    ],
    [
      "return { status: 200, body: { ledgers, may_post:",
      "return { status: 200, body: { id: installation.id, ledgers, may_post:",
    ],
    [
      'document.querySelector("#post").hidden =',
      'window.own = overview.id; document.querySelector("#post").hidden =',
    ],
  ]),
  // Secrets.
  node("key-in-browser", "hands the page the key in base64", [
    [
      "return { status: 200, body: { ledgers, may_post:",
      'return { status: 200, body: { trace: Buffer.from(unseal(find(installation.id).sealed_key, installation.id)).toString("base64"), ledgers, may_post:',
    ],
  ]),
  node("key-in-browser", "hands the page the key in two halves", [
    [
      "return { status: 200, body: { ledgers, may_post:",
      "return { status: 200, body: { one: unseal(find(installation.id).sealed_key, installation.id).slice(0, 30), two: unseal(find(installation.id).sealed_key, installation.id).slice(30), ledgers, may_post:",
    ],
  ]),
  node("no-call-from-browser", "has the page ask Cloud itself", [
    [
      "return { status: 200, body: { ledgers, may_post:",
      "return { status: 200, body: { cloudUrl, ledgers, may_post:",
    ],
    [
      'show("#ledgers",',
      'await fetch(overview.cloudUrl + "/data/ledgers").catch(() => undefined);\n    show("#ledgers",',
    ],
  ]),
  node(
    "foreign-frame",
    "sends a policy that keeps the dashboard out",
    [["frame-ancestors 'self' https://blnkfinance.com https://*.blnkfinance.com", "frame-ancestors 'none'"]],
    ["embedding-header"],
  ),
  node("key-in-answers", "answers an install with what was stored", [
    [
      'log("installed", { installation: body.installed_app_id });\n    return ok();',
      'log("installed", { installation: body.installed_app_id });\n    return { status: 200, body: { stored: body } };',
    ],
  ]),
  node("key-in-answers", "carries the key in the portal URL, reversed", [
    [
      "body: { portal_url: `${publicUrl}/portal/enter?token=${token}` }",
      'body: { portal_url: `${publicUrl}/portal/enter?token=${token}&k=${[...unseal(installation.sealed_key, installation.id)].reverse().join("")}` }',
    ],
  ]),
  node("key-in-log", "logs the whole install event", [
    ['log("installed", { installation: body.installed_app_id });', 'log("installed", body);'],
  ]),
  node("key-in-log", "logs a body it can't read", [
    [
      "if (!parsed.ok) return { status: 400,",
      'if (!parsed.ok) log("unreadable", { hex: Buffer.from(text).toString("hex") });\n  if (!parsed.ok) return { status: 400,',
    ],
  ]),
  node("token-in-log", "logs addresses with their tokens", [
    [
      'log("request", { method: request.method, status });',
      'log("request", { method: request.method, url: request.url, status });',
    ],
  ]),
  node("key-at-rest", "stores the key as it is", [
    ["seal(body.api_key, body.installed_app_id),", "Buffer.from(body.api_key),"],
    [
      "function unseal(sealed, id) {",
      'function unseal(sealed, id) {\n  if (Buffer.from(sealed).toString().startsWith("blnk_")) return Buffer.from(sealed).toString();',
    ],
  ]),
  node("key-at-rest", "takes hexadecimal for encryption", [
    ["seal(body.api_key, body.installed_app_id),", 'Buffer.from(body.api_key).toString("hex"),'],
    [
      "function unseal(sealed, id) {",
      'function unseal(sealed, id) {\n  if (typeof sealed === "string") return Buffer.from(sealed, "hex").toString();',
    ],
  ]),
  node("key-at-rest", "leaves the events it received in a file", [
    [
      'log("installed", { installation: body.installed_app_id });',
      'appendFileSync(join(folder, "events.jsonl"), `${JSON.stringify(body)}\\n`);',
    ],
  ]),
  node("token-at-rest", "stores portal tokens as they are", [
    [
      "const token = newToken();\n  run(",
      'const token = newToken();\n  appendFileSync(join(folder, "links"), `${token}\\n`);\n  run(',
    ],
  ]),
  node("odd-http", "takes the first packet for the whole body", [
    [
      "else parts.push(part);",
      'else {\n        parts.push(part);\n        resolve(Buffer.concat(parts).toString("utf8").replace(/^\\ufeff/, ""));\n      }',
    ],
  ]),
  // Keys and installs at odds.
  node("second-install-older-refused", "refuses a second installation while one is active", [
    [
      "const older = one(",
      'if (one("SELECT * FROM installations WHERE app_id = ? AND instance_id = ? AND status = \'active\'", body.app_id, body.instance_id)) return { status: 409, body: { error: "Installed already." } };\n    const older = one(',
    ],
  ]),
  node("second-install-older-lives", "believes the newest install", [
    [
      "if (older !== undefined)\n      run(",
      "if (older !== undefined) end(older.id);\n    if (false)\n      run(",
    ],
  ]),
  node("second-install-older-refused", "keeps every installation of an instance for ever", [
    ["if (older !== undefined)\n      run(", "if (false)\n      run("],
  ]),
  node("second-install-undecided", "takes a proxy's answer for Cloud's", [
    ['return answer.code === "key_revoked" ? "refused" : "unclear";', 'return "refused";'],
  ]),
  node("early-refusal", "destroys a key at the first 401", [
    ['if (code === "key_revoked" && !young) {', 'if (code === "key_revoked") {'],
  ]),
  node("foreign-refusal", "takes any 401 for the end", [
    ['if (code === "key_revoked" && !young) {', "if (!young) {"],
  ]),
  node("revoked-key", "goes on with a key that Cloud calls revoked", [
    ['if (code === "key_revoked" && !young) {', "if (false) {"],
  ]),
  // Scopes and Cloud.
  node("scope-before-call", "never looks at what was granted", [
    ["if (!JSON.parse(current.grants).includes(scope)) throw", "if (false) throw"],
    ['if (grants.includes("data:write")) run(', "run("],
  ]),
  node("waits-as-told", "asks again at once after a 429", [
    ['const wait = secondsOf(response.headers.get("retry-after"));', "const wait = 0.05;"],
  ]),
  node("waits-as-told", "takes seconds for milliseconds", [
    ["await sleep(wait * 1000);", "await sleep(wait);"],
  ]),
  node("cut-after-commit", "makes its ledger again without looking", [
    ["if (found.data.length === 0)", "if (found !== undefined)"],
  ]),
  node("cut-after-commit", "posts under a new reference at each try", [
    [
      "(installation) => post(installation, `zoo-${installation.id}-setup`),",
      "(installation) => post(installation, `zoo-${newToken()}`),",
    ],
    [
      "response = await fetch(url, {",
      "if (body?.reference) body.reference = `zoo-${newToken()}`;\n    response = await fetch(url, {",
    ],
  ]),
  // Crashes.
  node(
    "kill-after-install",
    "answers an install before it is written",
    [
      ['db.exec("COMMIT");', 'setTimeout(() => db.exec("COMMIT"), 300);'],
      ['db.exec("BEGIN IMMEDIATE");', 'if (!db.isTransaction) db.exec("BEGIN IMMEDIATE");'],
      [
        'setTimeout(() => db.exec("COMMIT"), 300);',
        'globalThis.commit ??= setTimeout(() => {\n      globalThis.commit = undefined;\n      db.exec("COMMIT");\n    }, 800);',
      ],
    ],
    ["kill-after-uninstall"],
  ),
  node("kill-after-uninstall", "remembers ended installations in memory", [
    [
      'if (known?.status === "ended") return ok();',
      "if (globalThis.ended?.has(body.installed_app_id)) return ok();",
    ],
    [
      "run(\"UPDATE installations SET status = 'ended', sealed_key = NULL WHERE id = ?\", id);",
      '(globalThis.ended ??= new Set()).add(id);\n  run("DELETE FROM installations WHERE id = ?", id);',
    ],
  ]),
  node("kill-deduplication", "remembers idempotency keys in memory", [
    [
      "if (known !== undefined && known.fingerprint !== fingerprint) return conflict(body.installed_app_id);\n    if (known !== undefined) return ok();",
      'globalThis.keys ??= new Map();\n    if (globalThis.keys.has(body.idempotency_key)) return globalThis.keys.get(body.idempotency_key) === fingerprint ? ok() : conflict(body.installed_app_id);\n    globalThis.keys.set(body.idempotency_key, fingerprint);\n    run("DELETE FROM installations WHERE id = ?", body.installed_app_id);\n    run("DELETE FROM jobs WHERE installation = ?", body.installed_app_id);',
    ],
  ]),
  node("kill-work", "keeps the queue in memory", [
    ["CREATE TABLE IF NOT EXISTS jobs", "DROP TABLE IF EXISTS jobs;\n  CREATE TABLE IF NOT EXISTS jobs"],
  ]),
  // Pages.
  node("page-overflow", "a table wider than the panel", [
    ["<h2>Notes</h2>", '<div style="width: 900px">Wide</div><h2>Notes</h2>'],
  ]),
  node("page-text-size", "small print", [
    [
      "<h2>Notes</h2>",
      '<p style="font-size: 9px">Postings are made in the currency of the balance they go to.</p><h2>Notes</h2>',
    ],
  ]),
  node("page-contrast", "pale grey on white", [
    ["color: #1c2733; background: #ffffff;", "color: #b4bcc4; background: #ffffff;"],
  ]),
  node("page-targets", "buttons of ten pixels", [
    [
      "<h2>Notes</h2>",
      '<p><button style="min-height: 0; height: 10px; padding: 0; font-size: 12px; line-height: 1">One</button><button style="min-height: 0; height: 10px; padding: 0; font-size: 12px; line-height: 1">Two</button></p><h2>Notes</h2>',
    ],
  ]),
  node("page-accessibility", "a field without a label", [['<label for="text">Note</label>', ""]]),
  node("page-action-in-view", "everything to press below two screens of text", [
    ["<h1>Zoo</h1>", '<h1>Zoo</h1><div style="height: 1700px">About this app.</div>'],
  ]),
  node("page-keyboard", "no focus ring", [
    ["outline: 3px solid #d97706; outline-offset: 2px;", "outline: none;"],
  ]),
  node(
    "page-keyboard",
    "a div for a button",
    [
      [
        "<h2>Notes</h2>",
        '<div onclick="say()" role="button" style="padding: 12px; display: inline-block">Refresh</div><h2>Notes</h2>',
      ],
    ],
    ["page-accessibility"],
  ),
  node("error-page-uninstalled", "a bare status after the uninstall", [
    [
      ": { status: entered.status, html: errorPage(entered.code) };",
      ": { status: entered.status, body: { code: entered.code } };",
    ],
  ]),
  node("error-page-expired", "two words for an expired link", [
    ['"This session has expired because it was not used for a while."', '"Session expired."'],
    ['"Launch the app again from your dashboard; nothing is lost."', '""'],
    ["<p>Reference: ${reference}</p>", ""],
  ]),
  node("error-page-unknown", "a stack for a token it doesn't know", [
    ["<p>Reference: ${reference}</p>", "<pre>${new Error(error).stack}</pre>"],
  ]),
  node("error-page-instance-away", "an empty page when Cloud is away", [
    [
      'say(answer.error + " " + answer.next + " Reference: " + answer.reference);',
      "document.body.replaceChildren();",
    ],
  ]),
  node("error-page-rate-limited", "a bare code when Cloud asks to slow down", [
    ['say(answer.error + " " + answer.next + " Reference: " + answer.reference);', "say(answer.code);"],
  ]),
  node("error-page-app-failed", "shows its insides", [
    [
      'say(answer.error + " " + answer.next + " Reference: " + answer.reference);',
      "say(new Error(answer.code).stack);",
    ],
  ]),
  node("error-page-missing-permission", "a blank page without permissions", [
    [
      'say(answer.error + " " + answer.next + " Reference: " + answer.reference);',
      "document.body.replaceChildren();",
    ],
  ]),
  // The same kinds in other ways, and days that few apps were tried on.
  node("changed-key", "takes whatever key comes for a known installation", [
    [
      "if (known !== undefined && known.fingerprint !== fingerprint) return conflict(body.installed_app_id);",
      'if (known !== undefined && known.fingerprint !== fingerprint) {\n      run("UPDATE installations SET sealed_key = ? WHERE id = ?", seal(body.api_key, body.installed_app_id), body.installed_app_id);\n      return ok();\n    }',
    ],
  ]),
  node(
    "many-refused",
    "gives every key up when several are refused",
    [
      [
        'run("UPDATE installations SET suspended = 1 WHERE id = ?", installation.id);',
        "(globalThis.refused ??= new Set()).add(installation.id);\n  if (globalThis.refused.size >= 4) for (const id of globalThis.refused) transaction(() => end(id));",
      ],
    ],
    ["foreign-refusal"],
    // It is enough that other keys are refused at the same time.
    ["early-refusal"],
  ),
  node("no-call-to-core", "reads straight from the Core that it is offered", [
    [
      'const found = await cloud(installation, "GET", "/data/ledgers?pageSize=50", undefined, 2);',
      'if (process.env.CORE_URL) await fetch(`${process.env.CORE_URL}/ledgers`).catch(() => undefined);\n    const found = await cloud(installation, "GET", "/data/ledgers?pageSize=50", undefined, 2);',
    ],
  ]),
  node("no-call-to-core", "asks Cloud by Core's own paths", [
    [
      'const found = await cloud(installation, "GET", "/data/ledgers?pageSize=50", undefined, 2);',
      'await cloud(installation, "GET", "/balances", undefined, 1).catch(() => undefined);\n    const found = await cloud(installation, "GET", "/data/ledgers?pageSize=50", undefined, 2);',
    ],
  ]),
  node("second-install-work", "works for both while it is open which one is true", [
    [" AND installation NOT IN (SELECT newer FROM doubts UNION SELECT older FROM doubts)", ""],
  ]),
  node("second-install-work", "forgets the work that it held back", [
    [
      'if (verdict === "refused" || now() > doubt.until) return transaction(() => end(doubt.older));',
      'if (verdict === "refused" || now() > doubt.until) {\n    run("DELETE FROM jobs WHERE installation = ?", doubt.newer);\n    return transaction(() => end(doubt.older));\n  }',
    ],
  ]),
  node("records-once", "writes one record more for each copy", [
    [
      "CREATE TABLE IF NOT EXISTS notes (",
      "CREATE TABLE IF NOT EXISTS tenants (id TEXT, instance_id TEXT);\n  CREATE TABLE IF NOT EXISTS notes (",
    ],
    [
      "return transaction(() => {\n    const known = find(body.installed_app_id);",
      'run("INSERT INTO tenants VALUES (?, ?)", body.installed_app_id, body.instance_id);\n  return transaction(() => {\n    const known = find(body.installed_app_id);',
    ],
  ]),
  node("full-disk", "says yes to what it could not store", [
    [
      "const handled = handle(parsed.value);",
      "let handled;\n  try {\n    handled = handle(parsed.value);\n  } catch {\n    handled = ok();\n  }",
    ],
  ]),
  node("full-disk", "dies when its log can't be written", [
    ['process.stderr.write("The log can\'t be written.\\n");', "process.exit(1);"],
  ]),
  node("page-rests", "greets with a dialog", [
    [
      'if (!sessionStorage.getItem("session")) return',
      'alert("Welcome");\n    if (!sessionStorage.getItem("session")) return',
    ],
  ]),
  node("page-rests", "asks for news without end", [
    [
      'if (!sessionStorage.getItem("session")) return',
      'setInterval(() => call("GET", "/notes").catch(() => undefined), 250);\n    if (!sessionStorage.getItem("session")) return',
    ],
  ]),
  node("link-in-new-tab", "lets a link be exchanged once", [
    [
      "const session = newToken();",
      'run("UPDATE sessions SET until = 0 WHERE hash = ?", hash(String(body?.token ?? "")));\n    const session = newToken();',
    ],
  ]),
  node("page-reload", "has nothing at the address that stays in the frame", [
    ['if (request.method === "GET" && pathname === "/portal") return { status: 200, html: page() };', ""],
  ]),
  node("token-in-referer", "sends its whole address to every other origin", [
    ['"referrer-policy": "no-referrer"', '"referrer-policy": "unsafe-url"'],
  ]),
  node("token-in-referer", "sends its whole address from the page that its link redirects to", [
    ['"referrer-policy": "no-referrer"', '"referrer-policy": "unsafe-url"'],
    [
      'if (request.method === "GET" && pathname === "/portal/enter") {',
      'if (request.method === "GET" && pathname === "/portal/enter") return { status: 302, html: searchParams.get("token") ?? "" };\n  if (request.method === "GET" && pathname === "/portal/shown") {',
    ],
    [
      "if (html !== undefined) response.writeHead(status, pageHeaders).end(html);",
      "if (status === 302) response.writeHead(302, { location: `/portal/shown?token=${html}` }).end();\n  else if (html !== undefined) response.writeHead(status, pageHeaders).end(html);",
    ],
  ]),
  node("token-leaves-address", "leaves the token in the history", [
    ['history.replaceState(null, "", "/portal");', 'history.pushState(null, "", "/portal");'],
  ]),
  python("kept-connections", "leaves the body of what it refuses on the connection", [
    ["def nothing_here(self):\n        self.close_connection = True", "def nothing_here(self):"],
  ]),
  node("error-page-denied", "two words for who may not", [
    ['"Your account may not use this app."', '"Not allowed."'],
    ['"Ask an administrator of your organization to give you access."', '""'],
    ["<p>Reference: ${reference}</p>", ""],
  ]),
  node("error-page-app-failed", "names no reference", [
    [
      'say(answer.error + " " + answer.next + " Reference: " + answer.reference);',
      'say(answer.error + " " + answer.next);',
    ],
  ]),
  node("key-in-browser", "shows the request that failed, key included", [
    [
      "return { status: statuses[code] ?? 403, body: describe(code) };",
      "const keys = all(\"SELECT id, sealed_key FROM installations WHERE status = 'active'\").map((one) => unseal(one.sealed_key, one.id));\n        return { status: statuses[code] ?? 403, body: { ...describe(code), keys } };",
    ],
  ]),
  node("key-in-log", "logs the headers of a call that failed", [
    [
      "if (response.status === 401) return refusedKey(current, text);",
      'log("call_failed", { status: response.status, authorization: unseal(current.sealed_key, current.id) });\n  if (response.status === 401) return refusedKey(current, text);',
    ],
  ]),
  node(
    "forged-install",
    "compares the beginning of the secret alone",
    [
      [
        "return timingSafeEqual(Buffer.from(hash(path)), wanted);",
        "return wanted.length > 0 && path.startsWith(`/cloud/${secret.slice(0, 12)}`) && path.endsWith(`/${name}`);",
      ],
    ],
    ["forged-uninstall", "forged-portal-request"],
  ),
  node("embedding-header", "leaves the header off its error pages", [
    [
      "response.writeHead(status, pageHeaders).end(html);",
      'response.writeHead(status, status < 400 ? pageHeaders : { "content-type": "text/html; charset=utf-8" }).end(html);',
    ],
  ]),
  node("bad-input-refused", "takes any kind of event for an install", [
    ['return refusal(422, "invalid_event", "idempotency_key");', "return onInstall(body);"],
  ]),
  python("scope-before-call", "never looks at what was granted", [
    ['if ("data:read" if method == "GET" else "data:write") not in known["grants"]:', "if False:"],
    ['if "data:write" in grants:', "if True:"],
  ]),
  python(
    "late-install",
    "keeps nothing of an installation that ended",
    [
      [
        'save("installations", identifier, {**kept, "id": identifier, "status": "ended"})',
        'remove("installations", identifier)',
      ],
    ],
    ["unknown-uninstall"],
  ),
  python("key-at-rest", "takes base64 for encryption", [
    ['"sealed": seal(api_key, identifier)', '"sealed": base64.b64encode(api_key.encode()).decode()'],
    [
      "raw = base64.b64decode(sealed)",
      'raw = base64.b64decode(sealed)\n    if raw.startswith(b"blnk_"):\n        return raw.decode()',
    ],
  ]),
  python("tenants-in-pages", "keeps the notes of all in one place", [
    [
      'notes = (load("notes", known["id"]) or {"texts": []})["texts"]',
      'notes = (load("notes", "all") or {"texts": []})["texts"]',
    ],
    ['notes = load("notes", known["id"]) or {"texts": []}', 'notes = load("notes", "all") or {"texts": []}'],
    [
      'save("notes", known["id"], {"texts": [*notes["texts"], text]})',
      'save("notes", "all", {"texts": [*notes["texts"], text]})',
    ],
  ]),
  python("session-ends-with-uninstall", "does not ask whether the session's installation is active", [
    [
      'kept = {field: known.get(field) for field in ("app_id", "organization_id", "instance_id")}',
      'kept = {field: known.get(field) for field in ("app_id", "organization_id", "instance_id", "grants")}',
    ],
    [
      'if known is None or known["status"] != "active":\n        raise Closed(403, "uninstalled")',
      'if known is None:\n        raise Closed(403, "uninstalled")',
    ],
    ['for kind in ("queue", "doubts", "notes"):', 'for kind in ("queue", "doubts"):'],
  ]),
  python("page-contrast", "pale grey on white", [
    ["color:#222;background:#fff", "color:#bbb;background:#fff"],
  ]),
  python("uninstall-stops-work", "goes on working after an uninstall", [
    ['for kind in ("queue", "doubts", "notes"):', 'for kind in ("doubts", "notes"):'],
    [
      'kept = {field: known.get(field) for field in ("app_id", "organization_id", "instance_id")}',
      'kept = {field: known.get(field) for field in ("app_id", "organization_id", "instance_id", "sealed", "grants", "since")}',
    ],
    [
      'if known is None or known["status"] != "active":\n        raise Problem("uninstalled")',
      'if known is None:\n        raise Problem("uninstalled")',
    ],
  ]),
  // What is kept by the organization or by its member, though each instance has an installation of its own.
  node("instances-apart", "one installation an organization", [
    [
      "WHERE app_id = ? AND instance_id = ? AND status = 'active'\", body.app_id, body.instance_id,",
      "WHERE app_id = ? AND organization_id = ? AND status = 'active'\", body.app_id, body.organization_id ?? null,",
    ],
  ]),
  node(
    "instances-apart",
    "uninstalls by organization",
    [
      [
        "    end(body.installed_app_id);\n    log",
        '    for (const { id } of all("SELECT id FROM installations WHERE organization_id = ?", body.organization_id ?? null)) end(id);\n    end(body.installed_app_id);\n    log',
      ],
    ],
    ["uninstall-names-one"],
  ),
  node("tenants-in-pages", "keeps notes by organization", [
    [
      'const notes = all("SELECT id, text FROM notes WHERE installation = ?", installation.id);',
      'const notes = all("SELECT notes.id, text FROM notes JOIN installations ON installations.id = installation WHERE organization_id = ?", installation.organization_id);',
    ],
  ]),
  node("conflicting-install", "takes other permissions under a known key", [
    [
      "JSON.stringify([body.app_id, body.organization_id ?? null, body.instance_id, body.api_key, grants]),",
      "JSON.stringify([body.app_id, body.organization_id ?? null, body.instance_id, body.api_key]),",
    ],
  ]),
  node("scope-before-call", "posts for whoever presses, whatever was granted", [
    [
      "if (!JSON.parse(current.grants).includes(scope)) throw",
      'if (method === "GET" && !JSON.parse(current.grants).includes(scope)) throw',
    ],
    [
      'document.querySelector("#post").hidden = !overview.may_post;',
      'document.querySelector("#post").hidden = false;',
    ],
  ]),
  // Two things at once: what the other is wrong with must not hide it.
  node(
    "kill-after-install",
    "answers an install before it is written, and a copy of it with 409",
    [
      ['db.exec("BEGIN IMMEDIATE");', 'if (!db.isTransaction) db.exec("BEGIN IMMEDIATE");'],
      [
        'db.exec("COMMIT");',
        'globalThis.commit ??= setTimeout(() => {\n      globalThis.commit = undefined;\n      db.exec("COMMIT");\n    }, 800);',
      ],
      [
        "    if (known !== undefined) return ok();\n",
        "    if (known !== undefined) return conflict(body.installed_app_id);\n",
      ],
    ],
    ["duplicate-install", "kill-after-uninstall"],
  ),
  node(
    "second-install-older-lives",
    "refuses a second installation unless Cloud refuses the older key at once",
    [
      [
        "const handled = handle(parsed.value);",
        `const asked = parsed.value;
  const isNew = asked?.api_key !== undefined && find(String(asked.installed_app_id)) === undefined;
  const rival = isNew
    ? one("SELECT * FROM installations WHERE app_id = ? AND instance_id = ? AND status = 'active'", String(asked.app_id), String(asked.instance_id))
    : undefined;
  if (rival !== undefined && (await askWith(rival)) !== "refused") return conflict(asked.installed_app_id);
  const handled = handle(parsed.value);`,
      ],
    ],
  ),
  node("changed-key", "writes with whatever key comes before it refuses it", [
    [
      "const handled = handle(parsed.value);",
      `const other = parsed.value?.api_key === undefined ? undefined : find(String(parsed.value.installed_app_id));
  if (other?.status === "active" && unseal(other.sealed_key, other.id) !== parsed.value.api_key)
    await fetch(\`\${cloudUrl}/proxy/ledgers?instance_id=\${other.instance_id}\`, {
      method: "POST",
      headers: { authorization: \`Bearer \${parsed.value.api_key}\`, "content-type": "application/json" },
      body: JSON.stringify({ name: "Begun too soon" }),
    }).catch(() => undefined);
  const handled = handle(parsed.value);`,
    ],
  ]),
  node("bad-input-refused", "takes anything for an instance", [
    [
      'wrongField(body, ["installed_app_id", "app_id", "instance_id", "idempotency_key"])',
      'wrongField(body, ["installed_app_id", "app_id", "idempotency_key"])',
    ],
    ["return onInstall(body);", "return onInstall({ ...body, instance_id: String(body.instance_id) });"],
  ]),
  node("fresh-portal-url", "one permanent token an installation, beside a number that varies", [
    [
      "  const token = newToken();\n  run(\n    \"INSERT INTO sessions VALUES (?, ?, ?, 'link', ?, ?)\",",
      "  const token = hash(installation.id + secret);\n  run(\n    \"INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, 'link', ?, ?)\",",
    ],
    ["enter?token=${token}`", "enter?token=${token}&request=${newToken()}`"],
  ]),
  node("waits-as-told", "asks for something else while it should wait", [
    [
      "await sleep(wait * 1000);",
      'await sleep(wait * 500);\n    await cloud(installation, "GET", "/data/balances?pageSize=1", undefined, 1).catch(() => undefined);\n    await sleep(wait * 600);',
    ],
  ]),
  python("cut-after-commit", "posts under a new reference at each try, in JSON with spaces", [
    ['"reference": reference,', '"reference": f"{reference}-{secrets.token_hex(8)}",'],
  ]),
  node("page-contrast", "unreadable where the system is dark", [
    [
      "  :root { color-scheme: light; }",
      "  @media (prefers-color-scheme: dark) { body { color: #333 !important; background: #111 !important; } }",
    ],
  ]),
  node("revoked-key", "two words for a key that Cloud calls revoked", [
    [
      '"The dashboard refuses the key of this installation, so the app can do nothing.",\n    "Uninstall the app and install it again: that makes a new key.",',
      '"Key refused.", "",',
    ],
  ]),
  node("token-in-log", "logs the session that a token was exchanged for", [
    [
      "    return { status: 200, body: { session } };",
      '    log("entered", { session });\n    return { status: 200, body: { session } };',
    ],
  ]),
  node("token-at-rest", "stores sessions as they are", [
    ["      hash(session),\n", "      session,\n"],
    [
      '"SELECT * FROM sessions WHERE hash = ? AND kind = ?", hash(token), kind',
      '"SELECT * FROM sessions WHERE hash = ? AND kind = ?", kind === "session" ? token : hash(token), kind',
    ],
  ]),
  node("second-install-older-lives", "takes a 403 for a scope for a key that Cloud refuses", [
    [
      'if (response.ok || answer.code === "missing_scope") return "accepted";',
      'if (response.ok) return "accepted";',
    ],
    [
      'return answer.code === "key_revoked" ? "refused" : "unclear";',
      'return response.status < 500 ? "refused" : "unclear";',
    ],
  ]),
  node("without-cookies", "keeps the session in a partitioned cookie", [
    [
      "  const { status, html, body } = await answer(request).catch((error) => {",
      '  const { status, html, body } = await answer(request).then((given) => {\n    if (given.body?.session === undefined) return given;\n    response.setHeader("set-cookie", `s=${given.body.session}; Secure; SameSite=None; Partitioned; HttpOnly; Path=/`);\n    return { ...given, body: { session: "in a cookie" } };\n  }).catch((error) => {',
    ],
    [
      'const token = /^Bearer (\\S+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";',
      'const token = /(?:^|; )s=([^;]*)/.exec(request.headers.cookie ?? "")?.[1] ?? "";',
    ],
  ]),
  node(
    "uninstall-names-one",
    "uninstalls every installation of the app",
    [
      [
        "    end(body.installed_app_id);\n    log",
        '    for (const { id } of all("SELECT id FROM installations WHERE app_id = ?", body.app_id)) end(id);\n    end(body.installed_app_id);\n    log',
      ],
    ],
    ["instances-apart"],
  ),
  node("token-in-log", "logs addresses whose launch has a longer id than the token", [
    [
      "`${publicUrl}/portal/enter?token=${token}`",
      '`${publicUrl}/portal/enter?launch=${randomBytes(48).toString("hex")}&token=${token}`',
    ],
    [
      'log("request", { method: request.method, status });',
      'log("request", { method: request.method, url: request.url, status });',
    ],
  ]),
  python("token-in-log", "logs the token of a link whose path is longer than the token", [
    [
      'token = address.path.rpartition("/")[2]\n',
      'token = address.path.rpartition("/")[2]\n                log("entered", token=token)\n',
    ],
  ]),
  // What stands in an address, and what nobody asks a session for.
  node("session-in-address", "carries the session in the query of each call", sessionInQuery),
  node("session-in-address", "carries the session in the path of each call", [
    ['fetch("/portal/api" + path, {', 'fetch("/portal/api" + (session ? "/of/" + session : "") + path, {'],
    ['...(session ? { authorization: "Bearer " + session } : {})', ""],
    [
      'const token = /^Bearer (\\S+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";',
      'const [, token = "", rest] = /^\\/portal\\/api\\/of\\/([^/]+)(.*)$/.exec(pathname) ?? [];',
    ],
    [
      'portalApi(request.method, pathname.slice("/portal/api".length), token, parsed.value)',
      'portalApi(request.method, rest ?? pathname.slice("/portal/api".length), token, parsed.value)',
    ],
  ]),
  node("tenants-in-calls", "shows notes to whoever names the installation, without any session", [
    [
      "return { status: 200, body: { session } };",
      "return { status: 200, body: { session, of: entered.installation.id } };",
    ],
    [
      'if (link) sessionStorage.setItem("session", (await call("POST", "/session", { token: link })).session);',
      'if (link) {\n      const entered = await call("POST", "/session", { token: link });\n      sessionStorage.setItem("session", entered.session);\n      sessionStorage.setItem("of", entered.of);\n    }',
    ],
    [
      'const notes = await call("GET", "/notes");',
      'const notes = await (await fetch("/portal/api/list/" + sessionStorage.getItem("of"))).json();',
    ],
    [
      'const { status, code, installation } = authorize(token, "session");',
      'if (method === "GET" && path.startsWith("/list/"))\n    return { status: 200, body: { notes: all("SELECT id, text FROM notes WHERE installation = ?", path.slice(6)) } };\n  const { status, code, installation } = authorize(token, "session");',
    ],
  ]),
  node("error-page-cloud-hangs", "waits for Cloud without a time limit", [
    ["signal: AbortSignal.timeout(6000),", ""],
  ]),
  node("duplicate-uninstall", "takes the same uninstall at a later time for another event", [
    [
      "    end(body.installed_app_id);\n    log",
      "    globalThis.times ??= new Map();\n    const time = globalThis.times.get(body.installed_app_id);\n    if (time !== undefined && time !== body.uninstalled_at) return conflict(body.installed_app_id);\n    globalThis.times.set(body.installed_app_id, body.uninstalled_at);\n    end(body.installed_app_id);\n    log",
    ],
  ]),
  node("duplicate-install", "looks whether it knows an install a moment before it stores it", [
    [
      "const handled = handle(parsed.value);",
      'const isNew = parsed.value?.api_key !== undefined && find(String(parsed.value.installed_app_id)) === undefined;\n  if (isNew) await sleep(60);\n  if (isNew && find(String(parsed.value.installed_app_id)) !== undefined) throw new Error("UNIQUE constraint failed");\n  const handled = handle(parsed.value);',
    ],
  ]),
  node("embedding-header", "sends the embedding header with the first page alone", [
    [
      'if (request.method === "GET" && pathname === "/portal") return { status: 200, html: page() };',
      'if (request.method === "GET" && pathname === "/portal") return { status: 200, html: page(), bare: true };',
    ],
    [
      "const { status, html, body } = await answer(request)",
      "const { status, html, body, bare } = await answer(request)",
    ],
    [
      "response.writeHead(status, pageHeaders).end(html);",
      'response.writeHead(status, bare ? { "content-type": "text/html; charset=utf-8" } : pageHeaders).end(html);',
    ],
  ]),
  node("embedding-header", "names who may frame it in the page's markup alone", [
    [
      '  "content-security-policy": "frame-ancestors \'self\' https://blnkfinance.com https://*.blnkfinance.com",\n',
      "",
    ],
    [
      "<title>Zoo</title><meta",
      '<title>Zoo</title><meta http-equiv="Content-Security-Policy" content="frame-ancestors \'self\' https://blnkfinance.com https://*.blnkfinance.com"><meta',
    ],
  ]),
  node(
    "instance-id-on-each-call",
    "calls with the newest installation's key, whichever it works for",
    [
      [
        'authorization: `Bearer ${unseal(current.sealed_key, current.id)}`,\n        "content-type"',
        'authorization: `Bearer ${keyOfNewest()}`,\n        "content-type"',
      ],
      [
        "const sleep = (milliseconds)",
        "const keyOfNewest = () => {\n  const newest = one(\"SELECT * FROM installations WHERE status = 'active' ORDER BY rowid DESC\");\n  return unseal(newest.sealed_key, newest.id);\n};\nconst sleep = (milliseconds)",
      ],
    ],
    [],
    // The newest may have been granted less, and its work is nobody's.
    ["scope-before-call", "work-after-answer", "key-in-browser"],
  ),
  node(
    "tenants-in-calls",
    "shows notes to whoever names the installation, without any session and past every cache",
    [
      [
        "return { status: 200, body: { session } };",
        "return { status: 200, body: { session, of: entered.installation.id } };",
      ],
      [
        'if (link) sessionStorage.setItem("session", (await call("POST", "/session", { token: link })).session);',
        'if (link) {\n      const entered = await call("POST", "/session", { token: link });\n      sessionStorage.setItem("session", entered.session);\n      sessionStorage.setItem("of", entered.of);\n    }',
      ],
      [
        'const notes = await call("GET", "/notes");',
        'const notes = await (await fetch("/portal/api/list/" + sessionStorage.getItem("of") + "?_=" + Date.now())).json();',
      ],
      [
        'const { status, code, installation } = authorize(token, "session");',
        'if (method === "GET" && path.startsWith("/list/"))\n    return { status: 200, body: { notes: all("SELECT id, text FROM notes WHERE installation = ?", path.slice(6)) } };\n  const { status, code, installation } = authorize(token, "session");',
      ],
    ],
  ),
  node("error-page-cloud-hangs", "says that it loads, without a time limit", [
    ["signal: AbortSignal.timeout(6000),", ""],
    [
      'const overview = await call("GET", "/overview");',
      'say("The ledgers are being loaded, this may take a moment.");\n    const overview = await call("GET", "/overview");',
    ],
  ]),
  node("kill-work", "takes up its queue when the next event comes, not when it starts", [
    ["setInterval(() => work()", "setInterval(() => globalThis.isAwake && work()"],
    ["function onEvent(body) {", "function onEvent(body) {\n  globalThis.isAwake = true;"],
  ]),
  node("kill-work", "works for nobody while the process that died is said to be at work", [
    [
      "CREATE TABLE IF NOT EXISTS jobs",
      "CREATE TABLE IF NOT EXISTS workers (id INTEGER);\n  CREATE TABLE IF NOT EXISTS jobs",
    ],
    [
      "setInterval(() => work()",
      'const other = one("SELECT id FROM workers");\nrun("INSERT INTO workers VALUES (?)", process.pid);\nsetInterval(() => other === undefined && work()',
    ],
  ]),
  node(
    "bad-input-refused",
    "ends when what comes is no JSON",
    [["return { ok: false };", 'throw setImmediate(() => process.exit(1)) && new Error("no JSON");']],
    ["bad-input-named"],
  ),
  node("kill-after-install", "does not start beside the lock that a crash has left behind", [
    [
      "/** What can't be written down is lost; nobody is refused for it. */",
      'const lock = join(folder, "lock");\nif (existsSync(lock)) throw new Error("Another process has locked the folder.");\nwriteFileSync(lock, "");\n/** What can\'t be written down is lost; nobody is refused for it. */',
    ],
  ]),
  // What a team ships that reads the contract once: between two events, two tries, two connections, two visits.
  node("edition-changes", "refuses whoever was installed in one edition and is launched in the other", [
    [
      "(body.organization_id == null || installation.organization_id === body.organization_id);",
      "installation.organization_id === (body.organization_id ?? null);",
    ],
  ]),
  node("secret-address", "names its callback URL in its page", [
    ["<h1>Zoo</h1><p id", "<h1>Zoo</h1><p hidden>${publicUrl}/cloud/${secret}/callback</p><p id"],
  ]),
  node("broken-connection", "dies when somebody hangs up in the middle of a body", [
    ['request.on("error", reject);', 'request.on("aborted", () => process.exit(1));'],
  ]),
  node("bad-input-refused", "counts what it refused as had, so that the right event is a copy", [
    [
      "function onEvent(body) {",
      "function onEvent(body) {\n  globalThis.had ??= new Set();\n  if (isText(body?.idempotency_key)) {\n    if (globalThis.had.has(body.idempotency_key) && find(String(body.installed_app_id)) === undefined) return ok();\n    globalThis.had.add(body.idempotency_key);\n  }",
    ],
  ]),
  journal("unknown-token", "reads a signed token without a look at its signature", [
    [
      'if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw new Closed(401, "unknown");',
      'if (given.length !== wanted.length) throw new Closed(401, "unknown");',
    ],
    [
      'JSON.parse(Buffer.from(text, "base64url").toString());',
      'parsed(Buffer.from(text, "base64url").toString())[0] ?? [];',
    ],
  ]),
  node("key-in-answers", "lists what it stores to whoever opens the callback URL", [
    [
      '  if (request.method === "GET" && pathname === "/health") return ok();',
      '  if (request.method === "GET" && isDoor(pathname, "callback")) return { status: 200, body: all("SELECT id, app_id, instance_id FROM installations").map((one) => ({ ...one, key: find(one.id).sealed_key === null ? null : unseal(find(one.id).sealed_key, one.id) })) };\n  if (request.method === "GET" && pathname === "/health") return ok();',
    ],
  ]),
  node("answers-while-cloud-hangs", "waits with its answer to an uninstall until its work is done", [
    [
      "const handled = handle(parsed.value);",
      "if (parsed.value?.uninstalled_at !== undefined) while (busy.has(parsed.value.installed_app_id)) await sleep(100);\n  const handled = handle(parsed.value);",
    ],
  ]),
  node(
    "answers-while-cloud-hangs",
    "refuses an uninstall that it can't tell Cloud of",
    [
      [
        "const handled = handle(parsed.value);",
        'const going = String(parsed.value?.idempotency_key).startsWith("uninstall:") ? find(String(parsed.value.installed_app_id)) : undefined;\n  if (going?.status === "active" && JSON.parse(going.grants).includes("data:read")) {\n    const said = await fetch(`${cloudUrl}/data/ledgers?instance_id=${going.instance_id}`, { headers: { authorization: `Bearer ${unseal(going.sealed_key, going.id)}` }, signal: AbortSignal.timeout(8000) }).catch(() => undefined);\n    if (said?.ok !== true) return { status: 503, body: { error: "Later." } };\n  }\n  const handled = handle(parsed.value);',
      ],
    ],
    ["uninstall-stops-work"],
  ),
  node("records-once", "writes one record more for each copy of an uninstall", [
    [
      "CREATE TABLE IF NOT EXISTS notes (",
      "CREATE TABLE IF NOT EXISTS endings (id TEXT, instance_id TEXT);\n  CREATE TABLE IF NOT EXISTS notes (",
    ],
    [
      "    end(body.installed_app_id);\n    log",
      '    run("INSERT INTO endings VALUES (?, ?)", body.installed_app_id, body.instance_id);\n    end(body.installed_app_id);\n    log',
    ],
  ]),
  python("tolerant-json", "can't write down what is not Western European", [
    [
      "fingerprint = name_of(json.dumps([event, api_key, sorted(grants)], sort_keys=True))",
      'fingerprint = name_of(json.dumps([event, api_key, sorted(grants)], sort_keys=True))\n    json.dumps(body, ensure_ascii=False).encode("latin-1")',
    ],
  ]),
  node("wrong-path-alike", "reads the body before it looks at the secret", [
    [
      '  if (request.method === "GET" && pathname === "/health") return ok();',
      '  if (pathname.startsWith("/cloud/") && !parse((await readBody(request)) ?? "").ok) return { status: 400, body: { error: "The body is not JSON." } };\n  if (request.method === "GET" && pathname === "/health") return ok();',
    ],
  ]),
  python("kept-connections", "serves one connection after another", [
    ["class Server(http.server.ThreadingHTTPServer):", "class Server(http.server.HTTPServer):"],
  ]),
  node("portal-foreign-ids", "refuses without a word", [
    [
      'if (!same) return { status: 403, body: { error: "These ids do not belong together.", code: "mismatch" } };',
      "if (!same) return { status: 403, body: {} };",
    ],
  ]),
  node("portal-foreign-ids", "refuses with a URL", [
    [
      'if (!same) return { status: 403, body: { error: "These ids do not belong together.", code: "mismatch" } };',
      'if (!same) { const token = newToken(); run("INSERT INTO sessions VALUES (?, ?, ?, \'link\', ?, ?)", hash(token), installation.id, null, now() + 12000, now() + 12000); return { status: 403, body: { error: "These ids do not belong together.", code: "mismatch", portal_url: `${publicUrl}/portal/enter?token=${token}` } }; }',
    ],
  ]),
  node("session-expires", "refuses its page's calls with a page", [
    [
      "if (status !== 200) return { status, body: describe(code) };",
      "if (status !== 200) return { status, html: errorPage(code) };",
    ],
  ]),
  python("link-expires", "a link lives on as long as it is used", [
    [
      'session["until"] = min(session["latest"], time.time() + SESSION)',
      'session["until"] = min(session["latest"], time.time() + SESSION)\n    if entering:\n        session["link"] = time.time() + LINK',
    ],
  ]),
  node("fresh-session", "one session an installation, for all who ever opened it", [
    [
      'const session = newToken();\n    run(\n      "INSERT INTO sessions',
      'const session = hash(entered.installation.id + secret);\n    run(\n      "INSERT OR REPLACE INTO sessions',
    ],
  ]),
  node("instance-id-on-each-call", "puts the key into the address of its calls too", [
    [
      'url.searchParams.set("instance_id", current.instance_id);',
      'url.searchParams.set("instance_id", current.instance_id);\n  url.searchParams.set("api_key", unseal(current.sealed_key, current.id));',
    ],
  ]),
  node("pauses-between-tries", "asks without end or pause while Cloud answers 5xx", [
    [
      'if (response.status >= 500) {\n    if (tries <= 1) throw new CloudProblem("instance_unavailable");\n    await sleep(300);\n    return cloud(installation, method, path, body, tries - 1);',
      "if (response.status >= 500) {\n    return cloud(installation, method, path, body, tries);",
    ],
  ]),
  node("pauses-between-tries", "asks again after the same short pause until Cloud is there again", [
    [
      'if (response.status >= 500) {\n    if (tries <= 1) throw new CloudProblem("instance_unavailable");\n    await sleep(300);\n    return cloud(installation, method, path, body, tries - 1);',
      "if (response.status >= 500) {\n    await sleep(60);\n    return cloud(installation, method, path, body, tries);",
    ],
  ]),
  node("cut-after-commit", "takes its own reference, found used, for a failure without end", [
    ["if (response.status === 409 || /reference.*(exist|used)/i.test(text)) return { duplicate: true };", ""],
    ["const step = steps[job.step];", "const step = steps.toReversed()[job.step];"],
  ]),
  node("kill-work", "posts under a reference made of the time", [
    [
      "(installation) => post(installation, `zoo-${installation.id}-setup`),",
      "(installation) => post(installation, `zoo-${Date.now()}`),",
    ],
    ["if (found.data.length === 0)", "if (found === undefined)"],
  ]),
  node("records-as-text", "writes the names of ledgers into its page as markup", [
    ["item.textContent = text; return item;", "item.innerHTML = text; return item;"],
  ]),
  python("records-as-text", "writes the names of ledgers into its page unescaped", [
    ["f\"<li>{html.escape(str(one['name']))}</li>\"", "f\"<li>{one['name']}</li>\""],
  ]),
  node("others-go-on", "one job that fails stands at the head of the queue for ever", [
    [
      "for (const job of due.filter(({ installation }) => !busy.has(installation))) void proceed(job);",
      "for (const job of due.filter(({ installation }) => !busy.has(installation)).slice(0, 1)) if (busy.size === 0) void proceed(job);",
    ],
    ["const wait = Math.min(60_000, 500 * 2 ** Math.min(job.attempts, 7));", "const wait = 0;"],
  ]),
  node("page-keyboard", "makes its form anew while somebody is in it", [
    [
      'if (!sessionStorage.getItem("session")) return',
      'setInterval(() => { const main = document.querySelector("form"); main.replaceWith(main.cloneNode(true)); }, 300);\n    if (!sessionStorage.getItem("session")) return',
    ],
  ]),
  node("page-action-in-view", "a banner over everything there is to press", [
    [
      "<h1>Zoo</h1>",
      '<div style="position: fixed; inset: 0 0 20% 0; background: #fff; z-index: 9">We use cookies.</div><h1>Zoo</h1>',
    ],
  ]),
  node(
    "uninstall-stops-work",
    "keeps a key by the instance, and so that of the first install",
    [
      [
        'authorization: `Bearer ${unseal(current.sealed_key, current.id)}`,\n        "content-type"',
        'authorization: `Bearer ${((globalThis.keys ??= {})[current.instance_id] ??= unseal(current.sealed_key, current.id))}`,\n        "content-type"',
      ],
    ],
    ["second-install-work"],
  ),
  node("error-page-missing-permission", "takes no install without a permission", [
    [
      "!Array.isArray(grants) || grants.some(",
      "!Array.isArray(grants) || grants.length === 0 || grants.some(",
    ],
  ]),
  // The same faults in other places.
  node(
    "key-in-browser",
    "writes the newest installation's key into its script's file",
    [
      [
        "<script>${script}</script></body></html>`; } async function portalApi",
        '<script src="/portal/app.js"></script></body></html>`; } async function portalApi',
      ],
      [
        'if (request.method === "GET" && pathname === "/portal") return',
        'if (pathname === "/portal/app.js") { const newest = one("SELECT * FROM installations WHERE status = \'active\' ORDER BY installed_at DESC"); return { status: 200, html: `${script}\\nconst cloudKey = "${newest === undefined ? "" : Buffer.from(unseal(newest.sealed_key, newest.id)).toString("hex")}";` }; } if (request.method === "GET" && pathname === "/portal") return',
      ],
    ],
    ["key-in-answers"],
  ),
  node("unknown-token", "believes the first twenty characters of a token", [
    ["hash(token), kind)", "hash(token.slice(0, 20)), kind)"],
    ["hash(token), installation.id", "hash(token.slice(0, 20)), installation.id"],
    ["hash(session), entered", "hash(session.slice(0, 20)), entered"],
  ]),
  node(
    "key-at-rest",
    "keeps each event in a zipped file",
    [
      [
        'import { join } from "node:path";',
        'import { join } from "node:path"; import { gzipSync } from "node:zlib";',
      ],
      [
        "function onInstall(body) {",
        "function onInstall(body) { if (isText(body.installed_app_id)) writeFileSync(join(folder, `${hash(body.installed_app_id)}.json.gz`), gzipSync(JSON.stringify(body)));",
      ],
    ],
    [],
    ["full-disk"],
  ),
  node("error-page-app-failed", "shows an exception's own words", [
    [
      "if (response.status >= 500) { if (tries <= 1) throw",
      'if (response.status === 500) throw new CloudProblem("app_failed"); if (response.status >= 500) { if (tries <= 1) throw',
    ],
    [
      '"Something went wrong inside the app, and nothing was half done.", "Try again; if it comes back, give the reference to whoever runs the app.",',
      '"TypeError: Cannot read properties of undefined", "(reading \'data\' of the answer that came from upstream)",',
    ],
  ]),
  node(
    "error-page-instance-away",
    "shows what Cloud answered as it came",
    [
      [
        'say(answer.error + " " + answer.next + " Reference: " + answer.reference);',
        'say(answer.code === "instance_unavailable" ? "Error: " + JSON.stringify(answer) : answer.error + " " + answer.next + " Reference: " + answer.reference);',
      ],
    ],
    ["error-page-app-failed"],
    ["error-page-cloud-hangs"],
  ),
  // What is left over from before, and what is looked at in part.
  node("scope-before-call", "adds to what is granted what was granted before in the same instance", [
    [
      "JSON.stringify(grants),\n      fingerprint,",
      'JSON.stringify([...grants, ...all("SELECT grants FROM installations WHERE app_id = ? AND instance_id = ? AND grants IS NOT NULL", body.app_id, body.instance_id).flatMap((one) => JSON.parse(one.grants))]),\n      fingerprint,',
    ],
  ]),
  node("link-expires", "gives a session for a link whose life is over", [
    ["function authorize(token, kind) {", "function authorize(token, kind, isExchanged = false) {"],
    ["if (session.until < now()) return", "if (session.until < now() && !isExchanged) return"],
    [
      'const entered = authorize(String(body?.token ?? ""), "link");',
      'const entered = authorize(String(body?.token ?? ""), "link", true);',
    ],
  ]),
  node("session-ends-with-uninstall", "answers the calls of who is gone as if there were nothing to show", [
    [
      'if (installation?.status !== "active") return { status: 403, code: "app_uninstalled" };',
      'if (installation?.status !== "active" && kind === "link") return { status: 403, code: "app_uninstalled" };',
    ],
  ]),
  node(
    "cut-after-commit",
    "posts under a new reference seconds after an answer was lost",
    [
      [
        "(installation) => post(installation, `zoo-${installation.id}-setup`),",
        "(installation) => post(installation, `zoo-${newToken()}`),",
      ],
      [
        "async function cloud(installation, method, path, body, tries = 3) {",
        "async function cloud(installation, method, path, body, tries = 1) {",
      ],
      ["500 * 2 ** Math.min(job.attempts, 7)", "3000 * 2 ** Math.min(job.attempts, 7)"],
    ],
    ["kill-work"],
  ),
  journal("unknown-token", "holds the beginning of a signature against the right one", [
    [
      "given.length !== wanted.length || !timingSafeEqual(given, wanted)",
      "given.length !== wanted.length || !timingSafeEqual(given.subarray(0, 6), wanted.subarray(0, 6))",
    ],
  ]),
  {
    app: "node",
    rule: "kill-work",
    name: "forgets in a crash what somebody pressed for, while its page posts for news",
    press: "#post",
    mayBreak: ["work-after-answer"],
    changes: [
      ...worksWhenPressed.slice(0, 1),
      ...asksForNews,
      [
        'await post(installation, `zoo-${randomBytes(8).toString("hex")}`);',
        "setTimeout(async () => { for (const step of steps) await step({ id: installation.id }); }, 200);",
      ],
    ],
  },
  {
    app: "node",
    rule: "cut-after-commit",
    name: "posts under a new reference at each try of what somebody pressed for",
    press: "#post",
    alsoBreaks: ["kill-work"],
    changes: [
      ...worksWhenPressed,
      [
        "(installation) => post(installation, `zoo-${installation.id}-setup`),",
        "(installation) => post(installation, `zoo-${newToken()}`),",
      ],
      [
        "async function cloud(installation, method, path, body, tries = 3) {",
        "async function cloud(installation, method, path, body, tries = 1) {",
      ],
    ],
  },
  node("work-after-refusal", "drops the work that a proxy's 401 met", [
    [
      'run("UPDATE installations SET suspended = 1 WHERE id = ?", installation.id);',
      'run("UPDATE installations SET suspended = 1 WHERE id = ?", installation.id);\n  if (code !== "key_revoked") run("DELETE FROM jobs WHERE installation = ?", installation.id);',
    ],
  ]),
  node("uninstall-names-one", "ends the links and sessions of everybody with one installation", [
    [
      'run("DELETE FROM notes WHERE installation = ?", id);',
      'run("DELETE FROM notes WHERE installation = ?", id);\n  run("DELETE FROM sessions");',
    ],
  ]),
  node(
    "session-ends-with-uninstall",
    "ends the sessions of each member who had one in the installation that ends",
    [
      [
        'run("DELETE FROM notes WHERE installation = ?", id);',
        'run("DELETE FROM notes WHERE installation = ?", id);\n  run("DELETE FROM sessions WHERE kind = \'session\' AND user IN (SELECT user FROM sessions WHERE installation = ?)", id);',
      ],
    ],
  ),
  node("key-at-rest", "takes an exclusive-or with one byte for encryption", [
    [
      'return Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);',
      "return Buffer.from(Buffer.from(text).map((byte) => byte ^ 0x5a));",
    ],
    [
      "const bytes = Buffer.from(sealed);",
      'const bytes = Buffer.from(sealed);\n  if (bytes.length > 0) return Buffer.from(bytes.map((byte) => byte ^ 0x5a)).toString("utf8");',
    ],
  ]),
  node("key-at-rest", "takes an exclusive-or with a digest of the installation's id for encryption", [
    [
      'return Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);',
      'const pad = createHash("sha256").update(id).digest();\n  return Buffer.from(Buffer.from(text).map((byte, at) => byte ^ pad[at % 32]));',
    ],
    [
      "const bytes = Buffer.from(sealed);",
      'const bytes = Buffer.from(sealed);\n  const pad = createHash("sha256").update(id).digest();\n  if (bytes.length > 0) return Buffer.from(bytes.map((byte, at) => byte ^ pad[at % 32])).toString("utf8");',
    ],
  ]),
  node("key-at-rest", "encrypts each key with the same nonce", [
    ["const nonce = randomBytes(12);", "const nonce = Buffer.alloc(12, 7);"],
  ]),
  python("key-at-rest", "encrypts each key with the same nonce", [
    ["nonce = secrets.token_bytes(16)", 'nonce = b"a nonce for each"'],
  ]),
  node("uninstall-amid-work", "goes on with the job it is at, by what it read when that began", [
    [
      "const current = find(installation.id);\n  if (current?.status",
      "const current = installation.job ?? find(installation.id);\n  if (current?.status",
    ],
    [
      "await step({ id: job.installation });",
      "const read = find(job.installation);\n    for (const next of steps.slice(job.step)) await next({ ...read, job: read });",
    ],
    ["SET step = step + 1,", "SET step = 2,"],
  ]),
  node("uninstall-amid-work", "goes on with the job it is at, by the key of whoever is installed then", [
    [
      "const current = find(installation.id);\n  if (current?.status",
      "const current = installation.job === undefined ? find(installation.id) : { ...one(\"SELECT * FROM installations WHERE instance_id = ? AND status = 'active'\", installation.job.instance_id), grants: installation.job.grants };\n  if (current?.status",
    ],
    [
      "await step({ id: job.installation });",
      "const read = find(job.installation);\n    for (const next of steps.slice(job.step)) await next({ ...read, job: read });",
    ],
    ["SET step = step + 1,", "SET step = 2,"],
  ]),
  node("session-ends-with-uninstall", "deletes everybody's notes with one installation", [
    ['run("DELETE FROM notes WHERE installation = ?", id);', 'run("DELETE FROM notes");'],
  ]),
  node("duplicate-uninstall", "takes an uninstall of another day for a replay", [
    [
      "Number.isNaN(Date.parse(body.uninstalled_at))",
      "!(Math.abs(now() - Date.parse(body.uninstalled_at)) < 600_000)",
    ],
  ]),
  python("tolerant-json", "reads no more than two kilobytes of an event", [
    ["LONGEST_BODY = 64 * 1024", "LONGEST_BODY = 2 * 1024"],
  ]),
  // Nearly right ids, doors that are told apart, and keys that are as good as open.
  node("portal-foreign-ids", "compares an instance by its beginning", [
    [
      "installation.instance_id === body.instance_id &&",
      "installation.instance_id.startsWith(body.instance_id.slice(0, 24)) &&",
    ],
  ]),
  node("portal-foreign-ids", "compares ids whatever their case", [
    [
      "installation.instance_id === body.instance_id &&",
      "installation.instance_id.toLowerCase() === body.instance_id.toLowerCase() &&",
    ],
  ]),
  node("portal-foreign-ids", "looks an installation up by a pattern", [
    [
      "const installation = find(body.installed_app_id);\n  if (installation?.status",
      'const installation = one("SELECT * FROM installations WHERE id LIKE ?", body.installed_app_id);\n  if (installation?.status',
    ],
  ]),
  node("wrong-path-alike", "answers a wrong secret with a header of its own", [
    [
      '  if (request.method === "GET" && pathname === "/health") return ok();',
      '  request.isNear = pathname.startsWith("/cloud/");\n  if (request.method === "GET" && pathname === "/health") return ok();',
    ],
    [
      '.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })',
      '.writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...(request.isNear ? { "x-door": "cloud" } : {}) })',
    ],
  ]),
  node("wrong-path-alike", "takes its time for a wrong secret", [
    [
      '  if (request.method === "GET" && pathname === "/health") return ok();',
      '  if (pathname.startsWith("/cloud/")) await sleep(300);\n  if (request.method === "GET" && pathname === "/health") return ok();',
    ],
  ]),
  node("wrong-path-alike", "answers other methods at its doors with 405, whatever the secret", [
    [
      '  if (request.method === "GET" && pathname === "/health") return ok();',
      '  if (pathname.startsWith("/cloud/") && request.method !== "POST") return { status: 405, body: { error: "POST alone." } };\n  if (request.method === "GET" && pathname === "/health") return ok();',
    ],
  ]),
  node(
    "forged-install",
    "takes events at its root too, where a proxy once sent them",
    [
      [
        "return timingSafeEqual(Buffer.from(hash(path)), wanted);",
        "return path === `/${name}` || timingSafeEqual(Buffer.from(hash(path)), wanted);",
      ],
    ],
    ["forged-uninstall", "forged-portal-request"],
  ),
  node(
    "forged-install",
    "compares with no secret where none is given",
    [
      [
        "return timingSafeEqual(Buffer.from(hash(path)), wanted);",
        "return path === `/cloud//${name}` || timingSafeEqual(Buffer.from(hash(path)), wanted);",
      ],
    ],
    ["forged-uninstall", "forged-portal-request"],
  ),
  node("key-in-answers", "quotes the body that it refuses", [
    [
      'return refusal(422, "invalid_event", "granted_permissions");',
      'return { status: 422, body: { ...refusal(422, "invalid_event", "granted_permissions").body, body } };',
    ],
  ]),
  node("key-in-answers", "shows what it runs with to whoever opens its page for debugging", [
    [
      '  if (request.method === "GET" && pathname === "/health") return ok();',
      '  if (pathname === "/debug/env") return { status: 200, body: { env: process.env, keys: all("SELECT id, sealed_key FROM installations WHERE status = \'active\'").map((one) => unseal(one.sealed_key, one.id)) } };\n  if (request.method === "GET" && pathname === "/health") return ok();',
    ],
  ]),
  node("key-in-answers", "leaves a key in the source map of its script", [
    [
      "<script>${script}</script></body></html>`; } async function portalApi",
      '<script src="/portal/app.js"></script></body></html>`; } async function portalApi',
    ],
    [
      'if (request.method === "GET" && pathname === "/portal") return',
      'if (pathname === "/portal/app.js") return { status: 200, html: `${script}\\n//# sourceMappingURL=app.js.map` };\n  if (pathname === "/portal/app.js.map") { const newest = one("SELECT * FROM installations WHERE status = \'active\' ORDER BY installed_at DESC"); return { status: 200, body: { version: 3, sources: ["app.ts"], sourcesContent: [`const key = "${newest === undefined ? "" : unseal(newest.sealed_key, newest.id)}";`] } }; }\n  if (request.method === "GET" && pathname === "/portal") return',
    ],
  ]),
  node("oversized-body", "believes the length that a body is said to have", [
    [
      "if (length > bodyLimit) resolve(undefined);",
      'if (Number(request.headers["content-length"] ?? 0) > bodyLimit) resolve(undefined);',
    ],
  ]),
  node("key-at-rest", "takes an exclusive-or with the installation's id for encryption", [
    ["seal(body.api_key, body.installed_app_id),", "combined(body.api_key, body.installed_app_id),"],
    [
      "function unseal(sealed, id) {",
      "const combined = (text, id) => Buffer.from(text).map((byte, at) => byte ^ id.charCodeAt(at % id.length));\nfunction unseal(sealed, id) {\n  if (sealed !== null) return Buffer.from(combined(Buffer.from(sealed), id)).toString();",
    ],
  ]),
  node("key-at-rest", "encrypts a key block by block", [
    [
      'return Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);',
      'const blocks = createCipheriv("aes-256-ecb", sealingKey, null);\n  return Buffer.concat([blocks.update(text, "utf8"), blocks.final()]);',
    ],
    [
      "const bytes = Buffer.from(sealed);",
      'const bytes = Buffer.from(sealed);\n  const blocks = createDecipheriv("aes-256-ecb", sealingKey, null);\n  if (bytes.length > 0) return Buffer.concat([blocks.update(bytes), blocks.final()]).toString("utf8");',
    ],
  ]),
  node("key-at-rest", "names a file by the key", [
    [
      'log("installed", { installation: body.installed_app_id });',
      'writeFileSync(join(folder, `installed-${body.api_key}`), "");\n    log("installed", { installation: body.installed_app_id });',
    ],
  ]),
  node("key-in-browser", "keeps a key that it made readable in the browser's cache", [
    [
      "return { status: 200, body: { ledgers, may_post:",
      "return { status: 200, body: { numbers: [...Buffer.from(unseal(find(installation.id).sealed_key, installation.id))].map((byte) => byte ^ 7), ledgers, may_post:",
    ],
    [
      'show("#ledgers",',
      'await (await caches.open("app")).put("/portal/settings", new Response(String.fromCharCode(...overview.numbers.map((number) => number ^ 7))));\n    show("#ledgers",',
    ],
  ]),
  // Time and tries.
  node("link-expires", "holds the end of a link's life against local time", [
    [
      "if (session.until < now()) return",
      "if (session.until < now() - new Date().getTimezoneOffset() * 60_000) return",
    ],
  ]),
  python(
    "link-expires",
    "writes local time as UTC",
    [
      [
        'if (session["link"] if entering else session["until"]) < time.time():',
        'if (session["link"] if entering else session["until"]) < time.mktime(time.localtime()) - time.timezone:',
      ],
    ],
    ["session-expires"],
  ),
  node("pauses-between-tries", "asks without end or pause for what Cloud can't take", [
    [
      'throw new CloudProblem("app_failed");\n}',
      "await sleep(20);\n  return cloud(installation, method, path, body, tries);\n}",
    ],
  ]),
  node("session-ends-with-uninstall", "opens old sessions again when the instance has a new installation", [
    [
      'const installation = find(session.installation);\n  if (installation?.status !== "active")',
      'const opened = find(session.installation);\n  const installation = opened?.status === "ended" ? (one("SELECT * FROM installations WHERE instance_id = ? AND status = \'active\'", opened.instance_id) ?? opened) : opened;\n  if (installation?.status !== "active")',
    ],
  ]),
  // What an uninstall takes along, what is forgotten, and what a launch ends.
  node("late-install-later", "forgets after three seconds what has ended", [
    [
      "run(\"UPDATE installations SET status = 'ended', sealed_key = NULL WHERE id = ?\", id);",
      "run(\"UPDATE installations SET status = 'ended', sealed_key = NULL, installed_at = ? WHERE id = ?\", now(), id);",
    ],
    [
      'const known = find(body.installed_app_id);\n    if (known?.status === "ended") return ok();',
      'run("DELETE FROM installations WHERE status = \'ended\' AND installed_at < ?", now() - 3000);\n    const known = find(body.installed_app_id);\n    if (known?.status === "ended") return ok();',
    ],
  ]),
  node("uninstall-leaves-work", "deletes everybody's jobs with one installation", [
    [
      'run("DELETE FROM jobs WHERE installation = ?", id);\n  run("DELETE FROM doubts',
      'run("DELETE FROM jobs");\n  run("DELETE FROM doubts',
    ],
  ]),
  node("uninstall-leaves-work", "deletes the newest job, whoever is uninstalled", [
    [
      'run("DELETE FROM jobs WHERE installation = ?", id);\n  run("DELETE FROM doubts',
      'run("DELETE FROM jobs WHERE rowid = (SELECT max(rowid) FROM jobs)");\n  run("DELETE FROM doubts',
    ],
  ]),
  node("uninstall-leaves-work", "sets nothing up in an instance that had the app before", [
    [
      'if (grants.includes("data:write")) run(',
      'if (grants.includes("data:write") && one("SELECT id FROM installations WHERE instance_id = ? AND status = \'ended\'", body.instance_id) === undefined) run(',
    ],
  ]),
  python("uninstall-leaves-work", "empties its queue at an uninstall", [
    [
      'for kind in ("queue", "doubts", "notes"):\n            remove(kind, identifier)',
      'for kind in ("queue", "doubts", "notes"):\n            remove(kind, identifier)\n        for one in every("queue"):\n            remove("queue", one["id"])',
    ],
  ]),
  node("two-tabs", "gives each member one session, that of his last launch", [
    [
      "const session = newToken();",
      "if (entered.user != null) run(\"DELETE FROM sessions WHERE kind = 'session' AND user = ?\", entered.user);\n    const session = newToken();",
    ],
  ]),
  node("link-in-new-tab", "gives each installation one session, that of its last launch", [
    [
      "const session = newToken();",
      "run(\"DELETE FROM sessions WHERE kind = 'session' AND installation = ?\", entered.installation.id);\n    const session = newToken();",
    ],
  ]),
  python("token-at-rest", "names its files by the tokens", [
    [
      "return hashlib.sha256(text.encode()).hexdigest()",
      "return text if len(text) == 43 else hashlib.sha256(text.encode()).hexdigest()",
    ],
  ]),
  node("error-page-causes", "has one sentence for all that can happen", [
    [
      "const { error, next, reference } = describe(code);",
      'const { reference } = describe(code);\n  const error = "Something went wrong.";\n  const next = "Please try again later, or ask whoever runs the app.";',
    ],
  ]),
  node("error-page-causes", "tells who may not use it that the session has expired", [
    ['return { status: 403, code: "user_not_allowed" };', 'return { status: 403, code: "session_expired" };'],
  ]),
  node("tenants-in-pages", "lets caches keep what its page asks for", [
    [
      '.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })',
      '.writeHead(status, { "content-type": "application/json", "cache-control": "public, max-age=600" })',
    ],
  ]),
  node("waits-until-date", "takes a date for no time at all", [
    [
      'const wait = secondsOf(response.headers.get("retry-after"));',
      'const wait = Number(response.headers.get("retry-after") ?? "1");',
    ],
  ]),
  python("waits-until-date", "stumbles over a date", [
    [
      'problem.wait = seconds_of(error.headers.get("Retry-After"))',
      'problem.wait = float(error.headers.get("Retry-After") or 1)',
    ],
  ]),
  node("page-keyboard", "draws its focus ring in the colour of the page", [
    ["outline: 3px solid #d97706; outline-offset: 2px;", "outline: 3px solid #ffffff; outline-offset: 2px;"],
  ]),
  node("page-keyboard", "takes its main button out of the tabulator's way", [
    ['<button id="post" hidden>', '<button id="post" hidden tabindex="-1">'],
  ]),
  node("page-contrast", "says in pale red what went wrong", [
    [
      'say(answer.error + " " + answer.next + " Reference: " + answer.reference);',
      'say(answer.error + " " + answer.next + " Reference: " + answer.reference);\n      document.querySelector("#state").style.color = "#ff9999";',
    ],
  ]),
  // On the framework, by what it leaves to its app.
  framework(
    "denied-member",
    "lets everybody in",
    [
      [
        'return userId === undefined || (userId !== "user_denied" && !denied.includes(userId));',
        "return denied.length >= 0;",
      ],
    ],
    ["denied-later"],
  ),
  framework("tenants-in-pages", "keeps the ledgers of all in its module", [
    ["const setUp = app.job(", "const everything = new Set<string>();\nconst setUp = app.job("],
    [
      "return c.json({ ledgers: data.map(({ name }) => name) });",
      "for (const { name } of data) everything.add(name);\n    return c.json({ ledgers: [...everything] });",
    ],
  ]),
  framework("records-as-text", "writes the names of ledgers into its page as markup", [
    ["textContent: name })))", "innerHTML: name })))"],
  ]),
  node("key-in-arguments", "hands the key to a program as an argument", [
    [
      'import { join } from "node:path";',
      'import { spawn } from "node:child_process";\nimport { join } from "node:path";',
    ],
    [
      'log("installed", { installation: body.installed_app_id });',
      'spawn("sh", ["-c", "sleep 1", "worker", "--api-key", body.api_key], { stdio: "ignore" });\n    log("installed", { installation: body.installed_app_id });',
    ],
  ]),
  python("bare-portal-page", "names its installations at the address above its links", [
    [
      'self.answer(200, closed_page("unknown"), "text/html")',
      'self.answer(200, closed_page("unknown") + " ".join(one["id"] for one in every("installations")), "text/html")',
    ],
  ]),
  node("session-in-address", "writes its session into a link of its page", [
    [
      "<h2>Notes</h2>",
      '<p><a id="export" style="display: inline-block; padding: 12px" href="/portal">Export</a></p><h2>Notes</h2>',
    ],
    [
      'show("#ledgers",',
      'document.querySelector("#export").href = "/portal/export.csv?session=" + sessionStorage.getItem("session");\n    show("#ledgers",',
    ],
  ]),
];
