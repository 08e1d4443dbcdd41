/** A good app on the framework: a page of its own, a job at install, notes. Everything else is the framework's. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createApp, serve } from "@annex/app";

const folder = process.env["DATA"] ?? "data";
const pages = join(folder, "pages");
mkdirSync(pages, { recursive: true });
writeFileSync(
  join(pages, "index.html"),
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Zoo</title><meta name="viewport" content="width=device-width">
<style>body{font:16px/1.5 system-ui,sans-serif;margin:0;padding:16px;color:#1c2733;background:#fff}button{font:inherit;min-height:44px;padding:8px 16px}li{overflow-wrap:anywhere}:focus-visible{outline:3px solid #b45309;outline-offset:2px}</style></head>
<body><main><h1>Zoo</h1><button id="post">Post a test transaction</button><p id="state" role="status">Loading.</p><h2>Ledgers</h2><ul id="ledgers"></ul></main>
<script type="module">
document.getElementById("annex-session")?.remove();
const session = history.state?.annexSession;
const say = (text) => { document.querySelector("#state").textContent = text; };
async function call(method, path) {
  const response = await fetch("/portal/api" + path, { method, credentials: "omit", headers: { "content-type": "application/json", ...(session ? { authorization: "Bearer " + session } : {}) }, ...(method === "POST" ? { body: "{}" } : {}) });
  const answer = await response.json();
  if (response.ok) return answer;
  say(answer.error + " " + answer.next + " Reference " + answer.reference);
  throw new Error(answer.code);
}
document.querySelector("#post").addEventListener("click", () => call("POST", "/post").then(() => say("Posted. The transaction is in the ledger."), () => undefined));
call("GET", "/overview").then(({ ledgers }) => {
  document.querySelector("#ledgers").replaceChildren(...ledgers.map((name) => Object.assign(document.createElement("li"), { textContent: name })));
  say("Ready.");
}, () => undefined);
</script></body></html>`,
);

const app = createApp({
  name: "zoo",
  manifest: {
    name: "Zoo",
    description: "Shows the ledgers and posts a test transaction.",
    developer: "Annex",
    logoUrl: "/portal/logo.svg",
    permissions: ["data:read", "data:write"],
  },
  permissionPurposes: { "data:read": "to show the ledgers", "data:write": "to post a test transaction" },
  pages: { directory: pages },
  authorizeUser: ({ userId }) => {
    const denied = existsSync(join(folder, "denied"))
      ? readFileSync(join(folder, "denied"), "utf8").split("\n")
      : [];
    return userId === undefined || (userId !== "user_denied" && !denied.includes(userId));
  },
});

const posting = {
  precise_amount: 100n,
  precision: 100,
  currency: "USD",
  source: "@ZooOut",
  destination: "@ZooIn",
} as const;

const setUp = app.job("set-up", { requires: ["data:write"] }, async ({ step }) => {
  await step("post", ({ cloud }) =>
    cloud.proxy.createTransaction({ ...posting, description: "A test posting", allow_overdraft: true }),
  );
});

app.onInstall(({ installation, jobs }) =>
  installation.grantedPermissions.includes("data:write") ? jobs.start(setUp) : undefined,
);
app.portal
  .get("/api/overview", { requires: ["data:read"] }, async (c) => {
    const { data } = await c.cloud.data.ledgers.list({ pageSize: 50 });
    return c.json({ ledgers: data.map(({ name }) => name) });
  })
  .post("/api/post", { requires: ["data:write"] }, async (c) => {
    await c.cloud.proxy.createTransaction({
      ...posting,
      description: "Posted by hand",
      allow_overdraft: true,
      reference: `zoo-${crypto.randomUUID()}`,
    });
    return c.json({ ok: true });
  });

await serve(app);
