import type { DescribeVolumesRequest, DescribeVolumesResult } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'
import { type AbsentKind, findNothing } from './absent.ts'

const kind: AbsentKind = {
  notFound: (id) => new AwsError('InvalidVolume.NotFound', `The volume '${id}' does not exist.`),
  filterNames: [
    'attachment.attach-time',
    'attachment.delete-on-termination',
    'attachment.device',
    'attachment.instance-id',
    'attachment.status',
    'availability-zone',
    'availability-zone-id',
    'create-time',
    'encrypted',
    'fast-restored',
    'multi-attach-enabled',
    'operator.managed',
    'operator.principal',
    'size',
    'snapshot-id',
    'status',
    'volume-id',
    'volume-type',
  ],
}

/**
 * There are no volumes: instances have no disks.
 *
 * Source: EC2 API Reference, DescribeVolumes. The error's text is from memory.
 *
 * @throws InvalidVolume.NotFound, InvalidParameterValue, InvalidNextToken
 */
export const describeVolumes: Operation<DescribeVolumesRequest, DescribeVolumesResult> = {
  action: 'ec2:DescribeVolumes',
  kind: 'read',

  handle(input) {
    findNothing({ ids: input.VolumeIds, filters: input.Filters, page: input }, kind)
    return { Volumes: [] }
  },
}
