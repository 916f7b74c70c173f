import { Injectable } from '@nestjs/common';

/** How long an invite call waits, in milliseconds of real time. Tests give shorter ones. */
@Injectable()
export class InviteTimings {
  /** the whole call, from its first check to its answer */
  readonly callMs: number = 8_000;
  /** for the descriptor of a server that was never met */
  readonly descriptorMs: number = 6_000;
  /** for a host to say whether the invitee's server has the invitation; one that does not say so is believed to have delivered it */
  readonly secondHopMs: number = 3_000;
}
