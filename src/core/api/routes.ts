/** Every endpoint, one line each: what it reads and the verb that answers. */
import { archiveAgent } from './agents/archive.ts';
import { createAgent } from './agents/create.ts';
import { listAgents } from './agents/list.ts';
import { retrieveAgent } from './agents/retrieve.ts';
import { agentCreate, agentListQuery, agentRetrieveQuery, agentUpdate, pageQuery } from './agents/schema.ts';
import { updateAgent } from './agents/update.ts';
import { listAgentVersions } from './agents/versions/list.ts';
import { deploymentRunListQuery, listDeploymentRuns } from './deployment-runs/list.ts';
import { retrieveDeploymentRun } from './deployment-runs/retrieve.ts';
import { archiveDeployment } from './deployments/archive.ts';
import { createDeployment } from './deployments/create.ts';
import { listDeployments } from './deployments/list.ts';
import { pauseDeployment, unpauseDeployment } from './deployments/pause.ts';
import { retrieveDeployment } from './deployments/retrieve.ts';
import { runDeployment } from './deployments/run.ts';
import { deploymentCreate, deploymentListQuery, deploymentUpdate } from './deployments/schema.ts';
import { updateDeployment } from './deployments/update.ts';
import { dreamRoutes } from './dreams/routes.ts';
import { archiveEnvironment } from './environments/archive.ts';
import { createEnvironment } from './environments/create.ts';
import { deleteEnvironment } from './environments/delete.ts';
import { createEnvironmentKey } from './environments/keys/create.ts';
import { listEnvironmentKeys } from './environments/keys/list.ts';
import { revokeEnvironmentKey } from './environments/keys/revoke.ts';
import { rotateEnvironmentKey } from './environments/keys/rotate.ts';
import { environmentKeyCreate, environmentKeyListQuery, keyRotate } from './environments/keys/schema.ts';
import { listEnvironments } from './environments/list.ts';
import { retrieveEnvironment } from './environments/retrieve.ts';
import { environmentCreate, environmentListQuery, environmentUpdate } from './environments/schema.ts';
import { updateEnvironment } from './environments/update.ts';
import { ackWork } from './environments/work/ack.ts';
import { heartbeatWork } from './environments/work/heartbeat.ts';
import { listWork } from './environments/work/list.ts';
import { pollWork } from './environments/work/poll.ts';
import { retrieveWork } from './environments/work/retrieve.ts';
import { workHeartbeatQuery, workListQuery, workStop, workUpdate } from './environments/work/schema.ts';
import { workStats } from './environments/work/stats.ts';
import { stopWork } from './environments/work/stop.ts';
import { updateWork } from './environments/work/update.ts';
import { deleteFile } from './files/delete.ts';
import { downloadFile } from './files/download.ts';
import { listFiles } from './files/list.ts';
import { retrieveFileMetadata } from './files/retrieve-metadata.ts';
import { fileListQuery } from './files/schema.ts';
import { uploadFile } from './files/upload.ts';
import { archiveMemoryStore } from './memory-stores/archive.ts';
import { createMemoryStore } from './memory-stores/create.ts';
import { deleteMemoryStore } from './memory-stores/delete.ts';
import { listMemoryStores } from './memory-stores/list.ts';
import { createMemory } from './memory-stores/memories/create.ts';
import { deleteMemory } from './memory-stores/memories/delete.ts';
import { listMemories } from './memory-stores/memories/list.ts';
import { retrieveMemory } from './memory-stores/memories/retrieve.ts';
import {
  memoryCreate,
  memoryDeleteQuery,
  memoryListQuery,
  memoryQuery,
  memoryUpdate,
} from './memory-stores/memories/schema.ts';
import { updateMemory } from './memory-stores/memories/update.ts';
import { listMemoryVersions } from './memory-stores/memory-versions/list.ts';
import { redactMemoryVersion } from './memory-stores/memory-versions/redact.ts';
import { retrieveMemoryVersion } from './memory-stores/memory-versions/retrieve.ts';
import { memoryVersionListQuery } from './memory-stores/memory-versions/schema.ts';
import { retrieveMemoryStore } from './memory-stores/retrieve.ts';
import { memoryStoreCreate, memoryStoreListQuery, memoryStoreUpdate } from './memory-stores/schema.ts';
import { updateMemoryStore } from './memory-stores/update.ts';
import { countTokens, createMessage } from './messages/forward.ts';
import { listModels } from './models/list.ts';
import { retrieveModel } from './models/retrieve.ts';
import { modelListQuery } from './models/schema.ts';
import { openApiRoute } from './openapi/serve.ts';
import { bytes, json, type Route, raw } from './route.ts';
import { archiveSession } from './sessions/archive.ts';
import { createSession } from './sessions/create.ts';
import { deleteSession } from './sessions/delete.ts';
import { listEvents } from './sessions/events/list.ts';
import { eventListQuery, sendBody } from './sessions/events/schema.ts';
import { sendEvents } from './sessions/events/send.ts';
import { streamEvents } from './sessions/events/stream.ts';
import { forkSession } from './sessions/fork.ts';
import { listSessions } from './sessions/list.ts';
import { addSessionResource } from './sessions/resources/add.ts';
import { deleteSessionResource } from './sessions/resources/delete.ts';
import { listSessionResources } from './sessions/resources/list.ts';
import { retrieveSessionResource } from './sessions/resources/retrieve.ts';
import { resourceUpdate, updateSessionResource } from './sessions/resources/update.ts';
import { retrieveSession } from './sessions/retrieve.ts';
import {
  fileResource,
  resourceListQuery,
  sessionCreate,
  sessionFork,
  sessionListQuery,
  sessionUpdate,
  threadEventListQuery,
  threadListQuery,
} from './sessions/schema.ts';
import { archiveThread } from './sessions/threads/archive.ts';
import { listThreadEvents } from './sessions/threads/events/list.ts';
import { streamThreadEvents } from './sessions/threads/events/stream.ts';
import { listThreads } from './sessions/threads/list.ts';
import { retrieveThread } from './sessions/threads/retrieve.ts';
import { updateSession } from './sessions/update.ts';
import { createSkill } from './skills/create.ts';
import { deleteSkill } from './skills/delete.ts';
import { listSkills } from './skills/list.ts';
import { retrieveSkill } from './skills/retrieve.ts';
import { skillListQuery, skillVersionListQuery } from './skills/schema.ts';
import { createSkillVersion } from './skills/versions/create.ts';
import { deleteSkillVersion } from './skills/versions/delete.ts';
import { downloadSkillVersion } from './skills/versions/download.ts';
import { listSkillVersions } from './skills/versions/list.ts';
import { retrieveSkillVersion } from './skills/versions/retrieve.ts';
import { tunnelRoutes } from './tunnels/routes.ts';
import { userProfileRoutes } from './user-profiles/routes.ts';
import { archiveVault } from './vaults/archive.ts';
import { createVault } from './vaults/create.ts';
import { archiveCredential } from './vaults/credentials/archive.ts';
import { createCredential } from './vaults/credentials/create.ts';
import { deleteCredential } from './vaults/credentials/delete.ts';
import { listCredentials } from './vaults/credentials/list.ts';
import { mcpOAuthValidate } from './vaults/credentials/mcp-oauth-validate.ts';
import { retrieveCredential } from './vaults/credentials/retrieve.ts';
import { credentialCreate, credentialListQuery, credentialUpdate } from './vaults/credentials/schema.ts';
import { updateCredential } from './vaults/credentials/update.ts';
import { deleteVault } from './vaults/delete.ts';
import { listVaults } from './vaults/list.ts';
import { retrieveVault } from './vaults/retrieve.ts';
import { vaultCreate, vaultListQuery, vaultUpdate } from './vaults/schema.ts';
import { updateVault } from './vaults/update.ts';
import { webhookEndpointRoutes } from './webhook-endpoints/routes.ts';
import { workspaceRoutes } from './workspaces/routes.ts';

const agent = '/agents/:agent_id';
const environment = '/environments/:environment_id';
const work = '/environments/:environment_id/work/:work_id';
const environmentKeys = '/admin/environments/:environment_id/keys';
const session = '/sessions/:session_id';
const file = '/files/:file_id';
const deployment = '/deployments/:deployment_id';
const vault = '/vaults/:vault_id';
const credential = '/vaults/:vault_id/credentials/:credential_id';
const skill = '/skills/:skill_id';
const memoryStore = '/memory_stores/:memory_store_id';
const memory = '/memory_stores/:memory_store_id/memories/:memory_id';
const memoryVersion = '/memory_stores/:memory_store_id/memory_versions/:memory_version_id';

const described: readonly Route[] = [
  json('POST', '/agents', { body: agentCreate }, createAgent),
  json('GET', '/agents', { query: agentListQuery }, listAgents),
  json('GET', agent, { query: agentRetrieveQuery }, retrieveAgent),
  json('POST', agent, { body: agentUpdate }, updateAgent),
  json('POST', `${agent}/archive`, {}, archiveAgent),
  json('GET', `${agent}/versions`, { query: pageQuery }, listAgentVersions),

  json('POST', '/environments', { body: environmentCreate }, createEnvironment),
  json('GET', '/environments', { query: environmentListQuery }, listEnvironments),
  json('GET', environment, {}, retrieveEnvironment),
  json('POST', environment, { body: environmentUpdate }, updateEnvironment),
  json('DELETE', environment, {}, deleteEnvironment),
  json('POST', `${environment}/archive`, {}, archiveEnvironment),
  raw('GET', `${environment}/work/poll`, pollWork),
  json('GET', `${environment}/work/stats`, {}, workStats),
  json('GET', `${environment}/work`, { query: workListQuery }, listWork),
  json('GET', work, {}, retrieveWork),
  json('POST', work, { body: workUpdate }, updateWork),
  json('POST', `${work}/ack`, {}, ackWork),
  json('POST', `${work}/heartbeat`, { query: workHeartbeatQuery }, heartbeatWork),
  json('POST', `${work}/stop`, { body: workStop }, stopWork),
  // Ours: the hosted service makes these keys in its console only.
  json('POST', environmentKeys, { body: environmentKeyCreate }, createEnvironmentKey),
  json('GET', environmentKeys, { query: environmentKeyListQuery }, listEnvironmentKeys),
  json('POST', `${environmentKeys}/:key_id/rotate`, { body: keyRotate }, rotateEnvironmentKey),
  json('POST', `${environmentKeys}/:key_id/revoke`, {}, revokeEnvironmentKey),

  json('POST', '/sessions', { body: sessionCreate }, createSession),
  json('GET', '/sessions', { query: sessionListQuery }, listSessions),
  json('GET', session, {}, retrieveSession),
  json('POST', session, { body: sessionUpdate }, updateSession),
  json('DELETE', session, {}, deleteSession),
  json('POST', `${session}/archive`, {}, archiveSession),
  json('POST', `${session}/fork`, { body: sessionFork }, forkSession),
  json('POST', `${session}/events`, { body: sendBody }, sendEvents),
  json('GET', `${session}/events`, { query: eventListQuery }, listEvents),
  raw('GET', `${session}/events/stream`, streamEvents),
  // The same under the path that older guides ask with curl.
  raw('GET', `${session}/stream`, streamEvents),
  json('GET', `${session}/resources`, { query: resourceListQuery }, listSessionResources),
  json('POST', `${session}/resources`, { body: fileResource }, addSessionResource),
  json('GET', `${session}/resources/:resource_id`, {}, retrieveSessionResource),
  json('DELETE', `${session}/resources/:resource_id`, {}, deleteSessionResource),
  json('POST', `${session}/resources/:resource_id`, { body: resourceUpdate }, updateSessionResource),
  json('GET', `${session}/threads`, { query: threadListQuery }, listThreads),
  json('GET', `${session}/threads/:thread_id`, {}, retrieveThread),
  json('POST', `${session}/threads/:thread_id/archive`, {}, archiveThread),
  json('GET', `${session}/threads/:thread_id/events`, { query: threadEventListQuery }, listThreadEvents),
  raw('GET', `${session}/threads/:thread_id/stream`, streamThreadEvents),

  json('POST', '/deployments', { body: deploymentCreate }, createDeployment),
  json('GET', '/deployments', { query: deploymentListQuery }, listDeployments),
  json('GET', deployment, {}, retrieveDeployment),
  json('POST', deployment, { body: deploymentUpdate }, updateDeployment),
  json('POST', `${deployment}/archive`, {}, archiveDeployment),
  json('POST', `${deployment}/pause`, {}, pauseDeployment),
  json('POST', `${deployment}/unpause`, {}, unpauseDeployment),
  json('POST', `${deployment}/run`, {}, runDeployment),
  json('GET', '/deployment_runs', { query: deploymentRunListQuery }, listDeploymentRuns),
  json('GET', '/deployment_runs/:deployment_run_id', {}, retrieveDeploymentRun),

  json('POST', '/vaults', { body: vaultCreate }, createVault),
  json('GET', '/vaults', { query: vaultListQuery }, listVaults),
  json('GET', vault, {}, retrieveVault),
  json('POST', vault, { body: vaultUpdate }, updateVault),
  json('DELETE', vault, {}, deleteVault),
  json('POST', `${vault}/archive`, {}, archiveVault),
  json('POST', `${vault}/credentials`, { body: credentialCreate }, createCredential),
  json('GET', `${vault}/credentials`, { query: credentialListQuery }, listCredentials),
  json('GET', credential, {}, retrieveCredential),
  json('POST', credential, { body: credentialUpdate }, updateCredential),
  json('DELETE', credential, {}, deleteCredential),
  json('POST', `${credential}/archive`, {}, archiveCredential),
  json('POST', `${credential}/mcp_oauth_validate`, {}, mcpOAuthValidate),

  raw('POST', '/files', uploadFile),
  json('GET', '/files', { query: fileListQuery }, listFiles),
  json('GET', file, {}, retrieveFileMetadata),
  raw('GET', `${file}/content`, downloadFile),
  json('DELETE', file, {}, deleteFile),

  raw('POST', '/skills', createSkill),
  json('GET', '/skills', { query: skillListQuery }, listSkills),
  json('GET', skill, {}, retrieveSkill),
  json('DELETE', skill, {}, deleteSkill),
  raw('POST', `${skill}/versions`, createSkillVersion),
  json('GET', `${skill}/versions`, { query: skillVersionListQuery }, listSkillVersions),
  json('GET', `${skill}/versions/:version`, {}, retrieveSkillVersion),
  json('DELETE', `${skill}/versions/:version`, {}, deleteSkillVersion),
  raw('GET', `${skill}/versions/:version/content`, downloadSkillVersion),

  json('POST', '/memory_stores', { body: memoryStoreCreate }, createMemoryStore),
  json('GET', '/memory_stores', { query: memoryStoreListQuery }, listMemoryStores),
  json('GET', memoryStore, {}, retrieveMemoryStore),
  json('POST', memoryStore, { body: memoryStoreUpdate }, updateMemoryStore),
  json('DELETE', memoryStore, {}, deleteMemoryStore),
  json('POST', `${memoryStore}/archive`, {}, archiveMemoryStore),
  json('POST', `${memoryStore}/memories`, { query: memoryQuery, body: memoryCreate }, createMemory),
  json('GET', `${memoryStore}/memories`, { query: memoryListQuery }, listMemories),
  json('GET', memory, { query: memoryQuery }, retrieveMemory),
  json('POST', memory, { query: memoryQuery, body: memoryUpdate }, updateMemory),
  // The same as older guides ask it with curl.
  json('PATCH', memory, { query: memoryQuery, body: memoryUpdate }, updateMemory),
  json('DELETE', memory, { query: memoryDeleteQuery }, deleteMemory),
  json('GET', `${memoryStore}/memory_versions`, { query: memoryVersionListQuery }, listMemoryVersions),
  json('GET', memoryVersion, { query: memoryQuery }, retrieveMemoryVersion),
  json('POST', `${memoryVersion}/redact`, {}, redactMemoryVersion),

  json('GET', '/models', { query: modelListQuery }, listModels),
  json('GET', '/models/:model_id', {}, retrieveModel),
  bytes('POST', '/messages', createMessage),
  bytes('POST', '/messages/count_tokens', countTokens),

  ...dreamRoutes,
  ...tunnelRoutes,
  ...userProfileRoutes,
  ...webhookEndpointRoutes,
  ...workspaceRoutes,
];

export const routes: readonly Route[] = [...described, openApiRoute(described)];
