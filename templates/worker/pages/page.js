// The session lives in this history entry: it survives a reload, and belongs to this frame alone.
const session = history.state?.annexSession;
const message = document.getElementById("message");
const table = document.getElementById("table");

/** A call of this app. What goes wrong comes with words for the user: what happened, and what to do. */
async function call(path, method = "GET") {
  const answer = await fetch(`/portal${path}`, { method, headers: { authorization: `Bearer ${session}` } });
  const body = await answer.json();
  if (!answer.ok) throw new Error([body.error, body.next].filter(Boolean).join(" "));
  return body;
}

/** What to say of the latest run: what went wrong in it, where something did. */
const wordsOf = (error, otherwise) => (error ? `${error.whatHappened} ${error.whatToDo}` : otherwise);

let again;

async function show() {
  const { run, counts } = await call("/api/counts");
  const today = new Date().toISOString().slice(0, "2026-03-31".length);
  const rows = counts.map(({ day, transactions }) => {
    const row = document.createElement("tr");
    for (const text of [day === today ? `${day}, so far` : day, transactions.toLocaleString("en")])
      row.insertCell().textContent = text;
    return row;
  });
  document.getElementById("rows").replaceChildren(...rows);
  table.hidden = rows.length === 0;
  const works = run?.status === "queued" || run?.status === "running";
  message.textContent = works
    ? "Counting …"
    : wordsOf(run?.error, rows.length === 0 ? "Nothing has been counted yet." : "");
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
