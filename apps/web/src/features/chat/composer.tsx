import { ActionIcon, Box, Combobox, Group, Text, Textarea, useCombobox } from '@mantine/core';
import { IconMoodSmile, IconSend2, IconX } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { keepDraft, readDraft } from '../../api/kept-text.js';
import type { EventContent, Participant, RoomEvent } from '../../api/types.js';
import { addressOf, PersonAvatar } from '../../components/person.js';
import { texts } from '../../texts/en.js';
import { AttachButton, DropHint, useFiles } from '../media/use-files.js';
import { useSession } from '../session/session.js';
import { nameOf, useChat } from './chat-context.js';
import { EMOJI, emojiAtCaret, matchEmoji, withNamedEmoji } from './emoji.js';
import { EmojiPicker } from './emoji-picker.js';
import { matchMembers, mentionAtCaret, mentionText } from './mentions.js';
import { isTooLong } from './message-body.js';
import { useTyping } from './use-typing.js';

const UploadTray = lazy(() => import('../media/upload-tray.js'));

interface ComposerProps {
  /** The room or thread in which it is written: what is not sent yet is kept for it. */
  place: string;
  label: string;
  placeholder: string;
  replyTo?: RoomEvent | null;
  onCancelReply?: () => void;
  onSend: (body: string, media?: EventContent) => void;
  /** Up in the empty field: the last message that I may change. */
  onEditLast: () => void;
}

/** What the word at the caret may mean: what is put in its place, and the line that offers it. */
interface Suggestion {
  key: string;
  text: string;
  line: ReactNode;
}

const MOST_SUGGESTIONS = 6;

function useSuggestions(body: string, caret: number): { from: number; suggestions: Suggestion[] } {
  const { members } = useChat();
  const { me, us } = useSession();
  const mention = mentionAtCaret(body, caret);
  if (mention) {
    const people = matchMembers(members.filter((member) => member.participant_id !== me.participant_id), mention.query, MOST_SUGGESTIONS);
    return { from: mention.from, suggestions: people.map((person) => ({ key: person.id, text: `${mentionText(person, us)} `, line: <PersonLine person={person} /> })) };
  }
  const emoji = emojiAtCaret(body, caret);
  if (!emoji) return { from: caret, suggestions: [] };
  return { from: emoji.from, suggestions: matchEmoji(emoji.query, MOST_SUGGESTIONS).map((name) => ({ key: name, text: `${EMOJI.get(name)} `, line: <Text size="sm">{EMOJI.get(name)} :{name}:</Text> })) };
}

/** Text, the caret in it, and what the word at the caret may mean. */
function useDraft(inputRef: React.RefObject<HTMLTextAreaElement | null>, place: string) {
  const { me } = useSession();
  const [body, setText] = useState(() => readDraft(me.fqid, place));
  const [caret, setCaret] = useState(body.length);
  const setBody = (text: string) => {
    setText(text);
    keepDraft(me.fqid, place, text);
  };
  const { from, suggestions } = useSuggestions(body, caret);
  const put = (next: { text: string; caret: number }) => {
    setBody(next.text);
    setCaret(next.caret);
    requestAnimationFrame(() => {
      inputRef.current?.focus();
      inputRef.current?.setSelectionRange(next.caret, next.caret);
    });
  };
  const replace = (start: number, text: string) => put({ text: body.slice(0, start) + text + body.slice(caret), caret: start + text.length });
  return {
    body,
    suggestions,
    change: (text: string, at: number) => {
      const named = withNamedEmoji(text, at);
      if (named) return put(named);
      setBody(text);
      setCaret(at);
    },
    moveCaret: setCaret,
    insert: (text: string) => replace(caret, text),
    complete: ({ text }: Suggestion) => replace(from, text),
    clear: () => {
      setBody('');
      setCaret(0);
    },
  };
}

/** One can write at once where that opens no keyboard over the messages; who is typing elsewhere already goes on there. */
function useFocusAtFirst(input: React.RefObject<HTMLTextAreaElement | null>) {
  useEffect(() => {
    const isTypingElsewhere = document.activeElement?.matches('input, textarea, [role="dialog"] *') ?? false;
    if (!isTypingElsewhere && window.matchMedia('(hover: hover)').matches) input.current?.focus({ preventScroll: true });
  }, [input]);
}

/** Where one writes: Enter sends, Shift+Enter breaks the line, "@" offers the members, ":" the emoji. */
export function Composer({ place, label, placeholder, replyTo, onCancelReply, onSend, onEditLast }: ComposerProps) {
  const input = useRef<HTMLTextAreaElement>(null);
  const { room } = useChat();
  const tellTyping = useTyping(room.id);
  useFocusAtFirst(input);
  const draft = useDraft(input, place);
  const isLong = draft.body.length > 10_000 && isTooLong(draft.body);
  const files = useFiles(place);
  const canSend = (files.chosen.length > 0 ? files.areReady : draft.body.trim() !== '') && !isLong;
  const send = () => {
    if (!canSend) return;
    files.send(draft.body.trim(), onSend);
    draft.clear();
    tellTyping(false);
    input.current?.focus();
  };
  return (
    <Box px={{ base: 8, sm: 'sm' }} pb={{ base: 8, sm: 'sm' }} flex="none" onPaste={files.onPaste}>
      {files.isDragged && <DropHint />}
      {files.chosen.length > 0 && <Suspense><UploadTray files={files.chosen} onAttached={files.attach} onRemove={files.remove} /></Suspense>}
      {replyTo && <ReplyBar event={replyTo} onCancel={() => onCancelReply?.()} />}
      <Group gap={6} align="flex-end" wrap="nowrap">
        <DraftInput
          inputRef={input}
          draft={draft}
          label={label}
          placeholder={placeholder}
          error={isLong ? texts.chat.tooLong : undefined}
          onSend={send}
          onTyping={tellTyping}
          onCancel={onCancelReply}
          onEditLast={onEditLast}
        />
        <AttachButton onChoose={files.add} />
        <EmojiPicker onPick={draft.insert}>
          {(toggle) => <ActionIcon size={42} aria-label={texts.chat.emoji} title={texts.chat.emoji} onClick={toggle}><IconMoodSmile size={22} /></ActionIcon>}
        </EmojiPicker>
        <ActionIcon size={42} variant="filled" color="indigo" aria-label={texts.chat.send} title={texts.chat.send} disabled={!canSend} onClick={send}><IconSend2 size={20} /></ActionIcon>
      </Group>
    </Box>
  );
}

function ReplyBar({ event, onCancel }: { event: RoomEvent; onCancel: () => void }) {
  const chat = useChat();
  return (
    <Group gap="xs" wrap="nowrap" mb={6} px={4}>
      <Text size="xs" c="dimmed" truncate flex={1} className="sw-quote" mb={0}><b>{texts.chat.replyingTo(nameOf(chat, event))}</b> {event.content?.body}</Text>
      <ActionIcon size="sm" aria-label={texts.chat.cancelReply} onClick={onCancel}><IconX size={16} /></ActionIcon>
    </Group>
  );
}

interface DraftInputProps {
  inputRef: React.RefObject<HTMLTextAreaElement | null>;
  draft: ReturnType<typeof useDraft>;
  label: string;
  placeholder: string;
  error?: string;
  onSend: () => void;
  onTyping: (isTyping: boolean) => void;
  onCancel?: () => void;
  onEditLast: () => void;
}

function DraftInput({ inputRef, draft, label, placeholder, error, onSend, onTyping, onCancel, onEditLast }: DraftInputProps) {
  const [isDismissed, setDismissed] = useState(false);
  const isOpen = draft.suggestions.length > 0 && !isDismissed;
  const combobox = useCombobox({ opened: isOpen, onDropdownClose: () => setDismissed(true) });
  const onKeyDown = (key: KeyboardEvent<HTMLTextAreaElement>) => {
    if (key.nativeEvent.isComposing) return;
    if (key.key === 'Escape' && isOpen) {
      key.stopPropagation();
      setDismissed(true);
    } else if (key.key === 'Escape') onCancel?.();
    if (key.key === 'ArrowUp' && draft.body === '') {
      key.preventDefault();
      onEditLast();
    }
    if (key.key !== 'Enter' || key.shiftKey) return;
    key.preventDefault();
    // With the list open, Enter picks from it: the marked line (that is Mantine's part), else the first.
    if (!isOpen) onSend();
    else if (combobox.getSelectedOptionIndex() === -1) draft.complete(draft.suggestions[0]!);
  };
  return (
    <Combobox store={combobox} position="top-start" shadow="md" withinPortal onOptionSubmit={(chosen) => draft.complete(draft.suggestions.find(({ key }) => key === chosen) ?? draft.suggestions[0]!)}>
      <Combobox.Target targetType="input">
        <Textarea
          ref={inputRef}
          flex={1}
          size="md"
          autosize
          minRows={1}
          maxRows={8}
          aria-label={label}
          placeholder={placeholder}
          value={draft.body}
          error={error}
          onChange={({ currentTarget }) => {
            draft.change(currentTarget.value, currentTarget.selectionStart);
            setDismissed(false);
            onTyping(currentTarget.value !== '');
          }}
          onSelect={({ currentTarget }) => draft.moveCaret(currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={!isOpen} maw={340}>
        <Combobox.Options aria-label={texts.chat.suggestions}>{isOpen && draft.suggestions.map(({ key, line }) => <Combobox.Option key={key} value={key}>{line}</Combobox.Option>)}</Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function PersonLine({ person }: { person: Participant }) {
  const { us } = useSession();
  return (
    <Group gap="xs" wrap="nowrap">
      <PersonAvatar person={person} size={24} />
      <Text size="sm" truncate flex="none" maw="60%">{person.display_name}</Text>
      <Text size="xs" c="dimmed" truncate>{addressOf(person, us)}</Text>
    </Group>
  );
}
