import type { DescribeVolumesRequest, DescribeVolumesResult } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'

/**
 * Instances have no disks: every honest answer is an empty one.
 *
 * Source: EC2 API Reference, DescribeVolumes.
 *
 * @throws InvalidVolume.NotFound
 */
export const describeVolumes: Operation<DescribeVolumesRequest, DescribeVolumesResult> = {
  action: 'ec2:DescribeVolumes',
  kind: 'read',
  missing: ['there are no volumes: the list is always empty, and filters are not looked at'],

  handle({ VolumeIds: [id] = [] }) {
    if (id !== undefined) throw new AwsError('InvalidVolume.NotFound', `The volume '${id}' does not exist.`)
    return { Volumes: [] }
  },
}
