type Changes = readonly (readonly [find: string, replacement: string])[];

/** A change of an app by which its page asks for news again and again, as one does that knows no GET. */
export const asksForNews: Changes = [
  [
    "await refresh(); })().catch",
    'await refresh();\n    setInterval(() => call("POST", "/news", {}), 100);\n  })().catch',
  ],
  [
    'if (method === "GET" && path === "/notes") {',
    'if (method === "POST" && path === "/news") return { status: 200, body: { news: [] } };\n  if (method === "GET" && path === "/notes") {',
  ],
];

/** A change of an app by which it sets up its ledger when somebody presses, not when it is installed. */
export const worksWhenPressed: Changes = [
  [
    'if (grants.includes("data:write")) run("INSERT INTO jobs VALUES (?, 0, ?, 0)", body.installed_app_id, now());',
    "",
  ],
  [
    'await post(installation, `zoo-${randomBytes(8).toString("hex")}`);',
    'if (!JSON.parse(installation.grants).includes("data:write")) throw new CloudProblem("missing_permission");\n    run("INSERT OR IGNORE INTO jobs VALUES (?, 0, ?, 0)", installation.id, now());',
  ],
  [
    "job.installation, ); } catch",
    'job.installation, ); if (steps[job.step + 1] === undefined) run("DELETE FROM jobs WHERE installation = ?", job.installation); } catch',
  ],
];
