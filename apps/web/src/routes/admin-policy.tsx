import { Loaded } from '../components/loaded.js';
import { PolicyForm } from '../features/policy/policy-form.js';
import { usePolicy } from '../features/policy/use-policy.js';

export function AdminPolicyPage() {
  const policy = usePolicy();
  return <Loaded query={policy}>{(data) => <PolicyForm policy={data} />}</Loaded>;
}
