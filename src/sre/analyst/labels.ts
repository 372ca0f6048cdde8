/** What a label says, whoever named it: makers of agents and exporters put their own words around the same few. Pure. */

/** Put before it: where the label was read. */
const BEFORE = /^(dimension|exported|label|tag|k8s|kube|kubernetes|cloud|http|rpc|grpc|net|messaging)_/;
/** Put after it: that it is a name. */
const AFTER = /_(name|id|identifier|address)$/;
const SAME: Record<string, string> = {
  availability_zone: 'zone',
  az: 'zone',
  dc: 'zone',
  datacenter: 'zone',
  build: 'version',
  app_version: 'version',
  service_version: 'version',
  service_instance: 'instance',
  response_status_code: 'status',
  status_code: 'status',
  error_type: 'reason',
};

/** `dimension_AvailabilityZone` as `zone`, `k8s_pod_name` as `pod`, `service_name` as `service`. */
export function plainLabel(label: string): string {
  const words = label
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[.-]/g, '_')
    .replace(BEFORE, '')
    .replace(AFTER, '');
  return SAME[words] ?? words;
}

/** One of these, by its own name or by what it says. */
export function isOne(labels: readonly string[], label: string): boolean {
  return labels.includes(label) || labels.includes(plainLabel(label));
}

/** Those of `labels` that are there, in this order, under the names that they bear. */
export function present(labels: readonly string[], there: Iterable<string>): string[] {
  const names = [...there];
  return [...new Set(labels.flatMap((label) => names.filter((name) => name === label || plainLabel(name) === label)))];
}

/** Labels that usually name what is measured, the likeliest first. */
export const OWNERS = [
  'service',
  'app',
  'application',
  'job',
  'deployment',
  'container',
  'database',
  'db',
  'cluster',
  'queue',
  'component',
];
