import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { Empty } from '../components/loaded.js';
import { texts } from '../texts/en.js';

function Crashed() {
  return (
    <Empty title={texts.app.crashed}>
      <Button mt="sm" onClick={() => window.location.reload()}>{texts.app.reload}</Button>
    </Empty>
  );
}

/** For faults of the app itself, and pages whose code cannot be loaded; refusals of the server are shown where they happen. */
export class CrashBoundary extends Component<{ children: ReactNode }, { hasCrashed: boolean }> {
  override state = { hasCrashed: false };

  static getDerivedStateFromError(): { hasCrashed: boolean } {
    return { hasCrashed: true };
  }

  override render(): ReactNode {
    return this.state.hasCrashed ? <Crashed /> : this.props.children;
  }
}
