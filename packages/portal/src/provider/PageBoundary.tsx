import { Component, type ReactNode } from "react";
import { ErrorState } from "../states/ErrorState.tsx";

interface BoundaryState {
  readonly error: unknown;
  readonly failed: boolean;
}

/** Shows an error state instead of a blank frame when the page's own code throws. */
export class PageBoundary extends Component<{ readonly children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { error: undefined, failed: false };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error, failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="annex-standalone">
        <ErrorState
          error={this.state.error}
          size="page"
          onRetry={() => this.setState({ error: undefined, failed: false })}
        />
      </main>
    );
  }
}
