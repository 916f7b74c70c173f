import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestNetwork, type Layout, type Person } from '@scaiwave/testing';
import { hex, MediaCaller, png } from '../integration/media-world.js';
import { sharedRoom } from './rooms-between-servers.js';

/** A file posted on one server is seen on the others of the room, and on no other. The same between installations and tenants of one. */
export function describeMediaBetweenServers(layout: Layout): void {
  describe(`files between servers (${layout})`, () => {
    let network: TestNetwork;
    let alice: Person;
    let bob: Person;
    let carol: Person;
    const callers: MediaCaller[] = [];
    const files = (person: Person): MediaCaller => {
      const caller = new MediaCaller({ address: `http://127.0.0.1:${network.apiPort(person.serverName)}`, host: person.serverName, token: () => person.token() });
      callers.push(caller);
      return caller;
    };
    const post = (person: Person, room: string, mediaId: string) => person.must('POST', `/v1/rooms/${room}/send`, { content: { msgtype: 'swp.media', body: '', media_id: mediaId } });

    beforeAll(async () => {
      network = await TestNetwork.create(['alpha', 'beta', 'gamma'], { layout });
      [alice, bob, carol] = await Promise.all([network.person('alice', 'alpha'), network.person('bob', 'beta'), network.person('carol', 'gamma')]);
    });
    afterAll(async () => {
      for (const caller of callers) caller.close();
      await network?.close();
    });

    it('carries a picture with its thumbnail to the other side, which serves it from a copy of its own', async () => {
      const room = await sharedRoom(network, alice, bob);
      const [picture, thumbnail] = [png(900, 600), png(30, 20)];
      const media = await files(alice).file(picture, 'beach.png', thumbnail);
      await post(alice, room, media.media_id);
      await network.settle();
      const [seen] = await bob.messages(room);
      expect(seen.content).toMatchObject({ msgtype: 'swp.media', media_id: media.media_id, thumbnail_id: media.thumbnail_id, name: 'beach.png', mime_type: 'image/png', size: picture.length, width: 900, height: 600 });
      const at = `server=${alice.serverName}`;
      expect((await files(bob).get(`/v1/media/download/${media.media_id}/thumbnail?${at}`)).bytes.equals(thumbnail)).toBe(true);
      const got = await files(bob).get(`/v1/media/download/${media.media_id}?${at}`);
      expect([got.status, got.bytes.equals(picture), got.headers['content-disposition']]).toEqual([200, true, "inline; filename*=UTF-8''beach.png"]);
      expect((await files(bob).get(`/v1/media/${media.media_id}/info`)).json.data).toMatchObject({ origin: alice.serverName, sha256: hex(picture), mime_type: 'image/png' });
      expect(await network.rows('beta', 'SELECT uploader FROM media WHERE tenant_id = $1 AND origin = $2', [alice.serverName])).toEqual([{ uploader: null }, { uploader: null }]);
    });

    it('carries a file of the guest’s to the host, too', async () => {
      const room = await sharedRoom(network, alice, bob);
      const media = await files(bob).file('%PDF-1.7 and so on', 'plan.pdf');
      await post(bob, room, media.media_id);
      await network.settle();
      const got = await files(alice).get(`/v1/media/download/${media.media_id}`);
      expect([got.status, got.headers['content-disposition'], got.bytes.toString()]).toEqual([200, "attachment; filename*=UTF-8''plan.pdf", '%PDF-1.7 and so on']);
    });

    it('gives nothing to a server that has nobody in the room, nor to its people', async () => {
      const room = await sharedRoom(network, alice, bob);
      const other = await sharedRoom(network, alice, carol, 'Elsewhere');
      const media = await files(alice).file(png(9, 9));
      await post(alice, room, media.media_id);
      expect((await files(carol).get(`/v1/media/download/${media.media_id}?server=${alice.serverName}`)).json.error.code).toBe('SW_MEDIA_NOT_FOUND');
      // What carol's server would ask if it believed her: alpha judges for itself.
      await network.rows('gamma', `INSERT INTO events (tenant_id, room_id, id, type, origin, origin_ts, payload, payload_sha256, content, state, room_seq, media_id, created_at)
        VALUES ($1, $2, gen_random_uuid(), 'swp.room.message', $3, 1, '{}', '', $4, 'sequenced', 1000000, $5, now())`,
      [other, alice.serverName, JSON.stringify({ msgtype: 'swp.media', body: 'x', media_id: media.media_id }), media.media_id]);
      const refused = await files(carol).get(`/v1/media/download/${media.media_id}?server=${alice.serverName}`);
      expect([refused.status, refused.json.error.code, refused.json.error.details]).toEqual([404, 'SW_MEDIA_NOT_FOUND', { by: alice.serverName }]);
      await network.rows('gamma', 'DELETE FROM events WHERE tenant_id = $1 AND room_seq = 1000000');
    });

    it('gives nothing any more once the message is removed', async () => {
      const room = await sharedRoom(network, alice, bob);
      const media = await files(alice).file(png(9, 9));
      const event = await post(alice, room, media.media_id);
      await network.settle();
      expect((await files(bob).get(`/v1/media/download/${media.media_id}`)).status).toBe(200);
      await alice.must('POST', `/v1/rooms/${room}/events/${event.id}/redact`, {});
      await network.settle();
      expect((await files(bob).get(`/v1/media/download/${media.media_id}`)).status).toBe(404);
    });

    if (layout === 'separate installations') {
      it('says that the other server cannot be reached, and shows the file once it is back', async () => {
        const room = await sharedRoom(network, alice, bob);
        const media = await files(alice).file(png(9, 9));
        await post(alice, room, media.media_id);
        await network.settle();
        await network.kill('alpha', 'api');
        const away = await files(bob).get(`/v1/media/download/${media.media_id}`);
        expect([away.status, away.json.error]).toEqual([502, expect.objectContaining({ code: 'SW_FED_PEER_UNREACHABLE', details: { by: 'us' } })]);
        await network.start('alpha', 'api');
        expect((await files(bob).get(`/v1/media/download/${media.media_id}`)).status).toBe(200);
      });
    }
  });
}
