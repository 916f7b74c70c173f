import type { Member, Participant } from '../../api/types.js';

/** `@name` or `@name:server`, not in the middle of a word or an e-mail address; a dot or colon at the end belongs to the sentence. */
export const MENTION = /(^|[^a-z0-9._@-])(@[a-z0-9](?:[a-z0-9._-]*[a-z0-9_-])?(?::[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]+)?)?)/g;

/** What one writes to mention a person: short at home, the full FQID for people of other servers. */
export function mentionText(person: Participant, us: string): string {
  return person.server_name === us ? `@${person.local_id}` : person.fqid;
}

/** The participant ids of the members whom a text names. */
export function findMentions(body: string, members: Member[], us: string): string[] {
  const named = new Set([...body.matchAll(MENTION)].map((match) => match[2]));
  return members
    .map((member) => member.participant)
    .filter((person) => named.has(person.fqid) || (person.server_name === us && named.has(`@${person.local_id}`)))
    .map((person) => person.id);
}

/** The word that is being typed at `caret` if it is the beginning of a mention, without its "@". */
export function mentionAtCaret(text: string, caret: number): { from: number; query: string } | null {
  const match = /(^|[\s(])@([a-z0-9._:-]*)$/i.exec(text.slice(0, caret));
  if (!match) return null;
  const query = match[2] ?? '';
  return { from: caret - query.length - 1, query: query.toLowerCase() };
}

/** Members whose name or address begins with or contains the query; beginnings first. */
export function matchMembers(members: Member[], query: string, limit: number): Participant[] {
  const scored = members.map(({ participant }) => {
    const texts = [participant.local_id, participant.display_name.toLowerCase(), participant.fqid.slice(1)];
    const score = texts.some((text) => text.startsWith(query)) ? 0 : texts.some((text) => text.includes(query)) ? 1 : 2;
    return { participant, score };
  });
  return scored
    .filter(({ score }) => score < 2)
    .sort((a, b) => a.score - b.score || a.participant.display_name.localeCompare(b.participant.display_name))
    .slice(0, limit)
    .map(({ participant }) => participant);
}
