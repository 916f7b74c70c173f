import { Loaded } from '../components/loaded.js';
import { SigningKeysList } from '../features/keys/signing-keys.js';
import { useSigningKeys } from '../features/keys/use-signing-keys.js';

export function AdminKeysPage() {
  const signing = useSigningKeys();
  return <Loaded query={signing}>{(data) => <SigningKeysList signing={data} />}</Loaded>;
}
