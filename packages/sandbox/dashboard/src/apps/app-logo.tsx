import { Avatar } from "@mantine/core";
import type { AppView } from "../api/types.ts";

/** The app's logo from its own origin, or its initials. */
export function AppLogo({ app, size = 40 }: { readonly app: AppView; readonly size?: number }) {
  return (
    <Avatar
      src={logoAddress(app)}
      size={size}
      radius="md"
      variant="default"
      alt=""
      aria-hidden
      imageProps={{ referrerPolicy: "no-referrer" }}
    >
      {app.name.slice(0, 2).toUpperCase()}
    </Avatar>
  );
}

// A logo is registered as a URL or as a path on the app's own host.
function logoAddress(app: AppView): string | null {
  if (app.logo_url === "") return null;
  try {
    const address = new URL(app.logo_url, new URL(app.portal_generator_url).origin);
    return address.protocol === "http:" || address.protocol === "https:" ? address.href : null;
  } catch {
    return null;
  }
}
