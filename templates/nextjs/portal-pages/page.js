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

/** An amount in minor units with its currency's own places, two where nobody knows any (`USDT`). */
function readable(minor, currency) {
  const known = /^[A-Za-z]{3}$/.test(currency);
  const money = known ? new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions() : {};
  const places = money.maximumFractionDigits ?? 2;
  const format = new Intl.NumberFormat("en", {
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
  return format.format(`${minor}E-${places}`);
}

/** What to say of the latest run: what went wrong in it, where something did. */
const wordsOf = (error, otherwise) => (error ? `${error.whatHappened} ${error.whatToDo}` : otherwise);

let again;

async function show() {
  const { run, sums } = JSON.parse(await call("/api/sums"), exactly);
  const rows = sums.map(({ currency, owed, held }) => {
    const row = document.createElement("tr");
    for (const text of [currency, readable(owed, currency), readable(held, currency)])
      row.insertCell().textContent = text;
    return row;
  });
  document.getElementById("rows").replaceChildren(...rows);
  table.hidden = rows.length === 0;
  const works = run?.status === "queued" || run?.status === "running";
  message.textContent = works
    ? "Adding up …"
    : wordsOf(run?.error, rows.length === 0 ? "There are no balances yet." : "");
  clearTimeout(again);
  if (works) again = setTimeout(() => attempt(show), 1000);
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
    await show();
  }),
);
await attempt(show);
