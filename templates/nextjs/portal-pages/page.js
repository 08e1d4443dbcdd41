// The session lives in this history entry: it survives a reload, and belongs to this frame alone.
const session = history.state?.annexSession;
const message = document.getElementById("message");
const table = document.getElementById("table");

/** A call of this app, as text. What goes wrong comes with words for the user: what happened, and what to do. */
async function call(path, method = "GET") {
  const answer = await fetch(`/portal${path}`, { method, headers: { authorization: `Bearer ${session}` } });
  const text = await answer.text();
  if (answer.ok) return text;
  const { error, next } = JSON.parse(text);
  throw new Error([error, next].filter(Boolean).join(" "));
}

/** Sums can be longer than a number holds, so their digits are kept as they came. */
const exactly = (_key, value, { source } = {}) =>
  typeof value === "number" && !Number.isSafeInteger(value) ? BigInt(source) : value;

/** Hundredths of the currency, as this team posts them. */
function readable(minor) {
  const size = BigInt(minor) < 0n ? -BigInt(minor) : BigInt(minor);
  const cents = String(size % 100n).padStart(2, "0");
  return `${BigInt(minor) < 0n ? "−" : ""}${(size / 100n).toLocaleString("en")}.${cents}`;
}

async function show() {
  const { sums } = JSON.parse(await call("/api/sums"), exactly);
  const rows = sums.map(({ currency, owed, held }) => {
    const row = document.createElement("tr");
    for (const text of [currency, readable(owed), readable(held)]) row.insertCell().textContent = text;
    return row;
  });
  document.getElementById("rows").replaceChildren(...rows);
  table.hidden = rows.length === 0;
  message.textContent = rows.length === 0 ? "There are no balances yet." : "";
}

async function attempt(work) {
  try {
    await work();
  } catch (error) {
    message.textContent = error.message;
  }
}

document.getElementById("run").addEventListener("click", () =>
  attempt(async () => {
    await call("/api/runs", "POST");
    message.textContent = "Adding up …";
    setTimeout(() => attempt(show), 2000);
  }),
);
await attempt(show);
