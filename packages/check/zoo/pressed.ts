/** A change of an app by which it sets up its ledger when somebody presses, not when it is installed. */
export const worksWhenPressed: readonly (readonly [find: string, replacement: string])[] = [
  [
    'if (grants.includes("data:write")) run("INSERT INTO jobs VALUES (?, 0, ?, 0)", body.installed_app_id, now());',
    "",
  ],
  [
    'await post(installation, `zoo-${randomBytes(8).toString("hex")}`);',
    'if (!JSON.parse(installation.grants).includes("data:write")) throw new CloudProblem("missing_permission");\n    run("INSERT OR IGNORE INTO jobs VALUES (?, 0, ?, 0)", installation.id, now());',
  ],
  [
    "job.installation, ); } catch",
    'job.installation, ); if (steps[job.step + 1] === undefined) run("DELETE FROM jobs WHERE installation = ?", job.installation); } catch',
  ],
];
