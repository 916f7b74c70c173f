import {
  Audit, AuditStore, BacklogStore, BeginSevering, DeleteTenant, InvitationStore, LeavingStore, ObserveLeaving, PeerStore, PolicyStore, PreviewSevering, RequestSevering, SeveringRequestBooks, SeveringStore,
  SharedRoomStore, TenantStore,
} from '@scaiwave/core/resources';
import type { Database } from '@scaiwave/database';
import type { Clock } from '@scaiwave/telemetry';

/** The use cases by which a tenant, or federation with one of its peers, comes to an end. Rows only: workers do what they say. */
export class LifecycleData {
  readonly deletion: DeleteTenant;
  readonly leaving: ObserveLeaving;
  readonly preview: PreviewSevering;
  readonly sever: RequestSevering;

  constructor(db: Database, clock: Clock) {
    const [peers, severings, shared] = [new PeerStore(), new SeveringStore(), new SharedRoomStore()];
    this.deletion = new DeleteTenant(db, new TenantStore(), clock);
    this.leaving = new ObserveLeaving(db, new BacklogStore(), new PolicyStore(), new LeavingStore());
    this.preview = new PreviewSevering(db, peers, shared, new InvitationStore());
    this.sever = new RequestSevering(db, new BeginSevering(peers, severings, shared, clock), new SeveringRequestBooks(peers, severings, shared, new Audit(clock, new AuditStore())), clock);
  }
}
