import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import type { Participant } from '../../api/types.js';
import { MENTION } from './mentions.js';

interface HastNode {
  type: string;
  tagName?: string;
  value?: string;
  properties?: Record<string, unknown>;
  children?: HastNode[];
}

export interface MarkdownProps {
  text: string;
  mentioned: Participant[];
  myId: string;
}

const UNTOUCHED = new Set(['code', 'pre', 'a']);

function splitText(text: string, find: (token: string) => Participant | undefined, myId: string): HastNode[] {
  const nodes: HastNode[] = [];
  let at = 0;
  for (const match of text.matchAll(MENTION)) {
    const token = match[2] ?? '';
    const person = find(token);
    if (!person) continue;
    const from = match.index + (match[1]?.length ?? 0);
    const properties = { className: 'sw-mention', title: person.fqid, ...(person.id === myId && { 'data-me': '' }) };
    nodes.push({ type: 'text', value: text.slice(at, from) }, { type: 'element', tagName: 'span', properties, children: [{ type: 'text', value: token }] });
    at = from + token.length;
  }
  return [...nodes, { type: 'text', value: text.slice(at) }];
}

/** Marks the people whom `content.mentions` names; an "@" in code or in a link stays text. */
function rehypeMentions({ mentioned, myId }: { mentioned: Participant[]; myId: string }) {
  const find = (token: string) => mentioned.find((person) => person.fqid === token) ?? mentioned.find((person) => `@${person.local_id}` === token);
  const visit = (node: HastNode): void => {
    if (node.tagName && UNTOUCHED.has(node.tagName)) return;
    node.children = node.children?.flatMap((child) => {
      if (child.type === 'text' && child.value?.includes('@')) return splitText(child.value, find, myId);
      visit(child);
      return [child];
    });
  };
  return visit;
}

const COMPONENTS: Components = {
  a: ({ href, children }) => <a href={href} target="_blank" rel="noopener noreferrer nofollow">{children}</a>,
  // A picture from anywhere would tell its server who reads this and when.
  img: ({ src, alt }) => <a href={src} target="_blank" rel="noopener noreferrer nofollow">{alt || src}</a>,
  h1: 'h3',
  h2: 'h3',
};

export default function Markdown({ text, mentioned, myId }: MarkdownProps) {
  return <ReactMarkdown remarkPlugins={[remarkGfm]} rehypePlugins={[[rehypeMentions, { mentioned, myId }]]} components={COMPONENTS}>{text}</ReactMarkdown>;
}
