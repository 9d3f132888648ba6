import { createHash } from 'node:crypto'

/**
 * AWS's own managed policies, as far as they are about services that are served here.
 *
 * Names, paths and ARNs are AWS's, since configurations name them. The documents say about the served services what
 * AWS's say; rights in services that do not exist here are left out, so the version is always v1 and the ids are ours.
 * Source: AWS Managed Policy Reference Guide.
 */
export interface AwsManagedPolicy {
  readonly policyId: string
  readonly policyArn: string
  readonly policyName: string
  /** Begins and ends with `/`. */
  readonly path: string
  readonly description: string
  readonly defaultVersionId: 'v1'
  readonly document: string
  /** ISO 8601; the day AWS published the first version. */
  readonly createdAt: string
}

interface Grant {
  readonly actions: readonly string[]
  readonly notActions?: readonly string[]
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

const allow = (...actions: string[]): Grant => ({ actions })

/** The service-linked roles that the owner of a full-access policy may need to make. */
const linkedRole = (...services: string[]): Grant => ({
  actions: ['iam:CreateServiceLinkedRole'],
  condition: { StringEquals: { 'iam:AWSServiceName': services } },
})

const describeVpc = [
  'ec2:DescribeAccountAttributes',
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeDhcpOptions',
  'ec2:DescribeFlowLogs',
  'ec2:DescribeInternetGateways',
  'ec2:DescribeManagedPrefixLists',
  'ec2:DescribeNetworkAcls',
  'ec2:DescribeNetworkInterfaceAttribute',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribePrefixLists',
  'ec2:DescribeRouteTables',
  'ec2:DescribeSecurityGroupReferences',
  'ec2:DescribeSecurityGroupRules',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeStaleSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeTags',
  'ec2:DescribeVpcAttribute',
  'ec2:DescribeVpcEndpointConnectionNotifications',
  'ec2:DescribeVpcEndpointConnections',
  'ec2:DescribeVpcEndpointServiceConfigurations',
  'ec2:DescribeVpcEndpointServicePermissions',
  'ec2:DescribeVpcEndpointServices',
  'ec2:DescribeVpcEndpoints',
  'ec2:DescribeVpcs',
  'ec2:GetSecurityGroupsForVpc',
]

const changeVpc = [
  'ec2:AcceptVpcEndpointConnections',
  'ec2:AssignIpv6Addresses',
  'ec2:AssignPrivateIpAddresses',
  'ec2:AssociateDhcpOptions',
  'ec2:AssociateRouteTable',
  'ec2:AssociateSubnetCidrBlock',
  'ec2:AssociateVpcCidrBlock',
  'ec2:AttachInternetGateway',
  'ec2:AttachNetworkInterface',
  'ec2:AuthorizeSecurityGroupEgress',
  'ec2:AuthorizeSecurityGroupIngress',
  'ec2:CreateDefaultSubnet',
  'ec2:CreateDefaultVpc',
  'ec2:CreateDhcpOptions',
  'ec2:CreateFlowLogs',
  'ec2:CreateInternetGateway',
  'ec2:CreateNetworkAcl',
  'ec2:CreateNetworkAclEntry',
  'ec2:CreateNetworkInterface',
  'ec2:CreateRoute',
  'ec2:CreateRouteTable',
  'ec2:CreateSecurityGroup',
  'ec2:CreateSubnet',
  'ec2:CreateTags',
  'ec2:CreateVpc',
  'ec2:CreateVpcEndpoint',
  'ec2:CreateVpcEndpointConnectionNotification',
  'ec2:CreateVpcEndpointServiceConfiguration',
  'ec2:DeleteDhcpOptions',
  'ec2:DeleteFlowLogs',
  'ec2:DeleteInternetGateway',
  'ec2:DeleteNetworkAcl',
  'ec2:DeleteNetworkAclEntry',
  'ec2:DeleteNetworkInterface',
  'ec2:DeleteRoute',
  'ec2:DeleteRouteTable',
  'ec2:DeleteSecurityGroup',
  'ec2:DeleteSubnet',
  'ec2:DeleteTags',
  'ec2:DeleteVpc',
  'ec2:DeleteVpcEndpointConnectionNotifications',
  'ec2:DeleteVpcEndpointServiceConfigurations',
  'ec2:DeleteVpcEndpoints',
  'ec2:DetachInternetGateway',
  'ec2:DetachNetworkInterface',
  'ec2:DisassociateRouteTable',
  'ec2:DisassociateSubnetCidrBlock',
  'ec2:DisassociateVpcCidrBlock',
  'ec2:ModifyNetworkInterfaceAttribute',
  'ec2:ModifySecurityGroupRules',
  'ec2:ModifySubnetAttribute',
  'ec2:ModifyVpcAttribute',
  'ec2:ModifyVpcEndpoint',
  'ec2:ModifyVpcEndpointConnectionNotification',
  'ec2:ModifyVpcEndpointServiceConfiguration',
  'ec2:ModifyVpcEndpointServicePermissions',
  'ec2:RejectVpcEndpointConnections',
  'ec2:ReplaceNetworkAclAssociation',
  'ec2:ReplaceNetworkAclEntry',
  'ec2:ReplaceRoute',
  'ec2:ReplaceRouteTableAssociation',
  'ec2:ResetNetworkInterfaceAttribute',
  'ec2:RevokeSecurityGroupEgress',
  'ec2:RevokeSecurityGroupIngress',
  'ec2:UnassignIpv6Addresses',
  'ec2:UnassignPrivateIpAddresses',
  'ec2:UpdateSecurityGroupRuleDescriptionsEgress',
  'ec2:UpdateSecurityGroupRuleDescriptionsIngress',
]

const readOrganization = ['organizations:Describe*', 'organizations:List*']
const readEverything = [
  'acm:Describe*',
  'acm:Get*',
  'acm:List*',
  'cloudwatch:Describe*',
  'cloudwatch:Get*',
  'cloudwatch:List*',
  'ec2:Describe*',
  'ec2:Get*',
  'elasticloadbalancing:Describe*',
  'elasticloadbalancing:Get*',
  'iam:Get*',
  'iam:List*',
  'logs:Describe*',
  'logs:FilterLogEvents',
  'logs:Get*',
  ...readOrganization,
  'route53:Get*',
  'route53:List*',
  'servicequotas:Get*',
  'servicequotas:List*',
  'sns:Get*',
  'sns:List*',
  'sts:GetAccessKeyInfo',
  'sts:GetCallerIdentity',
]

const job = '/job-function/'
const serviceRole = '/aws-service-role/'

const policies: readonly AwsManagedPolicy[] = [
  policy('AdministratorAccess', '2015-02-06T18:39:46Z', 'Provides full access to AWS services and resources.', [
    allow('*'),
  ]),
  policy(
    'PowerUserAccess',
    '2015-02-06T18:39:47Z',
    'Provides full access to AWS services and resources, but does not allow management of Users and groups.',
    [
      { actions: [], notActions: ['iam:*', 'organizations:*', 'account:*'] },
      allow(
        'iam:CreateServiceLinkedRole',
        'iam:DeleteServiceLinkedRole',
        'iam:ListRoles',
        'organizations:DescribeEffectivePolicy',
        'organizations:DescribeOrganization',
      ),
    ],
  ),
  policy('ReadOnlyAccess', '2015-02-06T18:39:48Z', 'Provides read-only access to AWS services and resources.', [
    allow(...readEverything, 'iam:SimulateCustomPolicy', 'iam:SimulatePrincipalPolicy'),
  ]),
  policy(
    'ViewOnlyAccess',
    '2016-11-10T17:20:15Z',
    'This policy grants permissions to view resources and basic metadata across all AWS services.',
    [
      allow(
        'acm:ListCertificates',
        'cloudwatch:Describe*',
        'cloudwatch:List*',
        'ec2:Describe*',
        'elasticloadbalancing:Describe*',
        'iam:GetAccountSummary',
        'iam:List*',
        'logs:Describe*',
        'organizations:List*',
        'route53:List*',
        'servicequotas:List*',
        'sns:List*',
      ),
    ],
    job,
  ),
  policy(
    'SecurityAudit',
    '2015-02-06T18:41:01Z',
    'The security audit template grants access to read security configuration metadata.',
    [
      allow(
        'acm:DescribeCertificate',
        'acm:ListCertificates',
        'cloudwatch:Describe*',
        'ec2:Describe*',
        'ec2:GetManagedPrefixListAssociations',
        'ec2:GetManagedPrefixListEntries',
        'elasticloadbalancing:Describe*',
        'iam:GenerateCredentialReport',
        'iam:Get*',
        'iam:List*',
        'iam:SimulateCustomPolicy',
        'iam:SimulatePrincipalPolicy',
        'logs:Describe*',
        ...readOrganization,
        'route53:Get*',
        'route53:List*',
        'servicequotas:Get*',
        'servicequotas:List*',
        'sns:GetTopicAttributes',
        'sns:List*',
      ),
    ],
  ),
  policy(
    'NetworkAdministrator',
    '2016-11-10T17:31:35Z',
    'Grants full access permissions to AWS services and actions required to set up and configure AWS network resources.',
    [
      allow(...describeVpc, ...changeVpc, 'ec2:DescribeInstances', 'ec2:DescribeVpcEndpointAssociations'),
      allow('elasticloadbalancing:*', 'route53:*', 'cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricStatistics'),
      allow('logs:DescribeLogGroups', 'logs:DescribeLogStreams', 'logs:GetLogEvents', 'sns:ListTopics'),
      linkedRole('elasticloadbalancing.amazonaws.com'),
    ],
    job,
  ),
  policy('IAMFullAccess', '2015-02-06T18:40:38Z', 'Provides full access to IAM via the AWS Management Console.', [
    allow(
      'iam:*',
      'organizations:DescribeAccount',
      'organizations:DescribeOrganization',
      'organizations:DescribeOrganizationalUnit',
      'organizations:DescribePolicy',
      'organizations:ListChildren',
      'organizations:ListParents',
      'organizations:ListPolicies',
      'organizations:ListPoliciesForTarget',
      'organizations:ListRoots',
      'organizations:ListTargetsForPolicy',
    ),
  ]),
  policy('IAMReadOnlyAccess', '2015-02-06T18:40:39Z', 'Provides read only access to IAM.', [
    allow('iam:GenerateCredentialReport', 'iam:GenerateServiceLastAccessedDetails', 'iam:Get*', 'iam:List*'),
    allow('iam:SimulateCustomPolicy', 'iam:SimulatePrincipalPolicy'),
  ]),
  policy('AmazonVPCFullAccess', '2015-02-06T18:41:16Z', 'Provides full access to Amazon VPC.', [
    allow(...describeVpc, ...changeVpc),
  ]),
  policy('AmazonVPCReadOnlyAccess', '2015-02-06T18:41:17Z', 'Provides read only access to Amazon VPC.', [
    allow(...describeVpc),
  ]),
  policy('AmazonEC2FullAccess', '2015-02-06T18:40:15Z', 'Provides full access to Amazon EC2.', [
    allow('ec2:*', 'elasticloadbalancing:*', 'cloudwatch:*'),
    linkedRole('elasticloadbalancing.amazonaws.com'),
  ]),
  policy('AmazonEC2ReadOnlyAccess', '2015-02-06T18:40:17Z', 'Provides read only access to Amazon EC2.', [
    allow('ec2:Describe*', 'ec2:GetSecurityGroupsForVpc', 'elasticloadbalancing:Describe*'),
    allow('cloudwatch:Describe*', 'cloudwatch:GetMetricStatistics', 'cloudwatch:ListMetrics'),
  ]),
  policy('ElasticLoadBalancingFullAccess', '2018-09-20T20:42:07Z', 'Provides full access to Elastic Load Balancing.', [
    allow('elasticloadbalancing:*'),
    allow(
      'ec2:DescribeAccountAttributes',
      'ec2:DescribeAvailabilityZones',
      'ec2:DescribeInstances',
      'ec2:DescribeInternetGateways',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeRouteTables',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
      'ec2:GetSecurityGroupsForVpc',
    ),
    linkedRole('elasticloadbalancing.amazonaws.com'),
  ]),
  policy(
    'ElasticLoadBalancingReadOnly',
    '2018-09-20T20:17:09Z',
    'Provides read only access to Elastic Load Balancing.',
    [
      allow('elasticloadbalancing:Describe*', 'elasticloadbalancing:Get*'),
      allow('ec2:DescribeInstances', 'ec2:DescribeSecurityGroups'),
    ],
  ),
  policy('AWSOrganizationsFullAccess', '2018-11-06T20:31:57Z', 'Provides full access to AWS Organizations.', [
    allow('organizations:*'),
    linkedRole('organizations.amazonaws.com'),
  ]),
  policy('AWSOrganizationsReadOnlyAccess', '2018-11-06T20:32:38Z', 'Provides read-only access to AWS Organizations.', [
    allow(...readOrganization),
  ]),
  policy(
    'AWSElasticLoadBalancingServiceRolePolicy',
    '2017-09-19T22:19:04Z',
    'Service Linked Role Policy for AWS Elastic Load Balancing Control Plane',
    [
      allow(
        'ec2:AssignIpv6Addresses',
        'ec2:AssignPrivateIpAddresses',
        'ec2:AttachNetworkInterface',
        'ec2:AuthorizeSecurityGroupIngress',
        'ec2:CreateNetworkInterface',
        'ec2:CreateSecurityGroup',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeAccountAttributes',
        'ec2:DescribeAvailabilityZones',
        'ec2:DescribeInstances',
        'ec2:DescribeInternetGateways',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcs',
        'ec2:DetachNetworkInterface',
        'ec2:GetSecurityGroupsForVpc',
        'ec2:ModifyNetworkInterfaceAttribute',
        'ec2:UnassignIpv6Addresses',
      ),
    ],
    serviceRole,
  ),
]

/** By ARN, in the order of this file. */
export const awsManagedPolicies: ReadonlyMap<string, AwsManagedPolicy> = new Map(
  policies.map((each) => [each.policyArn, each]),
)

function policy(
  policyName: string,
  createdAt: string,
  description: string,
  grants: readonly Grant[],
  path = '/',
): AwsManagedPolicy {
  const statements = grants.map(({ actions, notActions, condition }) => ({
    Effect: 'Allow',
    ...(notActions ? { NotAction: notActions } : { Action: actions.length === 1 ? actions[0] : actions }),
    Resource: '*',
    ...(condition && { Condition: condition }),
  }))
  return {
    policyId: policyIdOf(policyName),
    policyArn: `arn:aws:iam::aws:policy${path}${policyName}`,
    policyName,
    path,
    description,
    defaultVersionId: 'v1',
    document: JSON.stringify({ Version: '2012-10-17', Statement: statements }, undefined, 2),
    createdAt,
  }
}

/** `ANPA` and seventeen characters of base 32; always the same for a name. */
function policyIdOf(policyName: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const digest = createHash('sha256').update(policyName).digest()
  return `ANPA${[...digest.subarray(0, 17)].map((byte) => alphabet[byte % 32]).join('')}`
}
