import type { DescribeLaunchTemplatesRequest, DescribeLaunchTemplatesResult } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws/error.ts'
import type { Operation } from '../operation.ts'
import { type AbsentKind, findNothing } from './absent.ts'

const kind: AbsentKind = {
  notFound: (id) =>
    new AwsError(
      'InvalidLaunchTemplateId.NotFound',
      `The specified launch template, with template ID ${id}, does not exist.`,
    ),
  filterNames: ['create-time', 'launch-template-name'],
  min: 1,
  max: 200,
}

/**
 * There are no launch templates.
 *
 * Source: EC2 API Reference, DescribeLaunchTemplates. The error's text is from memory.
 *
 * @throws InvalidLaunchTemplateId.NotFound, InvalidParameterValue, InvalidNextToken
 */
export const describeLaunchTemplates: Operation<DescribeLaunchTemplatesRequest, DescribeLaunchTemplatesResult> = {
  action: 'ec2:DescribeLaunchTemplates',
  kind: 'read',

  handle(input) {
    findNothing(
      { ids: input.LaunchTemplateIds ?? input.LaunchTemplateNames, filters: input.Filters, page: input },
      kind,
    )
    return { LaunchTemplates: [] }
  },
}
