// The session lives in this history entry: it survives a reload, and belongs to this frame alone.
const session = history.state?.annexSession;
const message = document.getElementById("message");
const table = document.getElementById("table");

/**
 * A call of this app. What goes wrong comes with words for the user: what happened, and what to do.
 * A call that the page makes by itself is passive: it does not keep the session of somebody who is gone.
 */
async function call(path, { method = "GET", passive = false } = {}) {
  const headers = { authorization: `Bearer ${session}` };
  if (passive) headers["annex-passive"] = "1";
  const answer = await fetch(`/portal${path}`, { method, headers });
  const body = await answer.json();
  if (!answer.ok) throw new Error([body.error, body.next].filter(Boolean).join(" "));
  return body;
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
  const { run, counts } = await call("/api/counts", options);
  const today = new Date().toISOString().slice(0, "2026-03-31".length);
  const rows = counts.map(({ day, transactions }) => {
    const row = document.createElement("tr");
    for (const text of [day === today ? `${day}, so far` : day, transactions.toLocaleString("en")])
      row.insertCell().textContent = text;
    return row;
  });
  document.getElementById("rows").replaceChildren(...rows);
  table.hidden = rows.length === 0;
  say(wordsOf(run, "Counting …", rows.length === 0 ? "Nothing has been counted yet." : ""));
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
