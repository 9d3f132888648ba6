import type { TagSpecification, Tag as WireTag } from '@aws-sdk/client-ec2'
import type { Kind } from '../../resource/kind.ts'
import type { Tag } from '../../resource/tag.ts'
import * as errors from './errors.ts'

/** EC2 User Guide, "Tag restrictions". */
const maxTags = 50
const maxKeyLength = 128
const maxValueLength = 256

/** One id's prefix, the kind it names, and the name of that kind in TagSpecifications and DescribeTags. */
export interface TaggableType {
  readonly prefix: string
  readonly kind: Kind
  readonly resourceType: string
}

/** Longer prefixes first: `vpce-svc-` begins with `vpce-`. */
const taggableTypes: readonly TaggableType[] = [
  { prefix: 'vpce-svc-', kind: 'endpoint-service', resourceType: 'vpc-endpoint-service' },
  { prefix: 'vpce-', kind: 'vpc-endpoint', resourceType: 'vpc-endpoint' },
  { prefix: 'vpc-', kind: 'vpc', resourceType: 'vpc' },
  { prefix: 'subnet-', kind: 'subnet', resourceType: 'subnet' },
  { prefix: 'sgr-', kind: 'security-group-rule', resourceType: 'security-group-rule' },
  { prefix: 'sg-', kind: 'security-group', resourceType: 'security-group' },
  { prefix: 'eni-', kind: 'network-interface', resourceType: 'network-interface' },
  { prefix: 'rtb-', kind: 'route-table', resourceType: 'route-table' },
  { prefix: 'igw-', kind: 'internet-gateway', resourceType: 'internet-gateway' },
  { prefix: 'acl-', kind: 'network-acl', resourceType: 'network-acl' },
  { prefix: 'dopt-', kind: 'dhcp-options', resourceType: 'dhcp-options' },
  { prefix: 'pl-', kind: 'managed-prefix-list', resourceType: 'prefix-list' },
  { prefix: 'key-', kind: 'key-pair', resourceType: 'key-pair' },
  { prefix: 'fl-', kind: 'flow-log', resourceType: 'vpc-flow-log' },
  { prefix: 'i-', kind: 'instance', resourceType: 'instance' },
]

/** What an id names, by its prefix; undefined when it is the id of nothing that EC2 tags here. */
export function taggableTypeOf(id: string): TaggableType | undefined {
  return taggableTypes.find(({ prefix }) => id.startsWith(prefix))
}

/** What TagSpecifications and DescribeTags call a kind. */
export function resourceTypeOf(kind: Kind): string {
  return taggableTypes.find((type) => type.kind === kind)?.resourceType ?? kind
}

/**
 * The tags that a create call gives to what it makes.
 *
 * @param resourceType the one type this call makes; a specification for another is refused
 * @param alsoAccepted types that the call makes too and that the caller reads with a second call of this function
 * @throws InvalidParameterValue, TagLimitExceeded
 */
export function tagsFromSpecifications(
  specifications: readonly TagSpecification[] | undefined,
  resourceType: string,
  alsoAccepted: readonly string[] = [],
): readonly Tag[] {
  const tags: WireTag[] = []
  for (const { ResourceType: type, Tags } of specifications ?? []) {
    if (type === undefined) throw errors.missingParameter('ResourceType')
    if (type !== resourceType && !alsoAccepted.includes(type)) throw errors.invalidTaggableType(type)
    if (!Tags || Tags.length === 0) throw errors.invalidParameterValue('Tag specification must have at least one tag')
    if (type === resourceType) tags.push(...Tags)
  }
  return checkedTags(tags)
}

/** Tags as the caller wrote them, checked and in our form. */
export function checkedTags(tags: readonly WireTag[]): readonly Tag[] {
  const seen = new Set<string>()
  const checked = tags.map(({ Key: key = '', Value: value = '' }) => {
    checkTagKey(key)
    if (value.length > maxValueLength) throw errors.tagValueTooLong()
    if (seen.has(key)) throw errors.tagKeyDuplicate(key)
    seen.add(key)
    return { key, value }
  })
  if (checked.length > maxTags) throw errors.tagLimitExceeded()
  return checked
}

export function checkTagKey(key: string): void {
  if (key === '') throw errors.tagKeyEmpty()
  if (key.toLowerCase().startsWith('aws:')) throw errors.tagKeyReserved()
  if (key.length > maxKeyLength) throw errors.tagKeyTooLong()
}

/** Old tags with new ones on top; a key keeps its place. */
export function mergeTags(old: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const merged = new Map(old.map((tag) => [tag.key, tag]))
  for (const tag of added) merged.set(tag.key, tag)
  if (merged.size > maxTags) throw errors.tagLimitExceeded()
  return [...merged.values()]
}

export function toWireTags(tags: readonly Tag[]): WireTag[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }))
}

export function fromWireTags(tags: readonly WireTag[] | undefined): readonly Tag[] {
  return (tags ?? []).map(({ Key: key = '', Value: value = '' }) => ({ key, value }))
}
