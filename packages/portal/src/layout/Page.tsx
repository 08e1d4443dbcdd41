import { type ReactNode, useEffect, useRef } from "react";
import { PortalLink } from "../navigation/PortalLink.tsx";
import { useRoute } from "../navigation/route.ts";
import { useStaleError } from "../queries/use-stale-error.ts";
import { StaleNotice } from "../states/StaleNotice.tsx";

/** One entry of the navigation; `within` says which paths count as inside it. */
export interface NavigationEntry {
  readonly label: string;
  readonly path: string;
  readonly within?: (path: string) => boolean;
}

/**
 * The frame around every page of an app: its name, where it is installed, and its pages. Readable from 412 pixels
 * to a full screen.
 *
 * @example
 * <Shell name="Stripe Sync" logo={<Logo />} place={session.instanceId} navigation={[{ label: "Overview", path: "/" }]}>…</Shell>
 */
export function Shell(props: {
  readonly name: string;
  readonly logo: ReactNode;
  /** Beside the name: the instance, a mode. */
  readonly place: ReactNode;
  readonly navigation: readonly NavigationEntry[];
  readonly children: ReactNode;
}) {
  const { path } = useRoute();
  return (
    <div className="annex-shell">
      <button type="button" className="annex-skip" onClick={skipToContent}>
        Skip to the content
      </button>
      <header className="annex-header">
        <div className="annex-header__inner">
          <div className="annex-brand">
            {props.logo}
            <span className="annex-brand__name">{props.name}</span>
          </div>
          <div className="annex-place">{props.place}</div>
          <nav aria-label={`${props.name} pages`} className="annex-nav">
            {props.navigation.map((entry) => (
              <PortalLink
                key={entry.path}
                to={entry.path}
                aria-current={(entry.within?.(path) ?? path === entry.path) ? "page" : undefined}
              >
                {entry.label}
              </PortalLink>
            ))}
          </nav>
        </div>
      </header>
      <main id="content" tabIndex={-1} className="annex-main">
        {props.children}
      </main>
    </div>
  );
}

/** By focus, not by a jump: that would change the address, and with it the history entry that keeps the session. */
function skipToContent(): void {
  document.getElementById("content")?.focus();
}

/** Moves the focus to the heading when a page is opened from another one, as a page load would. */
function useHeadingFocus(title: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title;
    const { pathname } = location;
    // A page that learns its title, as once its record is there, is still the one that was opened.
    if (pathname === openedPath) return;
    if (openedPath !== undefined) heading.current?.focus({ preventScroll: true });
    openedPath = pathname;
    window.scrollTo({ top: 0 });
  }, [title]);
  return heading;
}

/** The page that is open. The first one of a load keeps the browser's own focus. */
let openedPath: string | undefined;

/**
 * One page: its title, what it is for, and its main action, which stays in sight at 412 × 780. Where something on it
 * could not be asked again it says so above: what is shown is the last known state.
 *
 * @example
 * <Page title="Runs" description="Every sync so far."><RunTable /></Page>
 */
export function Page(props: {
  readonly title: string;
  readonly description?: ReactNode;
  /** Beside the title: a badge, for example. */
  readonly mark?: ReactNode;
  readonly actions?: ReactNode;
  /** The page this one belongs to. */
  readonly back?: { readonly label: string; readonly path: string };
  readonly children: ReactNode;
}) {
  const heading = useHeadingFocus(props.title);
  const stale = useStaleError();
  return (
    <>
      {props.back !== undefined && (
        <PortalLink to={props.back.path} className="annex-back">
          <span aria-hidden="true">←</span> {props.back.label}
        </PortalLink>
      )}
      <div className="annex-title">
        <div className="annex-title__words">
          <div className="annex-heading">
            <h1 ref={heading} tabIndex={-1}>
              {props.title}
            </h1>
            {props.mark}
          </div>
          {props.description !== undefined && <p className="annex-title__description">{props.description}</p>}
        </div>
        {props.actions !== undefined && <div className="annex-title__actions">{props.actions}</div>}
      </div>
      <StaleNotice error={stale} />
      {props.children}
    </>
  );
}

/**
 * A part of a page with a heading of its own.
 *
 * @example
 * <Section title="Latest runs" actions={<PortalLink to="/runs">All runs</PortalLink>}>…</Section>
 */
export function Section(props: {
  readonly title: string;
  readonly description?: ReactNode;
  readonly mark?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="annex-section" aria-label={props.title}>
      <div className="annex-section__head">
        <div>
          <div className="annex-heading">
            <h2>{props.title}</h2>
            {props.mark}
          </div>
          {props.description !== undefined && (
            <p className="annex-section__description">{props.description}</p>
          )}
        </div>
        {props.actions !== undefined && <div className="annex-section__actions">{props.actions}</div>}
      </div>
      {props.children}
    </section>
  );
}
