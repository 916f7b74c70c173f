// The schemas of the protocol, for the pages that check what somebody types. They bring zod along, which the first page does without.
import './no-eval.js';

export { DEFAULT_POLICY, fqidSchema, localIdSchema, serverNameSchema, serverPatternSchema } from '@scaiwave/protocol';
