"""A good app of the Python standard library alone: pages made on the server, a record a file, a queue in files.

It shows the ledgers of its instance, keeps notes and sets up a ledger after the install. The session travels in
the forms of its pages, so that no cookie and no script is needed.
"""

import base64
import email.utils
import hashlib
import hmac
import html
import http.client
import http.server
import json
import os
import pathlib
import re
import secrets
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

PORT = int(os.environ.get("PORT", "5200"))
PUBLIC = os.environ.get("PUBLIC_URL", f"http://localhost:{PORT}")
CLOUD = os.environ.get("CLOUD_API", "https://api.cloud.blnkfinance.com")
DATA = pathlib.Path(os.environ.get("DATA", "data"))
SECRET = os.environ.get("SECRET", "")
LINK = int(os.environ.get("LINK_SECONDS", "300"))
SESSION = int(os.environ.get("SESSION_SECONDS", "900"))
GRACE = int(os.environ.get("GRACE_SECONDS", "60"))
LONGEST_BODY = 64 * 1024
SCOPES = {"data:read", "data:write", "alerts:read", "alerts:write"}
FRAME = "frame-ancestors 'self' https://blnkfinance.com https://*.blnkfinance.com"

for folder in ("installations", "sessions", "queue", "doubts", "notes"):
    (DATA / folder).mkdir(parents=True, exist_ok=True)
lock = threading.RLock()


def log(event, **details):
    """What can't be written down is lost; nobody is refused for it."""
    try:
        with open(DATA / "app.log", "a", encoding="utf-8") as file:
            file.write(json.dumps({"time": time.time(), "event": event, **details}) + "\n")
    except OSError:
        print("The log can't be written.", flush=True)


# --- Records in files: written beside, flushed, renamed ------------------------------------------------


def name_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


def save(kind, identifier, record):
    path = DATA / kind / name_of(identifier)
    beside = path.with_suffix(f".{secrets.token_hex(4)}")
    with open(beside, "w", encoding="utf-8") as file:
        json.dump(record, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def load(kind, identifier):
    try:
        return json.loads((DATA / kind / name_of(identifier)).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def remove(kind, identifier):
    (DATA / kind / name_of(identifier)).unlink(missing_ok=True)


def every(kind):
    records = []
    for path in sorted((DATA / kind).iterdir()):
        if path.suffix == "":
            try:
                records.append(json.loads(path.read_text(encoding="utf-8")))
            except (FileNotFoundError, ValueError):
                continue
    return records


# --- Sealing: a stream of HMACs over a nonce, and a tag over both --------------------------------------

KEY_FILE = DATA / "seal.key"
if not KEY_FILE.exists():
    KEY_FILE.touch(mode=0o600)
    KEY_FILE.write_bytes(secrets.token_bytes(64))
STREAM_KEY, TAG_KEY = KEY_FILE.read_bytes()[:32], KEY_FILE.read_bytes()[32:]


def stream(nonce, length):
    blocks = b""
    while len(blocks) < length:
        blocks += hmac.digest(STREAM_KEY, nonce + len(blocks).to_bytes(4, "big"), "sha256")
    return blocks[:length]


def seal(text, about):
    nonce = secrets.token_bytes(16)
    plain = text.encode()
    hidden = bytes(a ^ b for a, b in zip(plain, stream(nonce, len(plain))))
    tag = hmac.digest(TAG_KEY, nonce + hidden + about.encode(), "sha256")
    return base64.b64encode(nonce + hidden + tag).decode()


def unseal(sealed, about):
    raw = base64.b64decode(sealed)
    nonce, hidden, tag = raw[:16], raw[16:-32], raw[-32:]
    if not hmac.compare_digest(tag, hmac.digest(TAG_KEY, nonce + hidden + about.encode(), "sha256")):
        raise ValueError("a sealed key was changed")
    return bytes(a ^ b for a, b in zip(hidden, stream(nonce, len(hidden)))).decode()


# --- Events --------------------------------------------------------------------------------------------


class Refused(Exception):
    def __init__(self, status, error, code, field=None):
        super().__init__(error)
        self.status = status
        self.body = {"error": error, "code": code, **({"field": field} if field else {})}


def text_of(body, field, optional=False):
    value = body.get(field)
    if optional and value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= 512:
        raise Refused(422, f"{field} is missing or not a text.", "invalid", field)
    return value


def on_event(body):
    if not isinstance(body, dict):
        raise Refused(422, "The body is not an object.", "invalid", "body")
    key = text_of(body, "idempotency_key")
    event = {field: text_of(body, field) for field in ("installed_app_id", "app_id", "instance_id")}
    event["organization_id"] = text_of(body, "organization_id", optional=True)
    if key.startswith("install:"):
        return on_install(event, body)
    if key.startswith("uninstall:"):
        return on_uninstall(event, body)
    raise Refused(422, "idempotency_key begins neither with install: nor with uninstall:.", "invalid", "idempotency_key")


def on_install(event, body):
    api_key = text_of(body, "api_key")
    if not api_key.startswith("blnk_"):
        raise Refused(422, "api_key is no key.", "invalid", "api_key")
    grants = body.get("granted_permissions")
    if not isinstance(grants, list) or any(not isinstance(one, str) or one not in SCOPES for one in grants):
        raise Refused(422, "granted_permissions is not a list of scopes.", "invalid", "granted_permissions")
    fingerprint = name_of(json.dumps([event, api_key, sorted(grants)], sort_keys=True))
    identifier = event["installed_app_id"]
    with lock:
        known = load("installations", identifier)
        if known is not None:
            if known["status"] == "active" and known["fingerprint"] != fingerprint:
                log("conflict", installation=identifier)
                raise Refused(409, "This idempotency_key came before with another body.", "conflict")
            return {"ok": True}
        older = [
            one["id"]
            for one in every("installations")
            if one["status"] == "active" and one["instance_id"] == event["instance_id"] and one["app_id"] == event["app_id"]
        ]
        if "data:write" in grants:
            save("queue", identifier, {"id": identifier, "step": 0, "due": 0, "tries": 0})
        for one in older:
            save("doubts", identifier, {"newer": identifier, "older": one, "due": 0, "tries": 0, "until": time.time() + 86400})
        record = {**event, "id": identifier, "status": "active", "grants": grants, "fingerprint": fingerprint}
        save("installations", identifier, {**record, "sealed": seal(api_key, identifier), "since": time.time()})
    log("installed", installation=identifier)
    return {"ok": True}


def on_uninstall(event, body):
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text_of(body, "uninstalled_at")):
        raise Refused(422, "uninstalled_at is no time.", "invalid", "uninstalled_at")
    end(event["installed_app_id"])
    log("uninstalled", installation=event["installed_app_id"])
    return {"ok": True}


def end(identifier):
    """Leaves nothing of an installation but that it has ended."""
    with lock:
        known = load("installations", identifier) or {}
        kept = {field: known.get(field) for field in ("app_id", "organization_id", "instance_id")}
        save("installations", identifier, {**kept, "id": identifier, "status": "ended"})
        for kind in ("queue", "doubts", "notes"):
            remove(kind, identifier)
        for doubt in every("doubts"):
            if doubt["older"] == identifier:
                remove("doubts", doubt["newer"])


# --- Launch and session --------------------------------------------------------------------------------


def may_use(user):
    denied = (DATA / "denied").read_text().split() if (DATA / "denied").exists() else []
    return user != "user_denied" and user not in denied


def on_portal(body):
    if not isinstance(body, dict):
        raise Refused(422, "The body is not an object.", "invalid", "body")
    wanted = {field: text_of(body, field) for field in ("installed_app_id", "app_id", "instance_id")}
    organization, user = text_of(body, "organization_id", True), text_of(body, "user_id", True)
    known = load("installations", wanted["installed_app_id"])
    if known is None or known["status"] != "active":
        raise Refused(404, "The app is not installed there.", "app_uninstalled")
    same = known["app_id"] == wanted["app_id"] and known["instance_id"] == wanted["instance_id"]
    if not same or (organization is not None and organization != known["organization_id"]):
        raise Refused(403, "These ids do not belong together.", "mismatch")
    if not may_use(user):
        raise Refused(403, "This member may not use the app.", "user_not_allowed")
    token = secrets.token_urlsafe(32)
    now = time.time()
    save("sessions", token, {"installation": known["id"], "user": user, "link": now + LINK, "until": now + LINK, "latest": now + 28800})
    # What stays in each link of an installation is longer than the token, and lets nobody in.
    place = hashlib.sha256(known["id"].encode()).hexdigest()
    return {"portal_url": f"{PUBLIC}/portal/enter/{place}/{token}"}


class Closed(Exception):
    """A page can't be shown: which page instead, and its status."""

    def __init__(self, status, code):
        super().__init__(code)
        self.status, self.code = status, code


def session_of(token, entering=False):
    session = load("sessions", token) if token else None
    if session is None:
        raise Closed(401, "unknown")
    known = load("installations", session["installation"])
    if known is None or known["status"] != "active":
        raise Closed(403, "uninstalled")
    if (session["link"] if entering else session["until"]) < time.time():
        raise Closed(410, "expired")
    if not may_use(session["user"]):
        raise Closed(403, "denied")
    session["until"] = min(session["latest"], time.time() + SESSION)
    save("sessions", token, session)
    return known


# --- Cloud ---------------------------------------------------------------------------------------------


class Problem(Exception):
    """Why Cloud could not be asked: missing, away, limited, revoked, failed."""


def cloud(identifier, method, path, body=None):
    known = load("installations", identifier)
    if known is None or known["status"] != "active":
        raise Problem("uninstalled")
    if ("data:read" if method == "GET" else "data:write") not in known["grants"]:
        raise Problem("missing")
    joint = "&" if "?" in path else "?"
    request = urllib.request.Request(
        f"{CLOUD}{path}{joint}instance_id={urllib.parse.quote(known['instance_id'])}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {unseal(known['sealed'], known['id'])}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return refused_by_cloud(known, error)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise Problem("away") from error


def seconds_of(retry_after):
    """HTTP allows seconds and a date; what is neither is a second."""
    try:
        return float(retry_after or 1)
    except ValueError:
        pass
    try:
        return max(0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return 1


def refused_by_cloud(known, error):
    raw = error.read()
    try:
        code = json.loads(raw).get("code")
    except (ValueError, AttributeError):
        code = None
    if error.code == 401:
        if code == "key_revoked" and time.time() - known["since"] > GRACE:
            end(known["id"])
        raise Problem("revoked" if time.time() - known["since"] > GRACE else "away")
    if error.code == 409 or b"reference" in raw:
        return {"known": True}
    if error.code == 429:
        problem = Problem("limited")
        problem.wait = seconds_of(error.headers.get("Retry-After"))
        raise problem
    raise Problem("away" if error.code >= 500 else "failed")


# --- Work ----------------------------------------------------------------------------------------------


def set_up(identifier):
    name = f"Zoo {identifier}"
    if not cloud(identifier, "GET", f"/data/ledgers?name_eq={urllib.parse.quote(name)}")["data"]:
        cloud(identifier, "POST", "/proxy/ledgers", {"name": name, "meta_data": {"zoo": 1}})


def first_posting(identifier):
    post(identifier, f"zoo-{identifier}-setup")


def post(identifier, reference):
    posting = {"amount": 1, "precision": 100, "currency": "USD", "source": "@ZooOut", "destination": "@ZooIn"}
    cloud(identifier, "POST", "/proxy/transactions", {**posting, "reference": reference, "description": "A test posting", "allow_overdraft": True, "skip_queue": True})


STEPS = [set_up, first_posting]


def work():
    while True:
        time.sleep(0.2)
        try:
            for doubt in every("doubts"):
                if doubt["due"] <= time.time():
                    settle(doubt)
            doubtful = {one for doubt in every("doubts") for one in (doubt["newer"], doubt["older"])}
            for job in every("queue"):
                if job["due"] <= time.time() and job["id"] not in doubtful:
                    proceed(job)
        except Exception as error:  # The worker outlives whatever happens in one round.
            log("work_failed", error=type(error).__name__)


def proceed(job):
    try:
        STEPS[job["step"]](job["id"])
        job.update(step=job["step"] + 1, due=0, tries=0)
    except Problem as problem:
        log("job_failed", installation=job["id"], why=str(problem))
        job.update(due=time.time() + max(getattr(problem, "wait", 0), min(60, 0.5 * 2 ** min(job["tries"], 7))), tries=job["tries"] + 1)
    with lock:
        if load("queue", job["id"]) is None:
            return
        if job["step"] >= len(STEPS):
            remove("queue", job["id"])
        else:
            save("queue", job["id"], job)


def settle(doubt):
    """Asks Cloud with the older key which of two installations of one instance has ended."""
    known = load("installations", doubt["older"])
    verdict = ask_with(known) if known is not None and known["status"] == "active" else "refused"
    if verdict == "refused" or time.time() > doubt["until"]:
        remove("doubts", doubt["newer"])
        end(doubt["older"])
    elif verdict == "accepted":
        end(doubt["newer"])
    else:
        doubt.update(due=time.time() + min(3600, 2 ** doubt["tries"]), tries=doubt["tries"] + 1)
        with lock:
            if load("doubts", doubt["newer"]) is not None:
                save("doubts", doubt["newer"], doubt)


def ask_with(known):
    request = urllib.request.Request(
        f"{CLOUD}/data/ledgers?pageSize=1&instance_id={urllib.parse.quote(known['instance_id'])}",
        headers={"Authorization": f"Bearer {unseal(known['sealed'], known['id'])}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5):
            return "accepted"
    except urllib.error.HTTPError as error:
        try:
            code = json.loads(error.read()).get("code")
        except (ValueError, AttributeError):
            code = None
        return {"key_revoked": "refused", "missing_scope": "accepted"}.get(code, "unclear")
    except OSError:
        return "unclear"


# --- Pages ---------------------------------------------------------------------------------------------

WORDS = {
    "unknown": ("Hier ist keine Sitzung offen.", "Starten Sie die App aus der App-Bibliothek Ihres Dashboards; damit beginnt eine Sitzung."),
    "expired": ("Die Sitzung ist abgelaufen, weil sie eine Weile nicht benutzt wurde.", "Starten Sie die App noch einmal aus dem Dashboard; es ist nichts verloren."),
    "uninstalled": ("Die App ist in dieser Instanz nicht mehr installiert.", "Installieren Sie sie in der App-Bibliothek neu, um sie wieder zu benutzen."),
    "denied": ("Ihr Konto darf diese App nicht benutzen.", "Bitten Sie eine Administratorin Ihrer Organisation um Zugang."),
    "missing": ("Der App wurde eine Berechtigung nicht erteilt, die sie dafür braucht.", "Deinstallieren Sie die App und installieren Sie sie mit data:read und data:write neu."),
    "away": ("Das Hauptbuch antwortet gerade nicht; es wurde nichts geändert.", "Prüfen Sie, ob die Instanz läuft, und versuchen Sie es dann noch einmal."),
    "limited": ("Es waren zu viele Anfragen in kurzer Zeit.", "Warten Sie eine halbe Minute und versuchen Sie es dann noch einmal."),
    "revoked": ("Der Schlüssel dieser Installation wird nicht mehr angenommen.", "Deinstallieren Sie die App und installieren Sie sie neu; das macht einen neuen Schlüssel."),
    "failed": ("In der App ist etwas schiefgegangen; nichts wurde halb getan.", "Versuchen Sie es noch einmal und nennen Sie sonst die Kennung unten."),
}
STYLE = """body{font:16px/1.5 sans-serif;margin:0;padding:1rem;color:#222;background:#fff}
button{font:inherit;min-height:2.75rem;padding:.5rem 1rem;background:#1a4d2e;color:#fff;border:0;border-radius:.3rem}
input[type=text]{font:inherit;min-height:2.5rem;max-width:100%;box-sizing:border-box}
form{margin:1rem 0}li{overflow-wrap:anywhere}
button:focus-visible,input:focus-visible,a:focus-visible{outline:3px solid #b45309;outline-offset:2px}"""


def page(title, body, script=""):
    return f"""<!doctype html><html lang="de"><head><meta charset="utf-8"><title>{html.escape(title)}</title>
<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body><main><h1>{html.escape(title)}</h1>{body}</main>{script}</body></html>"""


def closed_page(code):
    what, what_to_do = WORDS[code]
    return page(what, f"<p>{html.escape(what_to_do)}</p><p>Kennung: {secrets.token_hex(4)}</p>")


def portal_page(token, known, said=""):
    hidden = f'<input type="hidden" name="session" value="{html.escape(token)}">'
    try:
        ledgers = cloud(known["id"], "GET", "/data/ledgers?pageSize=50")["data"]
        shown = "<ul>" + "".join(f"<li>{html.escape(str(one['name']))}</li>" for one in ledgers) + "</ul>"
    except Problem as problem:
        what, what_to_do = WORDS[str(problem) if str(problem) in WORDS else "failed"]
        shown = f"<p>{html.escape(what)} {html.escape(what_to_do)} Kennung: {secrets.token_hex(4)}</p>"
    notes = (load("notes", known["id"]) or {"texts": []})["texts"]
    kept = "<ul>" + "".join(f"<li>{html.escape(one)}</li>" for one in notes) + "</ul>"
    posting = f'<form method="post" action="/portal/post">{hidden}<button>Testbuchung</button></form>' if "data:write" in known["grants"] else "<p>Ohne die Berechtigung data:write kann die App nichts buchen. Installieren Sie sie damit neu.</p>"
    body = f"""<p role="status">{html.escape(said)}</p>{posting}
<form method="post" action="/portal/notes">{hidden}<label>Notiz <input type="text" name="text" maxlength="200"></label> <button>Behalten</button></form>
<h2>Notizen</h2>{kept}<h2>Hauptbücher</h2>{shown}"""
    return page("Zoo", body, '<script>history.replaceState(null,"","/portal")</script>')


def on_form(path, form):
    token = form.get("session", [""])[0]
    known = session_of(token)
    if path == "/portal/notes":
        text = form.get("text", [""])[0][:200]
        with lock:
            notes = load("notes", known["id"]) or {"texts": []}
            save("notes", known["id"], {"texts": [*notes["texts"], text]})
        return portal_page(token, known, "Die Notiz ist behalten.")
    if path == "/portal/post":
        try:
            post(known["id"], f"zoo-{secrets.token_hex(8)}")
            return portal_page(token, known, "Die Testbuchung steht im Hauptbuch.")
        except Problem as problem:
            return portal_page(token, known, " ".join(WORDS[str(problem) if str(problem) in WORDS else "failed"]))
    raise Closed(404, "failed")


# --- The server ----------------------------------------------------------------------------------------


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Zoo"
    timeout = 30

    def log_message(self, *_):
        """The access log would hold tokens."""

    def answer(self, status, content, kind="application/json"):
        raw = content.encode() if isinstance(content, str) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(raw)))
        self.send_header("Cache-Control", "no-store")
        if kind == "text/html":
            self.send_header("Content-Security-Policy", FRAME)
            self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(raw)

    def body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            return self.chunks()
        length = int(self.headers.get("Content-Length") or 0)
        if length > LONGEST_BODY:
            self.close_connection = True
            raise Refused(413, "The body is larger than 64 KiB.", "too_large")
        return self.rfile.read(length)

    def chunks(self):
        whole = b""
        while True:
            size = int(self.rfile.readline().split(b";")[0], 16)
            whole += self.rfile.read(size)
            self.rfile.readline()
            if len(whole) > LONGEST_BODY:
                self.close_connection = True
                raise Refused(413, "The body is larger than 64 KiB.", "too_large")
            if size == 0:
                return whole

    def door(self, handle):
        try:
            body = json.loads(self.body().decode("utf-8-sig"))
        except ValueError:
            raise Refused(400, "The body is not JSON.", "invalid_json", "body") from None
        self.answer(200, handle(body))

    def nothing_here(self):
        self.close_connection = True
        self.answer(404, {"error": "There is nothing here.", "code": "not_found"})

    def do_POST(self):
        path = urllib.parse.urlsplit(self.path).path
        doors = {f"/cloud/{SECRET}/callback": on_event, f"/cloud/{SECRET}/portal": on_portal}
        handle = next((one for address, one in doors.items() if hmac.compare_digest(address.encode(), path.encode())), None)
        try:
            if handle is not None:
                self.door(handle)
            elif path.startswith("/portal/"):
                self.answer(200, on_form(path, urllib.parse.parse_qs(self.body().decode())), "text/html")
            else:
                self.nothing_here()
        except Refused as refused:
            self.answer(refused.status, refused.body)
        except Closed as closed:
            self.answer(closed.status, closed_page(closed.code), "text/html")
        except Exception as error:
            log("failed", error=type(error).__name__)
            self.answer(500, {"error": "Something went wrong inside the app.", "code": "app_failed"})

    def do_GET(self):
        address = urllib.parse.urlsplit(self.path)
        try:
            if address.path == "/health":
                self.answer(200, {"ok": True})
            elif address.path.startswith("/portal/enter/"):
                token = address.path.rpartition("/")[2]
                self.answer(200, portal_page(token, session_of(token, entering=True)), "text/html")
            elif address.path == "/portal":
                self.answer(200, closed_page("unknown"), "text/html")
            else:
                self.nothing_here()
        except Closed as closed:
            self.answer(closed.status, closed_page(closed.code), "text/html")


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


threading.Thread(target=work, daemon=True).start()
print(f"ready {PUBLIC}", flush=True)
Server(("localhost", PORT), Handler).serve_forever()
