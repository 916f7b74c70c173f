import { ActionIcon, Text } from '@mantine/core';
import { IconPaperclip } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState, type ClipboardEvent } from 'react';
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

/**
 * Whether a file is dragged over the part of the page that belongs to this place, whose drop is for it: `data-drop-zone` names the place.
 * A drop beside all of them must not make the browser leave the page for the file.
 */
function useDropZone(place: string, onFiles: (files: FileList) => void): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const isOurs = ({ target }: globalThis.DragEvent) => target instanceof Element && target.closest<HTMLElement>('[data-drop-zone]')?.dataset.dropZone === place;
    const over = (event: globalThis.DragEvent) => {
      if (!hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      setOver(isOurs(event));
    };
    const leave = (event: globalThis.DragEvent) => event.relatedTarget === null && setOver(false);
    const drop = (event: globalThis.DragEvent) => {
      setOver(false);
      if (!hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      if (event.dataTransfer && isOurs(event)) onFiles(event.dataTransfer.files);
    };
    document.addEventListener('dragover', over);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
    };
  }, [place, onFiles]);
  return isOver;
}

/** Files that go with what is being written: chosen, pasted or dropped; `attached` as far as the server has them. */
export function useFiles(place: string) {
  const [chosen, setChosen] = useState<ChosenFile[]>([]);
  const [attached, setAttached] = useState<ReadonlyMap<string, EventContent>>(new Map());
  const add = useCallback((files: Iterable<File> | null | undefined) => {
    const more = [...(files ?? [])].map((file) => ({ key: newUuid(), file }));
    if (more.length > 0) setChosen((before) => [...before, ...more]);
  }, []);
  const isDragged = useDropZone(place, add);
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
  const onPaste = (event: ClipboardEvent) => {
    if (!hasFiles(event.clipboardData)) return;
    event.preventDefault();
    add(event.clipboardData.files);
  };
  return { chosen, areReady: ready.length === chosen.length, isDragged, add, attach, remove, send, onPaste };
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

/** Over all of the part of the page whose drop is for this place; lets the pointer through to it. */
export function DropHint() {
  return <div className="sw-drop"><Text fw={600}>{texts.chat.dropHere}</Text></div>;
}
