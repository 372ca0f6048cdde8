/** An environment's configuration after a change: pure. Omitted parts keep their value, null takes the default. */
import type { EnvironmentBody, Networking } from '../../documents.ts';
import { invalid } from '../errors.ts';
import { type ConfigInput, MANAGERS } from './schema.ts';

type Config = EnvironmentBody['config'];
type Cloud = Extract<Config, { type: 'cloud' }>;
type CloudInput = Extract<ConfigInput, { type: 'cloud' }>;

export function newConfig(input: ConfigInput | null | undefined): Config {
  if (input?.type === 'self_hosted') return { type: 'self_hosted' };
  return checked(mergeCloud(standardCloud(), input ?? { type: 'cloud' }));
}

export function mergeConfig(current: Config, input: ConfigInput | null | undefined): Config {
  if (input === undefined) return current;
  if (input === null) return current.type === 'cloud' ? standardCloud() : current;
  if (input.type !== current.type) {
    throw invalid(
      `config.type is fixed: this environment is ${current.type}; make another one instead`,
      'invalid_config_type_change',
    );
  }
  return current.type === 'cloud' && input.type === 'cloud' ? checked(mergeCloud(current, input)) : current;
}

function standardCloud(): Cloud {
  return { type: 'cloud', networking: { type: 'unrestricted' }, packages: noPackages() };
}

function noPackages(): Cloud['packages'] {
  return { type: 'packages', apt: [], cargo: [], gem: [], go: [], npm: [], pip: [] };
}

function mergeCloud(current: Cloud, input: CloudInput): Cloud {
  return {
    type: 'cloud',
    networking:
      input.networking === undefined ? current.networking : mergeNetwork(current.networking, input.networking),
    packages: input.packages === undefined ? current.packages : mergePackages(current.packages, input.packages),
  };
}

function mergeNetwork(current: Networking, input: CloudInput['networking']): Networking {
  if (input === null || input === undefined || input.type === 'unrestricted') return { type: 'unrestricted' };
  const before =
    current.type === 'limited'
      ? current
      : { allow_mcp_servers: false, allow_package_managers: false, allowed_hosts: [] };
  return {
    type: 'limited',
    allow_mcp_servers: kept(input.allow_mcp_servers, before.allow_mcp_servers, false),
    allow_package_managers: kept(input.allow_package_managers, before.allow_package_managers, false),
    allowed_hosts: kept(input.allowed_hosts, before.allowed_hosts, []),
  };
}

function mergePackages(current: Cloud['packages'], input: CloudInput['packages']): Cloud['packages'] {
  if (input === null || input === undefined) return noPackages();
  const packages = noPackages();
  for (const manager of MANAGERS) packages[manager] = kept(input[manager], current[manager], []);
  return packages;
}

function kept<Value>(given: Value | null | undefined, before: Value, standard: Value): Value {
  return given === undefined ? before : (given ?? standard);
}

function checked(config: Cloud): Cloud {
  const wanted = MANAGERS.some((manager) => config.packages[manager].length > 0);
  if (wanted && config.networking.type === 'limited' && !config.networking.allow_package_managers) {
    throw invalid('config.packages: installing needs networking.allow_package_managers: true');
  }
  return config;
}
