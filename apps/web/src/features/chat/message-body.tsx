import { Box, Button, Group, HoverCard, Text, Textarea, UnstyledButton } from '@mantine/core';
import { lazy, Suspense, useRef, useState, type KeyboardEvent } from 'react';
import type { RoomEvent } from '../../api/types.js';
import { Loading } from '../../components/loaded.js';
import { ErrorProblem } from '../../components/problem.js';
import { fullText } from '../../components/times.js';
import { texts } from '../../texts/en.js';
import { useSession } from '../session/session.js';
import { nameOf, useChat } from './chat-context.js';
import { Markdown } from './markdown.js';
import { findMentions } from './mentions.js';
import { useMessageActions } from './use-message-actions.js';

const MediaMessage = lazy(() => import('../media/media-message.js'));

const MAX_BYTES = 65_536;
/** Room for the other fields of the content. */
const MAX_BODY_BYTES = MAX_BYTES - 2_048;

export function isTooLong(body: string): boolean {
  return new TextEncoder().encode(JSON.stringify(body)).length > MAX_BODY_BYTES;
}

/** What was removed or never came says so; everything else by its `msgtype`. */
export function MessageBody({ event }: { event: RoomEvent }) {
  const { me } = useSession();
  const { people } = useChat();
  if (event.redacted_at) return <Text size="sm" c="dimmed" fs="italic">{texts.chat.removed}</Text>;
  if (event.unavailable || !event.content) return <Text size="sm" c="dimmed" fs="italic">{texts.chat.unavailable}</Text>;
  const { msgtype = 'swp.text', body = '', lang, mentions = [] } = event.content;
  if (msgtype === 'swp.code') return <div className="sw-markdown"><pre><code data-lang={lang}>{body}</code></pre></div>;
  const isMedia = msgtype === 'swp.media';
  if (!body && !isMedia) return <Text size="sm" c="dimmed" fs="italic">{texts.chat.unsupported}</Text>;
  // An edit that came by the stream still names people as they are named between servers.
  const mentioned = [...people.values()].filter(({ id, fqid }) => mentions.includes(id) || mentions.includes(fqid));
  if (isMedia) {
    return (
      <>
        <Suspense fallback={<Loading />}><MediaMessage event={event} /></Suspense>
        {body !== event.content.name && <Box mt={6}><Markdown text={body} mentioned={mentioned} myId={me.participant_id} /></Box>}
      </>
    );
  }
  return <Markdown text={body} mentioned={mentioned} myId={me.participant_id} />;
}

export function EditedMark({ event }: { event: RoomEvent }) {
  if (!event.edited_at || event.redacted_at) return null;
  return (
    <HoverCard shadow="md" width={280} position="top-start">
      <HoverCard.Target>
        <Text span size="xs" c="dimmed" tabIndex={0}>{texts.chat.edited}</Text>
      </HoverCard.Target>
      <HoverCard.Dropdown>
        <Text size="xs" c="dimmed">{fullText(event.edited_at)}</Text>
        {event.original_content?.body && <Text size="sm" lineClamp={8}>{texts.chat.before} {event.original_content.body}</Text>}
      </HoverCard.Dropdown>
    </HoverCard>
  );
}

/** The message to which this one replies, in one line; pressing it goes there. */
export function ReplyQuote({ event, parent }: { event: RoomEvent; parent: RoomEvent | undefined }) {
  const chat = useChat();
  const parentId = event.reply_to_event_id;
  if (!parentId) return null;
  const name = parent ? nameOf(chat, parent) : texts.chat.parentGone;
  return (
    <UnstyledButton className="sw-quote" onClick={() => (parent ? chat.jumpTo(parentId) : chat.openThread(parentId))}>
      <Text size="xs" c="dimmed" truncate>{texts.chat.inReplyTo(name)}{parent?.content?.body ? `: ${parent.content.body}` : ''}</Text>
    </UnstyledButton>
  );
}

export function EditForm({ event, onDone }: { event: RoomEvent; onDone: () => void }) {
  const { members } = useChat();
  const { us } = useSession();
  const { edit } = useMessageActions(event);
  const [body, setBody] = useState(event.content?.body ?? '');
  const [cameFrom] = useState(() => document.activeElement);
  const form = useRef<HTMLDivElement>(null);
  const isLong = isTooLong(body);
  const close = () => {
    // Back to the composer for who came from there; a button that was pressed is gone by now.
    const back = cameFrom instanceof HTMLTextAreaElement ? cameFrom : form.current?.closest('article');
    onDone();
    back?.focus();
  };
  const save = () => {
    if (!body.trim() || isLong || edit.isPending) return;
    if (body === event.content?.body) {
      close();
      return;
    }
    const mentions = findMentions(body, members, us);
    edit.mutate({ ...event.content, body, mentions }, { onSuccess: close });
  };
  const onKeyDown = (key: KeyboardEvent) => {
    if (key.key === 'Escape') {
      key.stopPropagation();
      close();
    }
    if (key.key === 'Enter' && !key.shiftKey && !key.nativeEvent.isComposing) {
      key.preventDefault();
      save();
    }
  };
  return (
    <div ref={form}>
      <Textarea aria-label={texts.chat.editLabel} autosize maxRows={12} autoFocus miw={{ base: 200, sm: 360 }} value={body} onFocus={({ currentTarget }) => currentTarget.setSelectionRange(body.length, body.length)} error={isLong && texts.chat.tooLong} onChange={(change) => setBody(change.currentTarget.value)} onKeyDown={onKeyDown} />
      {edit.error && <ErrorProblem error={edit.error} />}
      <Group gap="xs" mt={6} justify="flex-end">
        <Button size="compact-sm" variant="default" onClick={close}>{texts.app.cancel}</Button>
        <Button size="compact-sm" loading={edit.isPending} disabled={!body.trim() || isLong} onClick={save}>{texts.app.save}</Button>
      </Group>
    </div>
  );
}
