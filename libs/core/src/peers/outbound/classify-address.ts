import ipaddr from 'ipaddr.js';

/** `public`: anybody's; `internal`: only for peers declared private; `never`: no server of anybody can be there, or it is a machine's own secret service. */
export type AddressClass = 'public' | 'internal' | 'never';

/** Where clouds serve credentials to whoever asks from inside. */
const METADATA = new Set(['169.254.169.254', '169.254.170.2', '169.254.170.23', '100.100.100.200', '192.0.0.192', '168.63.129.16', 'fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254']);
const INTERNAL = new Set(['private', 'loopback', 'linkLocal', 'carrierGradeNat', 'uniqueLocal', 'deprecatedSiteLocal']);
/** Of IPv6, only 2000::/3 is given out as global unicast (RFC 4291 §2.4). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** What kind of address this is, by its number alone. Unknown text is `never`. */
export function classifyAddress(text: string): AddressClass {
  if (!ipaddr.isValid(text)) return 'never';
  const address = ipaddr.parse(text);
  return address instanceof ipaddr.IPv6 ? classifyV6(address) : classifyV4(address);
}

function classifyV4(address: ipaddr.IPv4): AddressClass {
  if (METADATA.has(address.toString())) return 'never';
  const range = address.range();
  if (range === 'unicast') return 'public';
  return INTERNAL.has(range) ? 'internal' : 'never';
}

function classifyV6(address: ipaddr.IPv6): AddressClass {
  if (METADATA.has(address.toString())) return 'never';
  const embedded = embeddedV4(address);
  // A public IPv4 address behind a mapping is reached by another way than it was looked at: never taken as public.
  if (embedded) return classifyV4(embedded) === 'never' ? 'never' : 'internal';
  const range = address.range();
  if (INTERNAL.has(range)) return 'internal';
  return range === 'unicast' && address.match(GLOBAL_UNICAST) ? 'public' : 'never';
}

/** The IPv4 address inside an IPv4-mapped, IPv4-compatible or NAT64 address (RFC 4291 §2.5.5, RFC 6052). */
function embeddedV4(address: ipaddr.IPv6): ipaddr.IPv4 | null {
  const parts = address.parts;
  const isMapped = address.range() === 'ipv4Mapped' || address.range() === 'rfc6052' || address.range() === 'rfc6145';
  const isCompatible = parts.slice(0, 6).every((part) => part === 0) && (parts[6] ?? 0) > 0;
  if (!isMapped && !isCompatible) return null;
  const [high = 0, low = 0] = parts.slice(6);
  return new ipaddr.IPv4([high >> 8, high & 255, low >> 8, low & 255]);
}
