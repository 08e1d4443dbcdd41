import { Component } from "react";
import { ErrorState } from "../parts/failure.tsx";

type State = { readonly error: unknown };

/** A page that breaks says so in its place and leaves the rest of the dashboard alone. */
export class PageFailure extends Component<{ readonly children: React.ReactNode }, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return (
      <div className="annex-card">
        <ErrorState error={this.state.error} onRetry={() => window.location.reload()} />
      </div>
    );
  }
}
