import * as acm from '@aws-sdk/client-acm'
import * as ec2 from '@aws-sdk/client-ec2'
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2'
import * as iam from '@aws-sdk/client-iam'
import * as organizations from '@aws-sdk/client-organizations'
import * as serviceQuotas from '@aws-sdk/client-service-quotas'
import * as sts from '@aws-sdk/client-sts'
import type { AwsService } from '../aws/service.ts'

/**
 * The services that clients may address, by the name in the signature's scope. A service may be known and have no
 * operation yet: then each of them answers that it is not served, which is clearer than an unknown service.
 *
 * Versions and namespaces: reference section 0; the SDK's schemas hold neither.
 */
export const services = [
  {
    signingName: 'ec2',
    protocol: 'ec2Query',
    version: '2016-11-15',
    xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
    sdk: ec2,
  },
  {
    signingName: 'elasticloadbalancing',
    protocol: 'awsQuery',
    version: '2015-12-01',
    xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    sdk: elbv2,
  },
  {
    signingName: 'sts',
    protocol: 'awsQuery',
    version: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    sdk: sts,
  },
  {
    signingName: 'iam',
    protocol: 'awsQuery',
    version: '2010-05-08',
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    sdk: iam,
  },
  {
    signingName: 'organizations',
    protocol: 'awsJson1_1',
    version: '2016-11-28',
    xmlNamespace: '',
    targetPrefix: 'AWSOrganizationsV20161128',
    sdk: organizations,
  },
  {
    signingName: 'acm',
    protocol: 'awsJson1_1',
    version: '2015-12-08',
    xmlNamespace: '',
    targetPrefix: 'CertificateManager',
    sdk: acm,
  },
  {
    signingName: 'servicequotas',
    protocol: 'awsJson1_1',
    version: '2019-06-24',
    xmlNamespace: '',
    targetPrefix: 'ServiceQuotasV20190624',
    sdk: serviceQuotas,
  },
] as const satisfies readonly AwsService[]

export type ServiceName = (typeof services)[number]['signingName']
