/** The same instrument under the names that three kinds of companies give it. */
import type { Company } from './company.ts';

export type Concept =
  | 'requests'
  | 'errors'
  | 'latency'
  | 'cpu'
  | 'memory'
  | 'limit'
  | 'restarts'
  | 'ready'
  | 'poolUsed'
  | 'poolMax'
  | 'poolWaiting'
  | 'clientLatency'
  | 'clientErrors'
  | 'dbCpu'
  | 'dbConnections'
  | 'dbRows'
  | 'dbCalls'
  | 'hits'
  | 'misses'
  | 'lag'
  | 'consumed'
  | 'diskFree'
  | 'node'
  | 'certificate'
  | 'dnsErrors'
  | 'probe'
  | 'business';
export interface Instrument {
  name: string;
  type: 'counter' | 'gauge' | 'summary';
  unit?: string;
  help?: string;
  /** What the neutral value is multiplied with: percent, nanocores. */
  scale?: number;
  /** Instead of the company's own label. */
  label?: string;
}
type Dialect = Record<Concept, Instrument>;

const counter = (name: string, label?: string): Instrument => ({ name, type: 'counter', ...(label ? { label } : {}) });
const gauge = (name: string, label?: string, scale = 1): Instrument => ({
  name,
  type: 'gauge',
  scale,
  ...(label ? { label } : {}),
});

const kubernetes: Dialect = {
  requests: counter('http_requests_total'),
  errors: counter('http_requests_total'),
  latency: { name: 'http_request_duration_seconds', type: 'summary', unit: 'seconds' },
  cpu: counter('container_cpu_usage_seconds_total'),
  memory: gauge('container_memory_working_set_bytes'),
  limit: gauge('kube_pod_container_resource_limits'),
  restarts: counter('kube_pod_container_status_restarts_total'),
  ready: gauge('kube_deployment_status_replicas_available', 'deployment'),
  poolUsed: gauge('go_sql_stats_connections_in_use'),
  poolMax: gauge('go_sql_stats_connections_max_open'),
  poolWaiting: counter('go_sql_stats_connections_waited_for_total'),
  clientLatency: { name: 'http_client_request_duration_seconds', type: 'summary', unit: 'seconds' },
  clientErrors: counter('http_client_requests_total'),
  dbCpu: gauge('instance:node_cpu_utilisation:ratio', 'instance'),
  dbConnections: gauge('pg_stat_activity_count', 'instance'),
  dbRows: counter('pg_stat_user_tables_seq_tup_read', 'instance'),
  dbCalls: counter('pg_stat_statements_calls_total', 'instance'),
  hits: counter('redis_keyspace_hits_total', 'instance'),
  misses: counter('redis_keyspace_misses_total', 'instance'),
  lag: gauge('kafka_consumergroup_lag', 'consumergroup'),
  consumed: counter('messages_consumed_total'),
  diskFree: gauge('node_filesystem_avail_bytes', 'instance'),
  node: gauge('kube_node_status_condition', 'node'),
  certificate: gauge('probe_ssl_earliest_cert_expiry', 'instance'),
  dnsErrors: counter('coredns_dns_responses_total'),
  probe: gauge('probe_success', 'instance'),
  business: counter('business_events_total'),
};
const datadog: Dialect = {
  requests: gauge('trace.http.request.hits'),
  errors: gauge('trace.http.request.errors'),
  latency: gauge('trace.http.request.duration'),
  cpu: gauge('kubernetes.cpu.usage.total', 'kube_deployment', 1e9),
  memory: gauge('kubernetes.memory.usage', 'kube_deployment'),
  limit: gauge('kubernetes.memory.limits', 'kube_deployment'),
  restarts: gauge('kubernetes.containers.restarts', 'kube_deployment'),
  ready: gauge('kubernetes_state.deployment.replicas_available', 'kube_deployment'),
  poolUsed: gauge('sqlalchemy.pool.checked_out'),
  poolMax: gauge('sqlalchemy.pool.size'),
  poolWaiting: gauge('sqlalchemy.pool.waiting'),
  clientLatency: gauge('trace.requests.request.duration'),
  clientErrors: gauge('trace.requests.request.errors'),
  dbCpu: gauge('aws.rds.cpuutilization', 'dbinstanceidentifier', 100),
  dbConnections: gauge('aws.rds.database_connections', 'dbinstanceidentifier'),
  dbRows: gauge('postgresql.rows_fetched', 'dbinstanceidentifier'),
  dbCalls: gauge('postgresql.queries.count', 'dbinstanceidentifier'),
  hits: gauge('redis.stats.keyspace_hits', 'redis_host'),
  misses: gauge('redis.stats.keyspace_misses', 'redis_host'),
  lag: gauge('kafka.consumer_lag', 'consumer_group'),
  consumed: gauge('kafka.consumer.records_consumed'),
  diskFree: gauge('system.disk.free', 'host'),
  node: gauge('kubernetes_state.node.ready', 'node'),
  certificate: gauge('http.ssl.days_left', 'instance'),
  dnsErrors: gauge('coredns.response_code_count'),
  probe: gauge('synthetics.http.success', 'check'),
  business: gauge('business.events'),
};
const spring: Dialect = {
  ...kubernetes,
  requests: counter('http_server_requests_seconds_count'),
  errors: counter('http_server_requests_seconds_count'),
  latency: { ...gauge('http_server_requests_seconds_max'), unit: 'seconds' },
  cpu: gauge('process_cpu_usage'),
  memory: gauge('jvm_memory_used_bytes'),
  limit: gauge('jvm_memory_max_bytes'),
  poolUsed: gauge('hikaricp_connections_active'),
  poolMax: gauge('hikaricp_connections_max'),
  poolWaiting: gauge('hikaricp_connections_pending'),
  clientLatency: { ...gauge('http_client_requests_seconds_max'), unit: 'seconds' },
  clientErrors: counter('http_client_requests_seconds_count'),
  dbCpu: gauge('aws_rds_cpuutilization_average', 'dbinstance_identifier', 100),
  dbConnections: gauge('aws_rds_database_connections_average', 'dbinstance_identifier'),
  dbRows: gauge('aws_rds_read_iops_average', 'dbinstance_identifier', 0.01),
  dbCalls: gauge('aws_rds_dbload_average', 'dbinstance_identifier', 0.001),
  hits: gauge('aws_elasticache_cache_hits_sum', 'cache_cluster_id', 60),
  misses: gauge('aws_elasticache_cache_misses_sum', 'cache_cluster_id', 60),
  lag: gauge('aws_sqs_approximate_number_of_messages_visible_maximum', 'queue_name'),
  consumed: counter('spring_integration_receive_total'),
  diskFree: gauge('aws_rds_free_storage_space_average', 'dbinstance_identifier'),
  node: gauge('aws_ec2_status_check_passed_minimum', 'instance_id'),
};

export function instrument(company: Company, concept: Concept): Instrument {
  return { kubernetes, datadog, spring }[company.dialect][concept];
}

/** What labels tell the failed requests from the others, where one counter holds both. */
export function statusLabels(company: Company, failed: boolean): Record<string, string> {
  switch (company.dialect) {
    case 'kubernetes':
      return { code: failed ? '500' : '200' };
    case 'spring':
      return { status: failed ? '500' : '200', outcome: failed ? 'SERVER_ERROR' : 'SUCCESS' };
    case 'datadog':
      return {};
  }
}
