"""The life of an app by the admin API alone, in another language, on the standard library.

    python3 journey.py <data directory of a running local Cloud>

Reads the run file, installs, launches, syncs twice, uninstalls; prints "ok" or what was wrong.
"""

import json
import re
import sys
import time
import urllib.error
import urllib.request


def call(method, url, token=None, body=None):
    request = urllib.request.Request(url, method=method)
    request.add_header("Content-Type", "application/json")
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(request, data) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def expect(what, seen, wanted):
    if seen != wanted:
        sys.exit(f"{what}: expected {wanted!r}, saw {seen!r}")


def main(directory):
    with open(f"{directory}/annex.json", encoding="utf8") as file:
        run_file = json.load(file)
    cloud = run_file["cloud"]
    organization = run_file["organizations"][0]
    app = next(app for app in run_file["apps"] if app["name"] == "Stripe Sync")
    instance = organization["instances"][0]["instance_id"]
    analyst = next(member for member in organization["members"] if member["role"] == "Analyst")

    def admin(method, path, body=None):
        status, text = call(method, cloud["url"] + path, cloud["admin_token"], body)
        return status, json.loads(text)

    status, installed = admin("POST", "/admin/installations", {"app_id": app["app_id"], "instance_id": instance})
    expect("install", (status, installed.get("status")), (201, "active"))
    installation = installed["installed_app_id"]

    status, refused = admin("POST", "/admin/installations", {"app_id": app["app_id"], "instance_id": "inst_of_nobody"})
    expect("an unknown instance is refused", 400 <= status < 500 and "code" in refused, True)

    status, launched = admin("POST", f"/admin/installations/{installation}/launch", {"user_id": analyst["user_id"]})
    expect("launch", status, 200)
    status, page = call("GET", launched["portal_url"])
    expect("enter", status, 200)
    block = re.search(r'<script[^>]*id="annex-session"[^>]*>(.*?)</script>', page, re.S)
    session = json.loads(block.group(1))["session"]

    def portal(method, path, body=None):
        status, text = call(method, f"{app['url']}/portal/api{path}", session, body)
        return status, json.loads(text)

    def sync():
        # 200 where one is under way already, such as the first one, which the install has started.
        status, run = portal("POST", "/runs", {})
        expect("start of a run", status in (200, 202), True)
        deadline = time.monotonic() + 120
        while run["status"] in ("queued", "running"):
            if time.monotonic() > deadline:
                sys.exit("The run does not end.")
            time.sleep(0.2)
            status, run = portal("GET", f"/runs/{run['run_id']}")
            expect("run", status, 200)
        return run

    first = sync()
    expect("first run", (first["status"], first["counts"]["posted"] > 0), ("completed", True))
    second = sync()
    expect("second run", (second["status"], second["counts"]["posted"]), ("completed", 0))
    status, totals = portal("GET", "/totals")
    expect("Stripe and the ledger", (status, totals["equal"]), (200, True))

    status, uninstalled = admin("DELETE", f"/admin/installations/{installation}")
    expect("uninstall", (status, uninstalled.get("status")), (200, "uninstalled"))
    status, ended = portal("GET", "/session")
    expect("the session after it", (status, ended["code"]), (403, "app_uninstalled"))
    print("ok")


if __name__ == "__main__":
    main(sys.argv[1])
