import type { NextConfig } from "next";

const config: NextConfig = {
  // Its database driver and its log are for Node to load, not for a bundle.
  serverExternalPackages: ["@annex/app"],
  // The addresses of the app's doors and of its portal links hold secrets.
  logging: { incomingRequests: { ignore: [/\/cloud\//, /\/portal\/enter/] } },
  // `npm run check` looks at the types.
  typescript: { ignoreBuildErrors: true },
  // Next.js would lift a trailing slash by a redirect, and Cloud's call is no browser's.
  skipTrailingSlashRedirect: true,
};

export default config;
