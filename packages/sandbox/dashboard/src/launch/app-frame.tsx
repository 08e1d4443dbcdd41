import { Button, Loader } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useFrameRecords } from "./frame-records.ts";
import { useFrameScheme } from "./frame-scheme.ts";
import type { LaunchTarget } from "./launch-target.ts";

const slowAfter = 8_000;

// The app needs its own origin's storage and scripts; it gets no way to move the dashboard away from under the user.
const sandbox = "allow-scripts allow-forms allow-same-origin allow-popups allow-downloads";

type AppFrameProps = {
  readonly url: string;
  readonly target: LaunchTarget;
  readonly onAgain: () => void;
};

/** The app's own page. It stays mounted, whatever size the panel takes. */
export function AppFrame({ url, target, onAgain }: AppFrameProps) {
  const [loaded, setLoaded] = useState(false);
  const frame = useRef<HTMLIFrameElement>(null);
  useFrameScheme(frame, url);
  useFrameRecords(frame, url);
  return (
    <>
      <iframe
        ref={frame}
        className="annex-app-frame"
        title={`${target.appName} on ${target.instanceName}`}
        src={url}
        sandbox={sandbox}
        referrerPolicy="no-referrer"
        onLoad={() => setLoaded(true)}
      />
      {loaded ? null : <FrameLoading appName={target.appName} onAgain={onAgain} />}
    </>
  );
}

function FrameLoading({ appName, onAgain }: { readonly appName: string; readonly onAgain: () => void }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), slowAfter);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="annex-panel-wait annex-panel-cover" role="status">
      <Loader size="sm" />
      <p>Loading {appName}…</p>
      {slow ? (
        <>
          <p className="annex-panel-hint">
            This takes long. The app may be busy or down, or may refuse to be shown in a frame; its log says
            which.
          </p>
          <Button variant="default" onClick={onAgain}>
            Launch again
          </Button>
        </>
      ) : null}
    </div>
  );
}
