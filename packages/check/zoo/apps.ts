/** The good apps: where each stands and how it is started. */
export const apps = {
  node: { file: "node.mjs", command: (file: string) => `exec "${process.execPath}" "${file}"` },
  python: { file: "python.py", command: (file: string) => `exec python3 "${file}"` },
  journal: { file: "journal.mjs", command: (file: string) => `exec "${process.execPath}" "${file}"` },
  framework: { file: "framework.ts", command: (file: string) => `exec "${process.execPath}" "${file}"` },
} as const;

export type AppName = keyof typeof apps;
export const appNames = Object.keys(apps) as readonly AppName[];
