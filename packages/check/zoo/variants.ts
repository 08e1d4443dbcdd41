/** Good apps again, each with a small change that makes it no worse: what must have no failure either. */
import type { AppName } from "./apps.ts";
import type { Defect } from "./defects.ts";
import { asksForNews, worksWhenPressed } from "./pressed.ts";

export type Variant = Pick<Defect, "name" | "changes" | "press"> & {
  readonly app: AppName;
  /** What it might be accused of; by default what looks at sessions. */
  readonly rules?: readonly string[];
  /** Which of these it leaves nothing to judge. */
  readonly untold?: readonly string[];
};

export const variants: readonly Variant[] = [
  {
    app: "node",
    name: "node, which works when somebody presses, while its page posts for news",
    press: "#post",
    rules: ["cut-after-commit", "kill-work", "waits-as-told"],
    changes: [...worksWhenPressed, ...asksForNews],
  },
  {
    app: "python",
    name: "python, which works when somebody presses",
    press: "form[action='/portal/post'] button",
    rules: ["early-refusal"],
    changes: [
      [
        'if "data:write" in grants: save("queue", identifier, {"id": identifier, "step": 0, "due": 0, "tries": 0})',
        "",
      ],
      [
        'post(known["id"], f"zoo-{secrets.token_hex(8)}")',
        'save("queue", known["id"], {"id": known["id"], "step": 0, "due": 0, "tries": 0})',
      ],
    ],
  },
  {
    app: "node",
    name: "node, which does what is pressed while its page looks and posts for news",
    press: "#post",
    rules: ["cut-after-commit", "work-after-answer", "others-go-on"],
    untold: ["work-after-answer", "others-go-on"],
    changes: [
      ...asksForNews,
      [
        'setInterval(() => call("POST", "/news", {}), 100);',
        'setInterval(() => call("POST", "/news", {}), 100);\n    setInterval(() => call("GET", "/notes"), 100);',
      ],
      [
        'if (method === "POST" && path === "/post") {',
        'if (method === "POST" && path === "/post") {\n    await sleep(500);',
      ],
    ],
  },
  {
    app: "node",
    name: "node, whose page shows amounts and no name",
    rules: ["two-tabs", "tenants-in-calls", "records-as-text"],
    untold: ["records-as-text"],
    changes: [
      [
        'await cloud(installation, "GET", "/data/ledgers?pageSize=50", undefined, 2);',
        'await cloud(installation, "GET", "/data/transactions?pageSize=50", undefined, 2);',
      ],
      [
        "found.data.map(({ ledger_id, name }) => ({ ledger_id, name }))",
        'found.data.map(({ amount }) => ({ name: amount.toLocaleString("de") }))',
      ],
    ],
  },
  {
    app: "node",
    name: "node, whose page lists nothing until somebody presses",
    rules: ["two-tabs", "error-page-instance-away"],
    changes: [
      [
        "await refresh(); })().catch",
        'const see = document.createElement("button");\n    see.textContent = "Show";\n    see.onclick = () => refresh().catch(() => undefined);\n    document.querySelector("form").before(see);\n    say("Press Show to see the ledgers.");\n  })().catch',
      ],
    ],
  },
  {
    app: "node",
    name: "node, which takes no uninstall of a time before its install",
    rules: ["duplicate-uninstall"],
    changes: [
      [
        "Number.isNaN(Date.parse(body.uninstalled_at))",
        "Number.isNaN(Date.parse(body.uninstalled_at)) || Date.parse(body.uninstalled_at) < (find(body.installed_app_id)?.installed_at ?? 0) - 60_000",
      ],
    ],
  },
  {
    app: "python",
    name: "python, which has no script, and the session in the path of its page's address",
    changes: [
      [
        'self.answer(200, portal_page(token, session_of(token, entering=True)), "text/html")',
        `known, session, now = session_of(token, entering=True), secrets.token_urlsafe(32), time.time()
                user = load("sessions", token)["user"]
                save("sessions", session, {"installation": known["id"], "user": user, "link": 0, "until": now + SESSION, "latest": now + 28800})
                self.send_response(303)
                self.send_header("Location", f"/portal/of/{session}/")
                self.send_header("Content-Length", "0")
                self.send_header("Referrer-Policy", "no-referrer")
                self.end_headers()
            elif address.path.startswith("/portal/of/"):
                session = address.path.split("/")[3]
                self.answer(200, portal_page(session, session_of(session)), "text/html")`,
      ],
      [
        `hidden = f'<input type="hidden" name="session" value="{html.escape(token)}">'`,
        'place, hidden = f"/portal/of/{html.escape(token)}", ""',
      ],
      ['action="/portal/post"', 'action="{place}/post"'],
      ['action="/portal/notes"', 'action="{place}/notes"'],
      ['token = form.get("session", [""])[0]', '_, _, _, token, path = (path + "///").split("/", 4)'],
      ['if path == "/portal/notes":', 'if path.startswith("notes"):'],
      ['if path == "/portal/post":', 'if path.startswith("post"):'],
      [
        `return page("Zoo", body, '<script>history.replaceState(null,"","/portal")</script>')`,
        'return page("Zoo", body)',
      ],
    ],
  },
];
