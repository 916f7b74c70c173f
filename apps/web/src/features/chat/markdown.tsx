import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { createElement, Fragment, memo, useMemo, type ReactNode } from 'react';
import type { Participant } from '../../api/types.js';
import { MENTION } from './mentions.js';

// The parser is the library's; its tree becomes React elements here, because the way by HTML trees is three times the script.
type Root = ReturnType<typeof fromMarkdown>;
type Node = Root['children'][number];
type Of<Type> = Extract<Node, { type: Type }>;

interface MarkdownProps {
  text: string;
  mentioned: Participant[];
  myId: string;
}

interface Context extends MarkdownProps {
  definitions: Map<string, Of<'definition'>>;
  depth: number;
  /** The words of a link stay what they are. */
  inLink?: boolean;
}

const SAFE_PROTOCOL = /^(?:https?|mailto)$/i;
/** A message that is nested deeper is hostile: the rest is shown as it was written. */
const MAX_DEPTH = 60;

/** An address without a protocol, or with one that runs nothing; null for every other. */
function safeAddress(url: string): string | null {
  const [protocol] = url.split(':', 1);
  const hasProtocol = protocol !== undefined && protocol.length < url.length && !/[/?#]/.test(protocol);
  return !hasProtocol || SAFE_PROTOCOL.test(protocol) ? url : null;
}

/** Marks the people whom `content.mentions` names; an "@" in code or in a link stays text. */
function withMentions(text: string, { mentioned, myId, inLink }: Context): ReactNode {
  if (inLink || !text.includes('@')) return text;
  const nodes: ReactNode[] = [];
  let at = 0;
  for (const match of text.matchAll(MENTION)) {
    const token = match[2] ?? '';
    const person = mentioned.find(({ fqid }) => fqid === token) ?? mentioned.find(({ local_id: localId }) => `@${localId}` === token);
    if (!person) continue;
    const from = match.index + (match[1]?.length ?? 0);
    nodes.push(text.slice(at, from), <span key={from} className="sw-mention" title={person.fqid} data-me={person.id === myId ? '' : undefined}>{token}</span>);
    at = from + token.length;
  }
  return nodes.length === 0 ? text : [...nodes, text.slice(at)];
}

function childrenOf(node: { children: readonly Node[] }, context: Context): ReactNode {
  const inner = { ...context, depth: context.depth + 1 };
  return node.children.map((child, index) => <Fragment key={index}>{elementOf(child, inner)}</Fragment>);
}

function linkTo(url: string, words: ReactNode): ReactNode {
  const href = safeAddress(url);
  return href === null ? words : <a href={href} target="_blank" rel="noopener noreferrer nofollow">{words}</a>;
}

function listItem(item: Of<'listItem'>, context: Context): ReactNode {
  const box = typeof item.checked === 'boolean' && <input type="checkbox" checked={item.checked} disabled readOnly />;
  const parts = item.children.map((child, index) => <Fragment key={index}>{child.type === 'paragraph' && !item.spread ? childrenOf(child, context) : elementOf(child, context)}</Fragment>);
  return <li>{box}{box && ' '}{parts}</li>;
}

function table({ children: [head, ...rows], align }: Of<'table'>, context: Context): ReactNode {
  const line = (row: Of<'tableRow'>, tag: 'th' | 'td') => (
    <tr>{row.children.map((cell, index) => createElement(tag, { key: index, style: { textAlign: align?.[index] ?? undefined } }, childrenOf(cell, context)))}</tr>
  );
  return (
    <table>
      {head && <thead>{line(head, 'th')}</thead>}
      {rows.length > 0 && <tbody>{rows.map((row, index) => <Fragment key={index}>{line(row, 'td')}</Fragment>)}</tbody>}
    </table>
  );
}

type Elements = { [Type in Node['type']]?: (node: Of<Type>, context: Context) => ReactNode };

const ELEMENTS: Elements = {
  text: ({ value }, context) => withMentions(value, context),
  // Markup of HTML is shown, never obeyed.
  html: ({ value }) => value,
  paragraph: (node, context) => <p>{childrenOf(node, context)}</p>,
  emphasis: (node, context) => <em>{childrenOf(node, context)}</em>,
  strong: (node, context) => <strong>{childrenOf(node, context)}</strong>,
  delete: (node, context) => <del>{childrenOf(node, context)}</del>,
  blockquote: (node, context) => <blockquote>{childrenOf(node, context)}</blockquote>,
  heading: (node, context) => createElement(`h${Math.max(node.depth, 3)}`, null, childrenOf(node, context)),
  break: () => <br />,
  thematicBreak: () => <hr />,
  inlineCode: ({ value }) => <code>{value}</code>,
  code: ({ value, lang }) => <pre><code data-lang={lang ?? undefined}>{value}</code></pre>,
  list: (node, context) => createElement(node.ordered ? 'ol' : 'ul', { start: node.ordered ? (node.start ?? undefined) : undefined }, childrenOf(node, context)),
  listItem,
  table,
  link: (node, context) => linkTo(node.url, childrenOf(node, { ...context, inLink: true })),
  linkReference: (node, context) => linkTo(context.definitions.get(node.identifier)?.url ?? '', childrenOf(node, { ...context, inLink: true })),
  // A picture from anywhere would tell its server who reads this and when.
  image: ({ url, alt }) => linkTo(url, alt || url),
  imageReference: ({ identifier, alt }, { definitions }) => linkTo(definitions.get(identifier)?.url ?? '', alt || identifier),
  footnoteReference: ({ identifier }) => <sup>{identifier}</sup>,
  footnoteDefinition: (node, context) => <div><sup>{node.identifier}</sup> {childrenOf(node, context)}</div>,
};

function elementOf(node: Node, context: Context): ReactNode {
  if (context.depth > MAX_DEPTH) return context.text.slice(node.position?.start.offset, node.position?.end.offset);
  return (ELEMENTS[node.type] as ((node: Node, context: Context) => ReactNode) | undefined)?.(node, context) ?? null;
}

function definitionsOf(node: { children?: readonly Node[] }, found = new Map<string, Of<'definition'>>(), depth = 0): Map<string, Of<'definition'>> {
  for (const child of node.children ?? []) {
    if (child.type === 'definition' && !found.has(child.identifier)) found.set(child.identifier, child);
    if (depth < MAX_DEPTH) definitionsOf(child as { children?: readonly Node[] }, found, depth + 1);
  }
  return found;
}

export const Markdown = memo(function Markdown({ text, mentioned, myId }: MarkdownProps) {
  const root = useMemo(() => fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }), [text]);
  return <div className="sw-markdown">{childrenOf(root, { text, mentioned, myId, definitions: definitionsOf(root), depth: 0 })}</div>;
});
