import { type AgentKind, agentKinds, type Change, type Snapshot } from '../resource/kind.ts'

const isAgentKind = (kind: string): kind is AgentKind => (agentKinds as readonly string[]).includes(kind)

/**
 * A snapshot after some changes. The maps are changed in place: the agent has one snapshot, reads it synchronously, and
 * copying 10,000 entries for each change would cost more than compiling it. Values are never touched, so the compiler
 * still tells by identity what changed.
 */
export function applyChanges(snapshot: Snapshot, revision: number, changes: readonly Change[]): Snapshot {
  for (const { kind, id, value } of changes) {
    if (!isAgentKind(kind)) continue
    const resources = snapshot.resources[kind] as Map<string, unknown>
    if (value === undefined) resources.delete(id)
    else resources.set(id, value)
  }
  return { revision, resources: snapshot.resources }
}
