import { AwsError } from '../../aws/error.ts'
import { idErrors } from './errors.ts'

/**
 * The errors of what goes with instances: key pairs, images; and of flow logs. Codes and texts: see `errors.ts`; "from
 * memory" where no quoted answer was at hand.
 */

// States

export const mayNotBe = (what: 'terminated' | 'stopped', instanceId: string, attribute: string) =>
  new AwsError(
    'OperationNotPermitted',
    `The instance '${instanceId}' may not be ${what}. Modify its '${attribute}' instance attribute and try again.`,
  )

export const cannotBe = (what: 'started' | 'stopped', instanceId: string) =>
  new AwsError('IncorrectInstanceState', `The instance '${instanceId}' is not in a state from which it can be ${what}.`)

export const mustBeStopped = (instanceId: string) =>
  new AwsError('IncorrectInstanceState', `The instance '${instanceId}' is not in the 'stopped' state.`)

// Key pairs

/** A key pair's id. AWS says `InvalidKeyPair.NotFound` for an unknown name and for an unknown id. */
export const keyPairId = {
  ...idErrors('InvalidParameterValue', 'InvalidKeyPair.NotFound', 'key', 'key pair', 'key pairs'),
  notFound: (...ids: readonly string[]) => keyPairNotFound(...ids),
}

export const keyPairNotFound = (...names: readonly string[]) =>
  new AwsError(
    'InvalidKeyPair.NotFound',
    names.length > 1 ? `The key pairs '${names.join(', ')}' do not exist` : `The key pair '${names[0]}' does not exist`,
  )

export const keyPairDuplicate = (keyName: string) =>
  new AwsError('InvalidKeyPair.Duplicate', `The keypair '${keyName}' already exists.`)

export const keyPairFormat = () => new AwsError('InvalidKey.Format', 'Key is not in valid OpenSSH public key format')

// Images

/** Observed, with its brackets. */
export const imageNotFound = (ids: readonly string[]) =>
  new AwsError(
    'InvalidAMIID.NotFound',
    ids.length > 1 ? `The image ids '[${ids.join(', ')}]' do not exist` : `The image id '[${ids[0]}]' does not exist`,
  )

// Flow logs

/** Text as recorded for several; one id is written the same way. */
export const flowLogNotFound = (...ids: readonly string[]) =>
  new AwsError(
    'InvalidFlowLogId.NotFound',
    `These flow log ids in the input list are not found: [TotalCount: ${ids.length}] ${ids.join(' ')}`,
  )

export const flowLogId = {
  ...idErrors('InvalidFlowLogId.Malformed', 'InvalidFlowLogId.NotFound', 'fl', 'flow log', 'flow logs'),
  notFound: flowLogNotFound,
}

export const flowLogAlreadyExists = () =>
  new AwsError(
    'FlowLogAlreadyExists',
    'Error. There is an existing Flow Log with the same configuration and log destination.',
  )
