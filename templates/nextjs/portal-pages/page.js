// The session lives in this history entry: it survives a reload, and belongs to this frame alone.
const session = history.state?.annexSession;
const message = document.getElementById("message");
const table = document.getElementById("table");

/**
 * A call of this app, as text. What goes wrong comes with words for the user: what happened, and what to do.
 * A call that the page makes by itself is passive: it does not keep the session of somebody who is gone.
 */
async function call(path, { method = "GET", passive = false } = {}) {
  const headers = { authorization: `Bearer ${session}` };
  if (passive) headers["annex-passive"] = "1";
  const answer = await fetch(`/portal${path}`, { method, headers });
  const text = await answer.text();
  if (answer.ok) return text;
  const { error, next } = JSON.parse(text);
  throw new Error([error, next].filter(Boolean).join(" "));
}

/** Sums can be longer than a number holds, so their digits are kept as they came. */
const exactly = (_key, value, { source } = {}) =>
  typeof value === "number" && !Number.isSafeInteger(value) ? BigInt(source) : value;

/** An amount in minor units, with its currency's decimals. */
function readable(minor, decimals) {
  const format = new Intl.NumberFormat("en", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return format.format(`${minor}E-${decimals}`);
}

/** Read out where it differs, so the same words are not said each second. */
function say(text) {
  if (message.textContent !== text) message.textContent = text;
}

const isUnderWay = (run) => run?.status === "queued" || run?.status === "running";

/** What to say of the latest run: what went wrong in it, where something did, also while it waits to be tried again. */
function wordsOf(run, meanwhile, otherwise) {
  if (run?.error === undefined) return isUnderWay(run) ? meanwhile : otherwise;
  const { whatHappened, whatToDo } = run.error;
  return `${whatHappened} ${isUnderWay(run) ? "It is tried again by itself." : whatToDo}`;
}

let again;

/** Each second while a run works; where it waits to be tried again, when it is due, or in ten seconds if that is sooner. */
function askLater(run) {
  clearTimeout(again);
  if (!isUnderWay(run)) return;
  const left = run.waitsUntil === undefined ? 0 : Date.parse(run.waitsUntil) - Date.now();
  again = setTimeout(askAgain, Math.min(Math.max(left, 1000), 10_000));
}

/** The page asks by itself only while it is in sight, and once when it comes back into it. */
async function askAgain() {
  if (!document.hidden) await attempt(() => show({ passive: true }));
}

async function show(options) {
  const { run, sums } = JSON.parse(await call("/api/sums", options), exactly);
  const rows = sums.map(({ currency, decimals, owed, held }) => {
    const row = document.createElement("tr");
    for (const text of [currency, readable(owed, decimals), readable(held, decimals)])
      row.insertCell().textContent = text;
    return row;
  });
  document.getElementById("rows").replaceChildren(...rows);
  table.hidden = rows.length === 0;
  say(wordsOf(run, "Adding up …", rows.length === 0 ? "There are no balances yet." : ""));
  askLater(run);
}

async function attempt(work) {
  try {
    await work();
  } catch (error) {
    say(error.message);
  }
}

document.getElementById("run").addEventListener("click", () =>
  attempt(async () => {
    await call("/api/runs", { method: "POST" });
    await show();
  }),
);
document.addEventListener("visibilitychange", askAgain);
await attempt(show);
