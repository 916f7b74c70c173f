import { ActionIcon, Paper, Text } from '@mantine/core';
import { IconPaperclip } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState, type ClipboardEvent, type DragEvent } from 'react';
import { newUuid } from '../../api/client.js';
import type { EventContent } from '../../api/types.js';
import { texts } from '../../texts/en.js';

export interface ChosenFile {
  key: string;
  file: File;
}

type Send = (body: string, media?: EventContent) => void;

function hasFiles(data: DataTransfer | null): boolean {
  return data?.types.includes('Files') ?? false;
}

/** Is a file dragged over the window? A drop beside the composer must not make the browser leave the page for the file. */
function useDragged(): boolean {
  const [isDragged, setDragged] = useState(false);
  useEffect(() => {
    const over = (event: globalThis.DragEvent) => {
      if (!hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      setDragged(true);
    };
    const leave = (event: globalThis.DragEvent) => event.relatedTarget === null && setDragged(false);
    const drop = (event: globalThis.DragEvent) => {
      if (hasFiles(event.dataTransfer)) event.preventDefault();
      setDragged(false);
    };
    document.addEventListener('dragover', over);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
    };
  }, []);
  return isDragged;
}

/** Files that go with what is being written: chosen, pasted or dropped; `attached` as far as the server has them. */
export function useFiles() {
  const [chosen, setChosen] = useState<ChosenFile[]>([]);
  const [attached, setAttached] = useState<ReadonlyMap<string, EventContent>>(new Map());
  const isDragged = useDragged();
  const add = useCallback((files: Iterable<File> | null | undefined) => {
    const more = [...(files ?? [])].map((file) => ({ key: newUuid(), file }));
    if (more.length > 0) setChosen((before) => [...before, ...more]);
  }, []);
  const attach = useCallback((key: string, media: EventContent) => setAttached((before) => new Map(before).set(key, media)), []);
  const remove = useCallback((key: string) => setChosen((before) => before.filter((one) => one.key !== key)), []);
  const ready = chosen.map(({ key }) => attached.get(key)).filter((media) => media !== undefined);
  /** One file has the text as its caption; before several it is a message of its own. */
  const send = (body: string, onSend: Send) => {
    const isCaption = ready.length === 1;
    if (body !== '' && !isCaption) onSend(body);
    for (const media of ready) onSend(isCaption && body !== '' ? body : String(media.name), media);
    setChosen([]);
    setAttached(new Map());
  };
  const catchers = {
    onPaste: (event: ClipboardEvent) => {
      if (!hasFiles(event.clipboardData)) return;
      event.preventDefault();
      add(event.clipboardData.files);
    },
    onDrop: (event: DragEvent) => add(event.dataTransfer.files),
  };
  return { chosen, areReady: ready.length === chosen.length, isDragged, add, attach, remove, send, catchers };
}

export function AttachButton({ onChoose }: { onChoose: (files: FileList | null) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={texts.chat.attach}
        onChange={({ currentTarget }) => {
          onChoose(currentTarget.files);
          currentTarget.value = '';
        }}
      />
      <ActionIcon size={42} aria-label={texts.chat.attach} title={texts.chat.attach} onClick={() => input.current?.click()}><IconPaperclip size={22} /></ActionIcon>
    </>
  );
}

export function DropHint() {
  return <Paper withBorder p="lg" mb={6} ta="center" style={{ borderStyle: 'dashed' }}><Text size="sm">{texts.chat.dropHere}</Text></Paper>;
}
