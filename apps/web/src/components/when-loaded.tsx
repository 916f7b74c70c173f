import { Suspense, type ReactNode } from 'react';

/** For dialogs whose code comes when they are first opened: nothing is shown until it is here. */
export function WhenLoaded({ children }: { children: ReactNode }) {
  return <Suspense fallback={null}>{children}</Suspense>;
}
