/** An app that pays once for each press: with the kit's page, or with pages that its own server renders. A process of its own. */
import { AppError, createApp, type InstallationContext, serve } from "@annex/app";

const app = createApp({
  name: "payments",
  manifest: {
    name: "Payments",
    description: "Pays.",
    developer: "Acme",
    logoUrl: "",
    permissions: ["data:read", "data:write"],
  },
  permissionPurposes: { "data:write": "to pay" },
  pages: { directory: new URL("dist", import.meta.url).pathname },
});

const sides = { currency: "USD", description: "A payment", source: "bln_1", destination: "bln_2" } as const;
const pay = ({ cloud }: Pick<InstallationContext, "cloud">) =>
  cloud.proxy.createTransaction({ ...sides, precise_amount: 500n, skip_queue: true });

// The first try to pay Joe comes while his limit is reached.
let isLimitReached = true;
const checkLimit = (to: string | null) => {
  const refuses = to === "Joe" && isLimitReached;
  if (to === "Joe") isLimitReached = false;
  if (refuses)
    throw new AppError({
      code: "limit_reached",
      status: 422,
      whatHappened: "The limit is reached.",
      whatToDo: "Raise it.",
    });
};

if (process.env["PRESSES"] === "rendered")
  app.portal
    .get("/", (c) =>
      c.html(`<h1>To pay</h1><form method="post" action="/portal/pay"><input type="hidden" name="to" value="Jane">
        <button>Pay</button></form><form method="post" action="/portal/pay"><input type="hidden" name="to" value="Joe">
        <button>Joe</button></form><form method="post" action="/portal/receipt"><button>Receipt</button></form>`),
    )
    .post("/receipt", async (c) => {
      await pay(c);
      return new Response("Paid.", {
        headers: {
          "content-type": "text/plain",
          "content-disposition": 'attachment; filename="receipt.txt"',
        },
      });
    })
    .post("/pay", async (c) => {
      checkLimit(c.form().get("to"));
      await pay(c);
      return c.html('<h1>Paid</h1><a href="/portal">Another</a>');
    });
else
  app.portal.post("/api/pay", async (c) => {
    await pay(c);
    return c.json({ done: true });
  });

await serve(app, { port: 0, host: "127.0.0.1" });
