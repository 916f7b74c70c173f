import { lazy, memo, Suspense } from 'react';
import { isPlain } from './is-plain.js';
import type { MarkdownProps } from './markdown.js';

const Markdown = lazy(() => import('./markdown.js'));

/** What somebody wrote. The parser is only asked, and loaded, for what could mean more than its letters; until it is here those are shown. */
export const MessageText = memo(function MessageText(props: MarkdownProps) {
  const letters = <p>{props.text}</p>;
  return <div className="sw-markdown">{isPlain(props.text) ? letters : <Suspense fallback={letters}><Markdown {...props} /></Suspense>}</div>;
});
