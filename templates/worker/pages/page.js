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

async function show() {
  const { counts } = await call("/api/counts");
  const rows = counts.map(({ day, transactions }) => {
    const row = document.createElement("tr");
    for (const text of [day, transactions.toLocaleString()]) row.insertCell().textContent = text;
    return row;
  });
  document.getElementById("rows").replaceChildren(...rows);
  table.hidden = rows.length === 0;
  message.textContent = rows.length === 0 ? "Nothing has been counted yet." : "";
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
    message.textContent = "Counting …";
    setTimeout(() => attempt(show), 2000);
  }),
);
await attempt(show);
